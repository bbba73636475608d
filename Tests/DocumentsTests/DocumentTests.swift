import Documents
import Testing

@Suite struct DocumentTests {
    @Test func `a message is one short line whatever a file calls its keys`() {
        let error = InputError(
            .data, file: "a.gguf", key: "k\u{1B}[31m\u{0}\n\u{202E}é",
            problem: "found \(String(repeating: "x", count: 5000))",
            expected: "less")
        let text = "\(error)"
        #expect(
            text.hasPrefix("a.gguf: k\\u{1b}[31m\\u{0} \\u{202e}é: found xxx")
                && text.hasSuffix("xxx...; expected less"))
        #expect(text.utf8.count < 700)
        let accents = InputError(.data, key: "e" + String(repeating: "\u{301}", count: 4000), problem: "is long")
        #expect("\(accents)".utf8.count < 500)
        #expect(InputError(.data, problem: "p").naming(file: "a").file == "a")
        #expect(InputError(.data, file: "b", problem: "p").naming(file: "a").file == "b")
    }

    private func message(_ text: String, syntax: Document.Syntax = .yaml, _ body: (DocumentNode) throws -> Void)
        -> String
    {
        do {
            try body(Document(text, file: "chip.yaml", syntax: syntax).root)
            return "no error"
        } catch { return "\(error)" }
    }

    @Test func `A wrong value names file, line, key, what was found and what is expected`() {
        let text = "name: mine\ndram:\n  bandwidth: 64 GB\n"
        let message = message(text) {
            _ = try $0.required("dram").required("bandwidth").quantity(.bandwidth, in: 1...1e15)
        }
        #expect(
            message.hasPrefix("chip.yaml:3: dram.bandwidth: found \"64 GB\"; expected a number with unit"), "\(message)"
        )
        #expect(!message.contains("\n"))
    }

    @Test func `A value out of range says the range in units`() {
        let message = message("clock: 0 Hz") { _ = try $0.required("clock").quantity(.frequency, in: 1e6...1e11) }
        #expect(message == "chip.yaml:1: clock: found \"0 Hz\"; expected a value from 1 MHz to 100 GHz", "\(message)")
    }

    @Test func `Unknown, missing and repeated keys are named`() {
        #expect(
            message("a: 1\nb: 2\n") { try $0.rejectKeys(except: ["a"]) }
                == "chip.yaml:2: b: unknown key; expected one of a")
        #expect(message("a: 1") { _ = try $0.required("z") } == "chip.yaml:1: z: the key is missing")
        #expect(message("a: 1\na: 2\n") { _ in }.hasPrefix("chip.yaml:1: a: the key is given more than once"))
    }

    @Test func `Broken YAML and JSON name the line`() {
        #expect(message("a: [1, 2\nb: 3\n") { _ in }.hasPrefix("chip.yaml:2: not valid YAML"))
        let json = message("{\n\"a\": 1\n\"b\": 2}", syntax: .json) { _ in }
        #expect(json.hasPrefix("chip.yaml:3: not valid JSON"), "\(json)")
        #expect(message("{\n\"a\": 1,\n", syntax: .json) { _ in }.contains("not valid JSON"))
        #expect(message("") { _ in } == "chip.yaml: the file is empty")
    }

    @Test func `JSON with tabs, nested values and nulls is read with its lines`() throws {
        let root = try Document(
            "{\n\t\"n\": 4096,\n\t\"x\": null,\n\t\"l\": [true, 1e-5]\n}", file: "c.json", syntax: .json
        ).root
        #expect(try root.required("n").integer() == 4096)
        #expect(try root.value("x") == nil)
        #expect(try root.required("l").elements()[1].number(in: 0...1) == 1e-5)
        #expect(try root.required("n").line == 2)
    }

    @Test func `Wrong kinds of value are refused`() {
        #expect(
            message("a: x") { _ = try $0.required("a").integer(in: 1...8) }
                == "chip.yaml:1: a: found \"x\"; expected a whole number from 1 to 8")
        #expect(message("a: 9") { _ = try $0.required("a").integer(in: 1...8) }.contains("from 1 to 8"))
        #expect(message("a: 2.5") { _ = try $0.required("a").integer() }.contains("a whole number"))
        #expect(message("a: {b: 1}") { _ = try $0.required("a").string() }.contains("found a mapping"))
        #expect(message("a: maybe") { _ = try $0.required("a").boolean() }.contains("true or false"))
        #expect(message("- 1") { _ = try $0.entries() }.contains("keys with values"))
    }
}
