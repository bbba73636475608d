extension Communicator {
    /// A meeting point: every rank reports success or failure, and a failure of any rank is thrown on all.
    ///
    ///     let shard = try communicator.agree(Result { try load(shardOf: communicator.rank) })
    ///
    /// Use it wherever a rank can fail by itself before ranks need each other again: nobody is left waiting.
    ///
    /// - Parameter outcome: what this rank did.
    /// - Returns: this rank's success, if every rank succeeded.
    /// - Throws: ``RemoteFailure`` of the lowest rank that failed, on every rank.
    public func agree<T>(_ outcome: Result<T, any Error>) throws -> T {
        var own: RemoteFailure?
        if case .failure(let error) = outcome { own = RemoteFailure(error, of: rank) }
        guard try allReduce([Int32(own == nil ? 0 : 1)], .maximum) != [0] else { return try outcome.get() }
        let failures = try allGather(value: own)
        guard var first = failures.lazy.compactMap(\.self).first else { return try outcome.get() }
        first.isAgreed = true
        throw first
    }

    /// Does something on every rank that may fail on any, and meets the others after it.
    ///
    /// - Returns: this rank's result, if every rank succeeded.
    /// - Throws: ``RemoteFailure`` of the lowest rank that failed, on every rank.
    public func agree<T>(_ body: () throws -> T) throws -> T {
        try agree(Result(catching: body))
    }

    /// Does something on one rank that may fail and gives every rank its result, or its failure.
    ///
    /// - Parameters:
    ///   - root: the rank that does it.
    ///   - body: not called on the others.
    /// - Throws: ``RemoteFailure`` of `root`, on every rank.
    public func broadcastResult<V: Codable>(from root: Int = 0, of body: () throws -> V) throws -> V {
        try check(rank: root)
        let made = try agree { rank == root ? try body() : nil }
        return try broadcast(value: made, from: root)
    }
}
