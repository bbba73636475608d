/// The only rank of a program that no launcher started. Calls nothing outside Swift.
///
/// A message to itself waits until it is received.
public final class SingleProcessCommunicator: Communicator {
    /// Always 0.
    public let rank = 0
    /// Always 1.
    public let size = 1

    private struct Channel {
        var messages: [Int: [UInt8]] = [:]
        var sent = 0
        var taken = 0
    }

    private var channels: [Int: Channel] = [:]

    /// Creates a world of one rank.
    public init() {}

    /// Keeps the values for a receive.
    public func startSend<T: BitwiseCopyable>(_ values: [T], to destination: Int, tag: Int) throws -> PendingSend {
        try check(rank: destination, tag: tag)
        var channel = channels[tag, default: Channel()]
        channel.messages[channel.sent] = values.withUnsafeBytes { Array($0) }
        channel.sent += 1
        channels[tag] = channel
        return PendingSend {}
    }

    /// Takes the next message to itself.
    ///
    /// - Throws: from the wait, ``CommunicationError/neverSent(source:tag:)`` if it has not been sent by then.
    public func startReceive<T: BitwiseCopyable>(
        _ type: T.Type, from source: Int, tag: Int
    ) throws -> PendingReceive<T> {
        try check(rank: source, tag: tag)
        let number = channels[tag, default: Channel()].taken
        channels[tag, default: Channel()].taken += 1
        return PendingReceive {
            guard let bytes = self.channels[tag]?.messages.removeValue(forKey: number) else {
                throw CommunicationError.neverSent(source: source, tag: tag)
            }
            return try bytes.withUnsafeBytes { try [T](copying: $0) }
        }
    }

    /// Finds a message to itself.
    ///
    /// - Throws: ``CommunicationError/neverSent(source:tag:)`` if there is none.
    public func awaitMessage(tag: Int) throws -> Int {
        try check(tag: tag)
        let channel = channels[tag, default: Channel()]
        guard channel.sent > channel.taken else { throw CommunicationError.neverSent(source: rank, tag: tag) }
        return rank
    }

    /// Looks for a message to itself.
    public func pollMessage(tag: Int) throws -> Int? {
        try check(tag: tag)
        let channel = channels[tag, default: Channel()]
        return channel.sent > channel.taken ? rank : nil
    }
}
