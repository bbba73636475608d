import Foundation
import Testing
import _TestSupport

@Suite struct OutputTests {
    @Test func `The default is a text report on stdout and nothing on stderr`() throws {
        let result = try Program.run(quick)
        #expect(result.status == 0 && result.err.isEmpty)
        #expect(result.out.hasPrefix("gpt2 on 1 x bitmod, bitmod-4b weights, int8 KV cache\n"))
        #expect(result.out.contains("prompt 8, generate 2, batch 1"))
        #expect(try Program.run(["run"] + quick).out == result.out)
    }

    @Test func `JSON on stdout is one document and nothing else`() throws {
        let result = try Program.run(quick + ["--json", "-"])
        #expect(result.status == 0 && result.err.isEmpty)
        #expect(try result.json()?["schema"] as? String == "bitmod-dist.run/1")
        #expect(result.out.hasPrefix("{\n") && result.out.hasSuffix("}\n"))
    }

    @Test func `CSV on stdout is a table and nothing else`() throws {
        let result = try Program.run(quick + ["--csv", "-"])
        let lines = result.out.split(separator: "\n")
        #expect(result.status == 0 && lines.count == 3 && lines[0].hasPrefix("model,accelerator,scheme,"))
    }

    @Test func `Files hold what stdout would, the report is printed besides unless it shall be quiet`() throws {
        let folder = try TemporaryFolder()
        let files = ["--json", folder.path("a.json"), "--csv", folder.path("a.csv")]
        #expect(try Program.run(quick + files).out == Program.run(quick).out)
        #expect(try folder.read("a.json") == Program.run(quick + ["--json", "-"]).out)
        #expect(try folder.read("a.csv") == Program.run(quick + ["--csv", "-"]).out)
        let quiet = try Program.run(quick + files + ["--quiet"])
        #expect(quiet.status == 0 && quiet.out.isEmpty && quiet.err.isEmpty)
        #expect(try folder.contents() == ["a.csv", "a.json"], "no temporary file is left")
    }

    @Test func `An old file is replaced whole: who has it open keeps reading the old one`() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("old\n", to: "a.json")
        let open = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        #expect(try Program.run(quick + ["--json", path]).status == 0)
        #expect(try open.readToEnd() == Data("old\n".utf8))
        #expect(try folder.read("a.json").hasPrefix("{\n"))
        #expect(try folder.contents() == ["a.json"])
    }

    @Test func `A link keeps being one and its target is replaced`() throws {
        let folder = try TemporaryFolder()
        _ = try folder.write("old\n", to: "target.json")
        try FileManager.default.createSymbolicLink(
            atPath: folder.path("link.json"), withDestinationPath: folder.path("target.json"))
        #expect(try Program.run(quick + ["--json", folder.path("link.json")]).status == 0)
        #expect(try folder.read("target.json").hasPrefix("{\n"))
        let type = try FileManager.default.attributesOfItem(atPath: folder.path("link.json"))[.type]
        #expect(type as? FileAttributeType == .typeSymbolicLink)
    }

    @Test func `The null device is written to, not replaced`() throws {
        let result = try Program.run(quick + ["--json", "/dev/null", "--csv", "/dev/null"])
        #expect(result.status == 0 && !result.out.isEmpty, "\(result.err)")
        let type = try FileManager.default.attributesOfItem(atPath: "/dev/null")[.type]
        #expect(type as? FileAttributeType == .typeCharacterSpecial)
    }

    @Test func `A named pipe is written to, not replaced`() throws {
        let folder = try TemporaryFolder()
        let pipe = folder.path("pipe")
        try #require(mkfifo(pipe, 0o600) == 0)
        let shell = try #require(Command.find("sh"))
        let result = try Command.run(
            shell,
            [
                "-c",
                "cat '\(pipe)' & '\(Program.url.path)' \(quick.joined(separator: " ")) --quiet --json '\(pipe)'; wait",
            ],
            environment: MPIRun.cleanEnvironment(), timeLimit: .seconds(30))
        #expect(try result.status == 0 && result.out == Program.run(quick + ["--json", "-"]).out)
        var status = stat()
        #expect(stat(pipe, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO)
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
    func `A full disk is an error, not a silent loss`() throws {
        let result = try Program.run(quick + ["--json", "/dev/full"])
        #expect(result.status == 73 && result.out.isEmpty)
        #expect(
            result.ownLines.count == 1 && result.err.hasPrefix("bitmod-dist: /dev/full: cannot be written"),
            "\(result.err)")
    }

    @Test(arguments: ["phases", "layers", "operators"])
    func `Detail adds its list to JSON, and a table to the text`(detail: String) throws {
        let document = try #require(try Program.run(quick + ["--detail", detail, "--json", "-"]).json())
        #expect((document["layers"] != nil) == (detail == "layers"))
        #expect((document["operators"] != nil) == (detail == "operators"))
        let text = try Program.run(quick + ["--detail", detail]).out
        #expect(text.contains("q_proj") == (detail == "operators"))
    }

    @Test(arguments: [[], ["run"], ["report"], ["show"], ["reproduce"]])
    func `Help explains every command with examples`(command: [String]) throws {
        for arguments in [command + ["--help"], ["help"] + command] {
            let result = try Program.run(arguments)
            #expect(result.status == 0 && result.err.isEmpty)
            #expect(result.out.contains("EXAMPLES") && result.out.contains("USAGE: bitmod-dist"), "\(result.out)")
        }
    }

    @Test func `The version names the program, what it was made with and what it finds`() throws {
        let result = try Program.run(["--version"])
        #expect(result.status == 0 && result.out.hasPrefix("bitmod-dist 0.1.0\n"))
        let parts = ["message passing", "compiler         Swift 6.", "hot loops built for ", "OpenBLAS", "SQLite"]
        for part in parts { #expect(result.out.contains(part), "\(part): \(result.out)") }
    }

    @Test func `Every example of the help runs`() throws {
        let folder = try TemporaryFolder()
        let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        try FileManager.default.createSymbolicLink(
            at: folder.url.appending(path: "topologies"), withDestinationURL: package.appending(path: "topologies"))
        // Wide enough that no example is broken into two lines.
        let environment = MPIRun.cleanEnvironment().merging(["COLUMNS": "200"]) { $1 }
        let help = try [[], ["run"], ["show"], ["reproduce"]].map {
            try Command.run(Program.url, $0 + ["--help"], environment: environment).out
        }.joined()
        let lines = help.split(separator: "\n").map { $0.drop { $0 == " " } }.filter { $0.hasPrefix("bitmod-dist ") }
        let shell = try #require(Command.find("sh"))
        let fast = ["show", "published"]
        let examples = Set(
            lines.compactMap { line -> String? in
                // What follows two blanks or more explains it.
                let command = String(line.prefix(upTo: line.firstRange(of: "   ")?.lowerBound ?? line.endIndex))
                return fast.contains(where: command.contains) ? command : nil
            })
        #expect(examples.count >= 7)
        for example in examples {
            let command = example.replacing("bitmod-dist ", with: "'\(Program.url.path)' ", maxReplacements: 1)
            let result = try Command.run(
                shell, ["-c", "cd '\(folder.url.path)' && \(command)"], environment: MPIRun.cleanEnvironment())
            #expect(result.status == 0, "\(example): \(result.err)")
        }
    }
}
