import Foundation
import Testing
import _TestSupport

@Suite struct TraceFileTests {
    @Test func `A trace is a file of its own beside the report`() throws {
        let folder = try TemporaryFolder()
        let result = try Program.run(quick + ["--trace", folder.path("t.json"), "--trace-detail", "layers"])
        #expect(try result.status == 0 && result.out == Program.run(quick).out, "\(result.err)")
        #expect(try folder.contents() == ["t.json"])
        let alone = try Program.run(quick + ["--trace", "-", "--trace-detail", "layers"])
        #expect(try alone.out == folder.read("t.json"))
        let document = try #require(try alone.json())
        #expect((document["otherData"] as? [String: Any])?["schema"] as? String == "bitmod-dist.trace/1")
    }

    @Test(.timeLimit(.minutes(5)), .enabled(if: MPIRun.isAvailable, "no MPI launcher"))
    func `It is byte-identical for 1, 2 and 3 ranks, and without a launcher`() throws {
        let arguments = [
            "gpt2", "--prompt", "20", "--generate", "40", "--chips", "4", "--parallel", "tp2,pp2", "--batch", "3",
            "--trace", "-", "--trace-limit", "20000",
        ]
        let alone = try Program.run(arguments)
        #expect(alone.status == 0 && alone.out.hasPrefix("{\"displayTimeUnit\""), "\(alone.err)")
        for ranks in 1...3 {
            let result = try Program.run(ranks: ranks, arguments)
            #expect(result.status == 0 && result.out == alone.out, "\(ranks) ranks: \(result.err)")
        }
    }

    @Test(arguments: [
        (["--trace-detail", "layers"], 64, "--trace-detail: belongs to --trace"),
        (["--trace-limit", "5000"], 64, "--trace-limit: belongs to --trace"),
        (["--trace", "-", "--trace-limit", "10"], 64, "--trace-limit: found 10; expected 1000 to 5000000"),
        (["--trace", "-", "--json", "-"], 64, "--trace: both --json and --trace ask for stdout"),
        (["--trace", "none/t.json"], 73, "none/t.json: the folder does not exist"),
        (["--trace", "-", "--trace-detail", "tiles"], 64, "The value 'tiles' is invalid for '--trace-detail"),
        (["--trace", "-", "--model-fidelity", "published"], 64, "--trace: is not part of the paper's model"),
    ])
    func `What cannot be is refused in one line`(options: [String], status: Int32, message: String) throws {
        let result = try Program.run(["opt-1.3b"] + options)
        #expect(result.status == status && result.out.isEmpty)
        #expect(result.ownLines.count == 1 && result.err.hasPrefix("bitmod-dist: \(message)"), "\(result.err)")
    }
}
