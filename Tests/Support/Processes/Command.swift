import Foundation
import Synchronization

/// What a process left behind.
public struct CommandResult: Sendable {
    /// The exit code; 128 + n after signal n, as in a shell.
    public let status: Int32
    /// The standard output.
    public let out: String
    /// The standard error.
    public let err: String
    /// How long it ran.
    public let duration: Duration
    /// Whether it was ended because its time was up.
    public let timedOut: Bool

    /// The lines of the standard error that begin with a text.
    public func errorLines(beginningWith prefix: String) -> [String] {
        err.split(whereSeparator: \.isNewline).map(String.init).filter { $0.hasPrefix(prefix) }
    }
}

/// Runs programs and collects what they print.
public enum Command {
    /// The folder of the test binary, which also holds the executables of the package.
    public static let products = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent()

    /// The first program of some names that the search path has.
    public static func find(_ names: String...) -> URL? {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return names.lazy.flatMap { name in folders.map { URL(fileURLWithPath: "\($0)/\(name)") } }
            .first { FileManager.default.isExecutableFile(atPath: $0.path) }
    }

    /// Runs an executable of the package, or of a path, to its end.
    ///
    /// - Parameters:
    ///   - executable: its URL.
    ///   - arguments: without the name.
    ///   - environment: all of it; by default that of this process.
    ///   - input: the standard input.
    ///   - timeLimit: after it the process gets SIGTERM, and two seconds later SIGKILL.
    /// - Throws: if it cannot be started.
    public static func run(
        _ executable: URL, _ arguments: [String] = [],
        environment: [String: String] = ProcessInfo.processInfo.environment, input: String = "",
        timeLimit: Duration = .seconds(180)
    ) throws -> CommandResult {
        let process = Process()
        process.executableURL = executable
        process.arguments = arguments
        process.environment = environment
        let pipes = (input: Pipe(), out: Pipe(), err: Pipe())
        process.standardInput = pipes.input
        process.standardOutput = pipes.out
        process.standardError = pipes.err

        let start = ContinuousClock.now
        try withSignalsUnblocked { try process.run() }
        let watchdog = Watchdog(process, timeLimit)
        // All pipes are served at once: the process stops when one is full or not fed.
        let err = Mutex(Data())
        let group = DispatchGroup()
        startThread(group) {
            let data = pipes.err.fileHandleForReading.readDataToEndOfFile()
            err.withLock { $0 = data }
        }
        startThread(group) {
            // A process that ends without reading all of it closes the pipe: no mistake of the test.
            try? pipes.input.fileHandleForWriting.write(contentsOf: Data(input.utf8))
            try? pipes.input.fileHandleForWriting.close()
        }
        let out = pipes.out.fileHandleForReading.readDataToEndOfFile()
        group.wait()
        process.waitUntilExit()
        return CommandResult(
            status: process.terminationReason == .exit
                ? process.terminationStatus : 128 + process.terminationStatus,
            out: String(decoding: out, as: UTF8.self), err: String(decoding: err.withLock { $0 }, as: UTF8.self),
            duration: ContinuousClock.now - start, timedOut: watchdog.stop())
    }

    /// Tests run on threads that block signals, and a child inherits that: it could not be ended politely.
    private static func withSignalsUnblocked(_ body: () throws -> Void) rethrows {
        var none = sigset_t()
        var before = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        try body()
    }

    /// A thread of its own: the dispatch queues have as many as there are cores, and tests that wait hold them.
    private static func startThread(_ group: DispatchGroup, _ body: @escaping @Sendable () -> Void) {
        group.enter()
        Thread {
            body()
            group.leave()
        }.start()
    }
}
