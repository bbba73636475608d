import MessagePassing

/// A rank that is a thread. Its collectives are those that ``Communicator`` makes of messages.
///
/// Messages are copied as bytes, so that a rank cannot see another's memory by mistake.
public final class ThreadCommunicator: Communicator {
    /// This thread's rank.
    public let rank: Int
    /// The number of threads.
    public let size: Int

    private let mailbox: Mailbox

    init(rank: Int, mailbox: Mailbox) {
        self.rank = rank
        self.mailbox = mailbox
        size = mailbox.ranks
    }

    /// Puts the values into the mailbox.
    public func startSend<T: BitwiseCopyable>(_ values: [T], to destination: Int, tag: Int) throws -> PendingSend {
        try check(rank: destination, tag: tag)
        try mailbox.put(values.withUnsafeBytes { Array($0) }, Channel(from: rank, to: destination, tag: tag))
        return PendingSend {}
    }

    /// Takes the next message of a rank and tag.
    public func startReceive<T: BitwiseCopyable>(
        _ type: T.Type, from source: Int, tag: Int
    ) throws -> PendingReceive<T> {
        try check(rank: source, tag: tag)
        let channel = Channel(from: source, to: rank, tag: tag)
        let number = mailbox.reserve(channel)
        return PendingReceive { [mailbox] in
            try mailbox.take(number, channel).withUnsafeBytes { try [T](copying: $0) }
        }
    }

    /// Waits for a message of any rank.
    public func awaitMessage(tag: Int) throws -> Int {
        try check(tag: tag)
        return try mailbox.awaitMessage(to: rank, tag: tag)
    }

    /// Looks for a message of any rank.
    public func pollMessage(tag: Int) throws -> Int? {
        try check(tag: tag)
        return try mailbox.pollMessage(to: rank, tag: tag)
    }
}
