internal import CMPI

/// How the body of a program ended on this rank.
enum Outcome {
    /// It returned an exit code.
    case returned(Int32)
    /// It threw.
    case threw(any Error)

    var exitCode: Int32 {
        switch self {
        case .returned(let code): ExitCode.valid(code)
        case .threw(let error): ExitCode.of(error)
        }
    }

    /// Whether every rank ends like this by agreement.
    var isAgreed: Bool {
        if case .threw(let failure as RemoteFailure) = self { return failure.isAgreed }
        return false
    }

    /// Whether this rank failed by itself, so that others may wait for it in vain.
    var isOwnFailure: Bool { exitCode != 0 && !isAgreed }

    /// What to print, or nil where the body returned: then it has said what there is to say.
    var error: (any Error)? {
        if case .threw(let error) = self { return error }
        return nil
    }

    func failure(of rank: Int) -> RemoteFailure {
        switch self {
        case .returned(let code):
            RemoteFailure(rank: rank, message: "ended with exit code \(code)", exitCode: exitCode)
        case .threw(let error): RemoteFailure(error, of: rank)
        }
    }
}

/// The end of a program: all ranks agree on one exit code and one message, or are ended together.
///
/// A rank that failed by itself tells rank 0, which throws the failure out of whatever it waits in. Then it waits a
/// short time for the others to come to the end too. If they do, MPI is finalised in order; if not, they wait for
/// something that will never come, or compute, and MPI_Abort ends them.
struct FinalMeeting {
    let session: MPISession
    let name: String

    /// How long a rank that failed waits for the others.
    private static let graceNanoseconds: UInt64 = 1_000_000_000

    private var communicator: MPICommunicator { session.communicator }
    private var rank: Int { communicator.rank }

    /// Ends the program on this rank.
    ///
    /// - Returns: the largest exit code of all ranks. Does not return if the ranks cannot all come here.
    func end(_ outcome: Outcome) -> Int32 {
        do {
            return try meet(outcome)
        } catch {
            abort(RemoteFailure(error, of: rank))
        }
    }

    private func meet(_ outcome: Outcome) throws -> Int32 {
        // Rank 0 heard of a failure while it waited: it waited in vain, and so may the rank that failed.
        if let notice = communicator.stop as? RemoteFailure { abort(notice) }
        var notice: (Staging, CMPIRequest)?
        if outcome.isOwnFailure && rank != 0 {
            notice = try FailureNotice.send(outcome.failure(of: rank), on: communicator.control)
        }
        defer { extendLifetime(notice?.0) }
        let endings = try exchange(outcome)
        if var request = notice?.1 { try wait { try MPICommunicator.hasCompleted(&request) } }
        try report(endings, outcome)
        let exitCode = endings.map(\.exitCode).max() ?? 0
        if endings.contains(where: \.isUnfinished) { endUnfinished(exitCode) }
        try session.finish()
        return exitCode
    }

    // MARK: What ranks tell each other

    private struct Ending: BitwiseCopyable {
        var exitCode: Int32
        var isOwnFailure: Bool
        /// Whether the body threw, so that there is a message.
        var hasMessage: Bool
        /// Whether operations are still under way, so that MPI cannot be finalised.
        var isUnfinished: Bool
    }

    private func exchange(_ outcome: Outcome) throws -> [Ending] {
        let isUnfinished = (try? communicator.checkFinished()) == nil
        let mine = Staging(
            copying: [
                Ending(
                    exitCode: outcome.exitCode, isOwnFailure: outcome.isOwnFailure, hasMessage: outcome.error != nil,
                    isUnfinished: isUnfinished)
            ])
        let all = Staging(byteCount: mine.bytes.count * communicator.size)
        var request = cmpi_request_null()
        try MPIError.check(
            "MPI_Iallgather",
            cmpi_iallgather(
                mine.base, Int32(mine.bytes.count), all.base, cmpi_byte(), communicator.control, &request))
        let haveMet = try wait(forAtMost: outcome.isOwnFailure ? Self.graceNanoseconds : nil) {
            try MPICommunicator.hasCompleted(&request)
        }
        guard haveMet else { abort(outcome.failure(of: rank)) }
        return try all.values(Ending.self)
    }

    /// Prints the failure of the lowest rank that has a message, on rank 0.
    private func report(_ endings: [Ending], _ outcome: Outcome) throws {
        guard rank == 0 else { return }
        var failures: [RemoteFailure] = []
        for sender in endings.indices.dropFirst() where endings[sender].isOwnFailure {
            var received: RemoteFailure?
            try wait {
                received = try FailureNotice.receive(on: communicator.control, from: sender)
                return received != nil
            }
            if let received, endings[sender].hasMessage { failures.append(received) }
        }
        if let error = outcome.error {
            StandardError.print("\(name): \(ExitCode.message(of: error))")
        } else if let first = failures.first {
            StandardError.print("\(name): \(first)")
        }
    }

    // MARK: Ending

    /// Ends all ranks; says which failed and why.
    private func abort(_ failure: RemoteFailure) -> Never {
        StandardError.print("\(name): rank \(failure.rank): \(failure.message)")
        session.abort(exitCode: failure.exitCode)
    }

    /// Ends a program that failed with operations under way: MPI_Finalize would wait for them.
    private func endUnfinished(_ exitCode: Int32) -> Never {
        if rank != 0 {
            // Rank 0 ends everyone after its message.
            _ = try? wait(forAtMost: 5 * Self.graceNanoseconds) { false }
        }
        session.abort(exitCode: exitCode)
    }

    @discardableResult
    private func wait(forAtMost nanoseconds: UInt64? = nil, until isDone: () throws -> Bool) throws -> Bool {
        let start = Backoff.now()
        var backoff = Backoff(maySleep: true)
        while try !isDone() {
            if let nanoseconds, Backoff.now() - start > nanoseconds { return false }
            backoff.pause()
        }
        return true
    }
}
