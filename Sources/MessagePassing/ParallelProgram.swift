#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

#if canImport(Glibc)
@preconcurrency import Glibc
#elseif canImport(Musl)
@preconcurrency import Musl
#else
import Darwin
#endif

/// The scope of a parallel program: the one entry that initialises message passing and cannot be left without ending
/// it.
///
///     exit(ParallelProgram.run { communicator in
///         let plan = try communicator.broadcastResult { try makePlan() }
///         ...
///         return 0
///     })
///
/// Call it on the main thread from a synchronous `main`: MPI must be used on the thread that initialised it, and after
/// the first `await` no code runs on that one.
///
/// - Started by a launcher, the body gets an ``MPICommunicator``; otherwise a ``SingleProcessCommunicator``, and no
///   MPI function is called.
/// - If the body throws on any rank, or returns a code other than 0, the largest exit code of all ranks becomes
///   everyone's. An error's code is that of ``ExitCodeProviding``, else 70; its text is printed once, by rank 0, to
///   the standard error after the program's name.
/// - An error that ranks have not agreed on (``Communicator/agree(_:)-(()->T)``) may leave others waiting in a
///   collective, or computing. Rank 0 throws it out of whatever it waits in, as ``RemoteFailure``. If not all ranks
///   come to the end within a second, one line says which rank failed and why, and MPI_Abort ends them all with the
///   exit code of the error.
/// - A process that ends in the body without coming back here, by `exit`, a trap or a signal, is the launcher's
///   business: it ends the others.
public enum ParallelProgram {
    /// Runs a program's body on every rank and ends message passing on every path.
    ///
    /// - Parameters:
    ///   - name: what error messages begin with; by default the name of the executable.
    ///   - environment: what tells whether a launcher is there; by default that of the process.
    ///   - body: the program. Pending operations that it started it must wait for.
    /// - Returns: the exit code, the same on every rank, to be passed to `exit`.
    public static func run(
        name: String = executableName, environment: [String: String] = ProcessInfo.processInfo.environment,
        _ body: (any Communicator) throws -> Int32
    ) -> Int32 {
        run(name: name, environment: environment, partLimit: MPICommunicator.defaultPartLimit, body)
    }

    /// The same with another limit of bytes in one MPI call, so that tests can see messages being split.
    package static func run(
        name: String = executableName, environment: [String: String] = ProcessInfo.processInfo.environment,
        partLimit: Int, _ body: (any Communicator) throws -> Int32
    ) -> Int32 {
        // In a pipe, and so under srun, what print holds would be lost if the program is aborted.
        setvbuf(stdout, nil, _IOLBF, 0)
        let launch = LaunchEnvironment(environment)
        guard launch.launcher != nil else { return runAlone(name, body) }
        do {
            let session = try MPISession.start(launch, partLimit: partLimit)
            let outcome = outcome { try runBody(body, session.communicator) }
            return FinalMeeting(session: session, name: name).end(outcome)
        } catch {
            // The ranks do not know each other: the announced number decides which one speaks. The others let it
            // finish, since the first to end makes the launcher kill the rest.
            if (launch.rank ?? 0) == 0 {
                StandardError.print("\(name): \(ExitCode.message(of: error))")
            } else {
                usleep(500_000)
            }
            return ExitCode.of(error)
        }
    }

    /// The last part of the path that the program was started with.
    public static var executableName: String {
        CommandLine.arguments.first.flatMap { $0.split(separator: "/").last.map(String.init) } ?? "program"
    }

    private static func runAlone(_ name: String, _ body: (any Communicator) throws -> Int32) -> Int32 {
        let outcome = outcome { try body(SingleProcessCommunicator()) }
        if let error = outcome.error { StandardError.print("\(name): \(ExitCode.message(of: error))") }
        return outcome.exitCode
    }

    private static func runBody(
        _ body: (any Communicator) throws -> Int32, _ communicator: MPICommunicator
    ) throws -> Int32 {
        let code = try body(communicator)
        if code == 0 { try communicator.checkFinished() }
        return code
    }

    private static func outcome(_ body: () throws -> Int32) -> Outcome {
        do {
            return .returned(try body())
        } catch {
            return .threw(error)
        }
    }
}
