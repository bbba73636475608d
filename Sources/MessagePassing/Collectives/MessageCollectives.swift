/// Collectives made of single messages, for communicators whose ranks share one process.
///
/// Each rank talks to each other directly; ``MPICommunicator`` uses the library's own collectives instead.
extension Communicator {
    /// Waits until every rank has called it.
    public func barrier() throws {
        try checkAgreement("barrier")
        _ = try exchangeEqualCounts([UInt8]())
    }

    /// Gives every rank the values of one.
    public func broadcast<T: BitwiseCopyable>(_ values: [T], from root: Int) throws -> [T] {
        try check(rank: root)
        try checkAgreement("broadcast of \(T.self) from rank \(root)")
        guard rank == root else { return try receive(T.self, from: root, tag: MessageTag.collective) }
        try scatter(Array(repeating: values, count: size), tag: MessageTag.collective)
        return values
    }

    /// Gives one rank the values of all.
    public func gather<T: BitwiseCopyable>(_ values: [T], at root: Int) throws -> [[T]]? {
        try check(rank: root)
        try checkAgreement("gather of \(T.self) at rank \(root)")
        guard rank == root else {
            try send(values, to: root, tag: MessageTag.collective)
            return nil
        }
        return try collect(own: values, tag: MessageTag.collective)
    }

    /// Gives every rank the values of all.
    public func allGather<T: BitwiseCopyable>(_ values: [T]) throws -> [[T]] {
        try checkAgreement("allGather of \(T.self)")
        try scatter(Array(repeating: values, count: size), tag: MessageTag.collective)
        return try collect(own: values, tag: MessageTag.collective)
    }

    /// Gives each rank its part of everyone's values.
    public func allToAll<T: BitwiseCopyable>(_ parts: [[T]]) throws -> [[T]] {
        guard parts.count == size else { throw CommunicationError.wrongPartCount(parts.count, size: size) }
        try checkAgreement("allToAll of \(T.self)")
        try scatter(parts, tag: MessageTag.collective)
        return try collect(own: parts[rank], tag: MessageTag.collective)
    }

    /// Gives every rank the values of all, unchecked.
    public func exchangeEqualCounts<T: BitwiseCopyable>(_ values: [T]) throws -> [T] {
        try scatter(Array(repeating: values, count: size), tag: MessageTag.exchange)
        return try collect(own: values, tag: MessageTag.exchange).flatMap(\.self)
    }

    /// Gives every rank one element of each.
    ///
    /// - Returns: the elements in the order of ranks.
    public func allGather<T: BitwiseCopyable>(element: T) throws -> [T] {
        try checkAgreement("allGather of one \(T.self)")
        return try exchangeEqualCounts([element])
    }

    private func scatter<T: BitwiseCopyable>(_ parts: [[T]], tag: Int) throws {
        for peer in 0..<size where peer != rank { try startSend(parts[peer], to: peer, tag: tag).wait() }
    }

    private func collect<T: BitwiseCopyable>(own: [T], tag: Int) throws -> [[T]] {
        try (0..<size).map { $0 == rank ? own : try receive(T.self, from: $0, tag: tag) }
    }
}
