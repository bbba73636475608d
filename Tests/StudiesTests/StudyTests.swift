import Documents
import Testing

@testable import Studies

@Suite struct StudyTests {
    static let keys = StudyKeys(
        names: ["model", "chips", "scheme", "prompt", "batch", "kv-scheme", "set"], repeatable: ["set"])

    private func study(_ text: String) throws -> Study { try Study(yaml: text, file: "s.yaml", keys: Self.keys) }

    private func lines(_ study: Study) -> [String] {
        study.points.map { $0.settings.map { "\($0.key)=\($0.text)" }.joined(separator: " ") }
    }

    @Test func `Axes are crossed in the order of the file, the first being the slowest`() throws {
        let study = try study("base: {model: m}\naxes:\n  scheme: [a, b]\n  chips: [1, 2]\n")
        #expect(study.name == "s")
        #expect(
            lines(study) == [
                "model=m scheme=a chips=1", "model=m scheme=a chips=2", "model=m scheme=b chips=1",
                "model=m scheme=b chips=2",
            ])
    }

    @Test func `Lists of a zip are walked together, and several zips are crossed`() throws {
        let study = try study(
            "axes: {model: [m]}\nzip:\n  - {chips: [1, 2], batch: [8, 16]}\n  - {prompt: [3, 4]}\n")
        #expect(
            lines(study) == [
                "model=m chips=1 batch=8 prompt=3", "model=m chips=1 batch=8 prompt=4",
                "model=m chips=2 batch=16 prompt=3", "model=m chips=2 batch=16 prompt=4",
            ])
    }

    @Test func `Points that match all keys of an exclusion are left out`() throws {
        let study = try study(
            """
            base: {model: m}
            axes: {scheme: [a, b], chips: [1, 2, 4]}
            exclude:
              - {scheme: a, chips: [2, 4]}
              - {chips: 1, scheme: b}
            """)
        #expect(lines(study) == ["model=m scheme=a chips=1", "model=m scheme=b chips=2", "model=m scheme=b chips=4"])
    }

    @Test func `A mapping sets several items of an option, and a dot makes an axis of one`() throws {
        let study = try study(
            """
            base: {model: m, set: {dram.capacity: 8 GiB}}
            axes: {set.dram.bandwidth: [32 GB/s, 64 GB/s]}
            """)
        #expect(study.points[1].arguments == ["m", "--set=dram.capacity=8 GiB", "--set=dram.bandwidth=64 GB/s"])
    }

    @Test func `A study without axes has one point`() throws {
        #expect(try lines(study("base: {model: m}\n")) == ["model=m"])
    }

    /// What is wrong, and how its one line begins.
    private static let mistakes: [(String, String)] = [
        ("base: {model: m, chip: 2}", "s.yaml:1: base.chip: unknown key; expected chips"),
        ("base: {model: m}\naxis: {}", "s.yaml:2: axis: unknown key; expected one of name, description"),
        ("axes: {chips: [1]}", "s.yaml:1: no model is given"),
        ("base: {model: m}\naxes:\n  chips: 3", "s.yaml:3: axes.chips: found \"3\"; expected a list"),
        ("base: {model: m}\naxes:\n  chips: []", "s.yaml:3: axes.chips: the list is empty"),
        ("base: {model: m}\naxes:\n  chips: [1, 2, 1]", "s.yaml:3: axes.chips[2]: \"1\" is given twice"),
        ("base: {model: m, chips: 1}\naxes:\n  chips: [1]", "s.yaml:3: axes.chips[0]: chips is set by base.chips too"),
        (
            "base: {model: m}\naxes: {chips: [1]}\nzip: {chips: [2]}",
            "s.yaml:3: zip.chips[0]: chips is set by axes.chips[0]"
        ),
        (
            "base: {model: m}\nzip:\n  chips: [1, 2]\n  batch: [1]",
            "s.yaml:4: zip.batch: the list has 1 values; expected 2"
        ),
        (
            "base: {model: m}\nexclude:\n  - {chips: 1}",
            "s.yaml:3: exclude[0].chips: no point of the study has this key"
        ),
        ("base: {model: m}\nexclude:\n  - {model: m}", "s.yaml:1: every point is excluded"),
        ("base: {model: m, set: 3}", "s.yaml:1: base.set: found \"3\"; expected keys with values"),
        ("base: {model: m, chips: {a: 1}}", "s.yaml:1: base.chips: found a mapping; expected a value"),
        ("base: {model: m, chips.a: 1}", "s.yaml:1: base.chips.a: unknown key"),
        ("base: {model: }", "s.yaml:1: base.model: the key has no value"),
        ("base: [", "s.yaml:"), ("", "s.yaml: the file is empty"), ("- 1", "s.yaml:1: found a list"),
    ]

    @Test(arguments: mistakes) func `A mistake names file, line and key`(text: String, message: String) {
        let error = #expect(throws: InputError.self) { try study(text) }
        #expect(error?.description.hasPrefix(message) == true, "\(error?.description ?? "none")")
        #expect(error?.exitCode == 65)
    }

    @Test func `A study of more points than anybody can want is refused before it is made`() {
        let list = "[" + (1...2000).map(String.init).joined(separator: ", ") + "]"
        let error = #expect(throws: InputError.self) {
            try study("base: {model: m}\naxes: {chips: \(list), batch: \(list)}\n")
        }
        #expect(error?.problem == "the axes have 4000000 points")
    }
}
