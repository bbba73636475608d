import Foundation
import Testing
import _TestSupport

private let mpichSelfTest = ProcessInfo.processInfo.environment["BITMOD_MPICH_SELFTEST"].map {
    URL(fileURLWithPath: $0)
}

/// The same source linked with MPICH: `MPI_PKG_CONFIG=mpich swift build --scratch-path .build-mpich`, then
/// `BITMOD_MPICH_SELFTEST=.build-mpich/debug/mpi-selftest swift test`.
@Suite(
    .serialized,
    .enabled(if: mpichSelfTest != nil, "BITMOD_MPICH_SELFTEST does not name an mpi-selftest for MPICH"),
    .enabled(if: MPIRun.Launcher.mpich != nil, "MPICH's launcher is not installed"))
struct MPICHSelfTestTests {
    private func run(_ ranks: Int, _ arguments: [String] = []) throws -> CommandResult {
        try MPIRun.run(
            ranks, try #require(mpichSelfTest), arguments, launcher: .mpich, timeLimit: .seconds(30))
    }

    @Test(arguments: [1, 2, 3, 8])
    func `Processes behave as a communicator`(ranks: Int) throws {
        let result = try run(ranks)
        #expect(result.status == 0, "\(result.err)")
        let count = CommunicatorSuite.checks.count
        #expect(
            result.out.contains("\(count) of \(count) checks passed: \(ranks) ranks, MPICommunicator, MPICH"),
            "\(result.out)\(result.err)")
    }

    @Test(arguments: ["throw", "throw-among-busy", "throw-at-end", "agree"])
    func `A failure of one rank ends all with its code and one line`(how: String) throws {
        let result = try run(3, ["--fail-rank", "1", "--how", how])
        #expect(result.status == 7)
        #expect(
            result.errorLines(beginningWith: "mpi-selftest:") == ["mpi-selftest: rank 1: failed on purpose"],
            "\(result.err)")
        #expect(result.duration < .seconds(5))
    }

    @Test func `More ranks than cores do not spin`() throws {
        let result = try run(8, ["--barriers", "1000"])
        #expect(result.status == 0)
        #expect(result.duration < .seconds(20))
    }
}
