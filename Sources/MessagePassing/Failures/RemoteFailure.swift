/// A failure of some rank, as every rank sees it.
public struct RemoteFailure: Error, Hashable, Codable, Sendable {
    /// The lowest rank that failed.
    public var rank: Int
    /// Its error on one line.
    public var message: String
    /// The exit code of its error, from 1 to 255.
    public var exitCode: Int32
    /// Whether all ranks throw this error at the same point of the program, so that nobody waits for anybody.
    var isAgreed = false

    /// Creates a failure.
    public init(rank: Int, message: String, exitCode: Int32) {
        self.rank = rank
        self.message = message
        self.exitCode = exitCode
    }

    /// The failure of a rank with an error; that of another rank is passed on as it is.
    init(_ error: any Error, of rank: Int) {
        self =
            error as? RemoteFailure
            ?? RemoteFailure(rank: rank, message: ExitCode.message(of: error), exitCode: ExitCode.of(error))
        isAgreed = false
    }
}

extension RemoteFailure: ExitCodeProviding, CustomStringConvertible {
    /// "rank 3: ..." and the message; rank 0 is not named, since what fails there would fail without other ranks too.
    public var description: String { rank == 0 ? message : "rank \(rank): \(message)" }
}
