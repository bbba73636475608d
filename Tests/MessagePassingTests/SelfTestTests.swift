import Foundation
import MessagePassing
import Testing
import _TestSupport

/// Programs of several processes: `mpi-selftest` under the launcher of the library that it is linked with.
@Suite(.serialized, .enabled(if: MPIRun.isAvailable, "no launcher is installed"))
struct SelfTestTests {
    private let allPassed =
        "\(CommunicatorSuite.checks.count) of \(CommunicatorSuite.checks.count) checks passed"

    @Test func `Without a launcher the self-test is a single process`() throws {
        let result = try Command.run(
            Command.products.appending(path: "mpi-selftest"), environment: MPIRun.cleanEnvironment())
        #expect(result.status == 0)
        #expect(result.out.contains("\(allPassed): 1 ranks, SingleProcessCommunicator"), "\(result.out)")
    }

    @Test(arguments: [1, 2, 3, 8])
    func `Processes behave as a communicator`(ranks: Int) throws {
        let result = try MPIRun.run(ranks, "mpi-selftest")
        #expect(result.status == 0, "\(result.err)")
        #expect(
            result.out.contains("\(allPassed): \(ranks) ranks, MPICommunicator, \(MPILibrary.version)"),
            "\(result.out)\(result.err)")
    }

    @Test(arguments: [1, 2, 3])
    func `Messages beyond the limit of one call are split`(ranks: Int) throws {
        let result = try MPIRun.run(ranks, "mpi-selftest", ["--part-limit", "1000"])
        #expect(result.status == 0, "\(result.err)")
        #expect(result.out.contains(allPassed), "\(result.out)\(result.err)")
    }

    @Test func `More ranks than cores do not spin`() throws {
        // Spinning, a barrier of 8 ranks on 2 cores takes 20 ms and more, and a reduction as much.
        let result = try MPIRun.run(8, "mpi-selftest", ["--barriers", "1000"])
        #expect(result.status == 0, "\(result.out)\(result.err)")
        #expect(result.duration < .seconds(20))
    }

    @Test func `A rank that waits leaves the processor alone`() throws {
        let result = try MPIRun.run(2, "mpi-selftest", ["--wait", "1"])
        let used = try #require(result.out.firstMatch(of: /waits 1 s: ([0-9.e-]+)/).flatMap { Double($0.1) })
        #expect(used < 0.5, "\(result.out)")
    }

    /// A way to fail, and what must come of it.
    struct Example: Sendable {
        let how: String
        let status: Int32
        /// What is printed for a failing rank.
        let message: @Sendable (Int) -> String?

        static let all = [
            Example(how: "throw", status: 7) { "rank \($0): failed on purpose" },
            Example(how: "throw-among-busy", status: 7) { "rank \($0): failed on purpose" },
            Example(how: "throw-at-end", status: 7) { $0 == 0 ? "failed on purpose" : "rank \($0): failed on purpose" },
            Example(how: "agree", status: 7) { $0 == 0 ? "failed on purpose" : "rank \($0): failed on purpose" },
            Example(how: "code", status: 9) { "rank \($0): ended with exit code 9" },
            Example(how: "unfinished", status: 70) {
                ($0 == 0 ? "" : "rank \($0): ") + "the program ended without waiting for 0 sends and 1 receives"
            },
        ]
    }

    @Test(arguments: Example.all, [0, 2])
    func `A failure of one rank ends all with its code and one line`(example: Example, rank: Int) throws {
        let result = try MPIRun.run(
            4, "mpi-selftest", ["--fail-rank", "\(rank)", "--how", example.how], timeLimit: .seconds(30))
        #expect(result.status == example.status, "\(result.err)")
        let expected = example.message(rank).map { ["mpi-selftest: \($0)"] } ?? []
        #expect(result.errorLines(beginningWith: "mpi-selftest:") == expected, "\(result.err)")
        #expect(result.duration < .seconds(5))
    }

    #if DEBUG
    @Test func `Debug builds name the ranks that do not meet in one collective`() throws {
        let result = try MPIRun.run(
            3, "mpi-selftest", ["--fail-rank", "1", "--how", "disagree"], timeLimit: .seconds(30))
        #expect(result.status == 70)
        #expect(
            result.errorLines(beginningWith: "mpi-selftest:") == [
                "mpi-selftest: ranks do not meet in the same collective: "
                    + "rank 0 barrier, rank 1 allReduce(sum) of 1 Double, rank 2 barrier"
            ], "\(result.err)")
    }
    #endif

    @Test(arguments: ["exit", "trap"])
    func `A rank that ends by itself ends all`(how: String) throws {
        let result = try MPIRun.run(
            3, "mpi-selftest", ["--fail-rank", "1", "--how", how], timeLimit: .seconds(30))
        #expect(result.status != 0)
        // MPICH's launcher joins the codes of all ranks bit by bit.
        if MPILibrary.family == .openMPI { #expect(result.status == (how == "exit" ? 3 : 132)) }
        #expect(result.duration < .seconds(5))
    }

    @Test func `A rank that hangs is ended by the time limit`() throws {
        let result = try MPIRun.run(
            2, "mpi-selftest", ["--fail-rank", "1", "--how", "hang"], timeLimit: .seconds(2))
        #expect(result.status != 0)
        #expect(result.duration < .seconds(12))
    }

    @Test(.enabled(if: MPIRun.Launcher.mismatching != nil, "the other library's launcher is not installed"))
    func `The other library's launcher is refused once, not run as independent programs`() throws {
        let result = try MPIRun.run(
            3, Command.products.appending(path: "mpi-selftest"), launcher: .mismatching, timeLimit: .seconds(30))
        #expect(result.status == 64, "\(result.out)\(result.err)")
        let lines = result.errorLines(beginningWith: "mpi-selftest:")
        #expect(lines.count == 1)
        #expect(lines.first?.hasPrefix("mpi-selftest: built for \(MPILibrary.version) but started by") == true)
        #expect(!result.out.contains("ok:"))
    }

    @Test func `The self-test explains its options`() throws {
        let result = try Command.run(
            Command.products.appending(path: "mpi-selftest"), ["--how", "nonsense"],
            environment: MPIRun.cleanEnvironment())
        #expect(result.status == 64)
        #expect(result.err.hasPrefix("mpi-selftest: --how needs one of the ways to fail; usage: mpi-selftest"))
    }
}
