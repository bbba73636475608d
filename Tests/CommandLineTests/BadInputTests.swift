import Foundation
import Testing
import _TestSupport

@Suite struct BadInputTests {
    /// Runs a case in a fresh folder and checks that it does nothing but say why.
    private func check(_ input: BadInput, ranks: Int, addingOutput: Bool) throws {
        let folder = try TemporaryFolder()
        for (name, text) in BadInput.files { _ = try folder.write(text, to: name) }
        var arguments = input.arguments.map { $0.replacing("FOLDER", with: folder.url.path) }
        let hasOutput = arguments.contains("--json") || arguments.contains("--csv")
        // With --json a wrong run must leave no file behind.
        if addingOutput, !hasOutput, arguments.first != "show", !arguments.isEmpty {
            arguments += ["--json", folder.path("result.json")]
        }
        let result = try Program.run(ranks: ranks, arguments)
        #expect(result.status == input.exitCode, "\(arguments): \(result.err)")
        #expect(!result.timedOut && result.out.isEmpty, "\(result.out)")
        let expected = "bitmod-dist: " + input.message.replacing("FOLDER", with: folder.url.path)
        #expect(result.ownLines.count == 1, "\(result.err)")
        #expect(result.ownLines.first?.hasPrefix(expected) == true, "\(result.err) is not \(expected)")
        if ranks == 0 { #expect(result.err == (result.ownLines.first ?? "") + "\n") }
        #expect(try folder.contents() == BadInput.files.keys.sorted(), "nothing is written")
    }

    @Test(arguments: BadInput.cases)
    func `Bad input is one line that says where and what, and an exit code`(input: BadInput) throws {
        try check(input, ranks: 0, addingOutput: true)
    }

    /// One of each way to fail: arguments, a missing file, file content, a plan, an error on all ranks, the output.
    private static let onRanks: [(ranks: Int, input: BadInput)] =
        [
            (1, BadInput(["llama-13c"], 64, "there is no model \"llama-13c\"")),
            (2, BadInput(["/no/such/config.json"], 66, "/no/such/config.json: no such file")),
            (3, BadInput(["FOLDER/broken.json"], 65, "FOLDER/broken.json:3: not valid JSON")),
            (
                8,
                BadInput(quick + ["--topology", "FOLDER/topology.yaml"], 65, "FOLDER/topology.yaml:4: link.bandwidth")
            ),
            (2, BadInput(["gpt2", "--chips", "13"], 64, "--chips: gpt2 has 12 heads")),
            (3, BadInput(["llama-3.1-405b", "--chips", "2"], 64, "--chips: llama-3.1-405b does not fit")),
        ]
        + [1, 2, 3, 8].map {
            let arguments = ["gpt2", "--chips", "4", "--set", "weight-buffer.capacity=1 KiB"]
            return ($0, BadInput(arguments, 64, "--accelerator: the buffers of bitmod hold not even"))
        } + [
            (3, BadInput(["gpt2", "--frobnicate"], 64, "Unknown option")),
            (8, BadInput(quick + ["--json", "/no/such/folder/x.json"], 73, "/no/such/folder/x.json: the folder")),
        ]

    @Test(.enabled(if: MPIRun.isAvailable), .timeLimit(.minutes(10)), arguments: onRanks)
    func `The same on every number of ranks, without a hang`(ranks: Int, input: BadInput) throws {
        try check(input, ranks: ranks, addingOutput: false)
    }

    @Test func `A misspelt model is answered with near ones`() throws {
        let result = try Program.run(["llama-13"])
        #expect(result.status == 64 && result.err.contains("llama-13b"), "\(result.err)")
    }
}
