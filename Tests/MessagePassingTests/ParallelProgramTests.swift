import MessagePassing
import Testing

/// Programs without a launcher; with one, see `SelfTestTests`.
@Suite struct ParallelProgramTests {
    private struct Failure: ExitCodeProviding {
        var exitCode: Int32
    }

    @Test func `Without a launcher a program is one rank and MPI is never called`() {
        let code = ParallelProgram.run(name: "test", environment: [:]) { world in
            #expect(world is SingleProcessCommunicator)
            return 5
        }
        #expect(code == 5)
        #expect(MPIError(function: "MPI_Test", code: 1).text == "error code 1")
    }

    @Test(arguments: [(Int32(7), Int32(7)), (0, 70), (256, 255), (-1, 255)])
    func `An error gives its exit code, which is never that of success`(given: Int32, expected: Int32) {
        #expect(ParallelProgram.run(name: "test", environment: [:]) { _ in throw Failure(exitCode: given) } == expected)
    }

    @Test(arguments: [(Int32(0), Int32(0)), (255, 255), (256, 255), (-1, 255)])
    func `A code that is returned never turns into success`(given: Int32, expected: Int32) {
        #expect(ParallelProgram.run(name: "test", environment: [:]) { _ in given } == expected)
    }

    @Test func `An error without a code is a software error`() {
        struct Plain: Error {}
        #expect(ParallelProgram.run(name: "test", environment: [:]) { _ in throw Plain() } == 70)
    }
}
