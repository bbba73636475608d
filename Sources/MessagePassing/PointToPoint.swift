extension Communicator {
    /// Sends values; the general form, which copies them.
    public func send<T: BitwiseCopyable>(_ values: [T], to destination: Int, tag: Int) throws {
        try startSend(values, to: destination, tag: tag).wait()
    }

    /// Waits for the next message of a rank and tag.
    ///
    /// - Returns: the values, as many as were sent.
    /// - Throws: ``CommunicationError/partialElement(bytes:type:stride:)`` if the sender's element type was another
    ///   and its bytes do not divide evenly.
    public func receive<T: BitwiseCopyable>(_ type: T.Type, from source: Int, tag: Int) throws -> [T] {
        try startReceive(type, from: source, tag: tag).wait()
    }

    /// Sends to one rank while receiving from another: the step of a ring.
    ///
    /// - Returns: the values of `source`, as many as it sent.
    public func exchange<T: BitwiseCopyable>(
        _ values: [T], with destination: Int, receivingFrom source: Int, tag: Int
    ) throws -> [T] {
        let sending = try startSend(values, to: destination, tag: tag)
        let received = try startReceive(T.self, from: source, tag: tag).wait()
        try sending.wait()
        return received
    }

    /// Refuses ranks that do not exist.
    package func check(rank peer: Int) throws {
        guard (0..<size).contains(peer) else { throw CommunicationError.noSuchRank(peer, size: size) }
    }

    /// Refuses ranks and tags that do not exist; for implementations of ``Communicator``.
    package func check(rank peer: Int, tag: Int) throws {
        try check(rank: peer)
        try check(tag: tag)
    }

    /// Refuses tags that do not exist.
    package func check(tag: Int) throws {
        guard MessageTag.all.contains(tag) else { throw CommunicationError.noSuchTag(tag) }
    }
}
