/// Reductions that combine elements in the order of ranks: ((r0 op r1) op r2) op ...
///
/// Up to a size every rank (or the root) gets all values and folds them. Beyond it the values are cut into a block per
/// rank, each rank folds its block of everyone's values, and the blocks are put together: each rank moves twice the
/// data instead of as many times as there are ranks. Every element goes through the same operations either way, so
/// the bits do not depend on which way was taken.
extension Communicator {
    /// Combines the values of all ranks and gives one rank the result.
    public func reduce<T: ReducibleElement>(
        _ values: [T], _ operation: ReductionOperation, at root: Int
    ) throws -> [T]? {
        try check(rank: root)
        try checkAgreement("reduce(\(operation)) of \(values.count) \(T.self) at rank \(root)")
        return try reduceInRankOrder(values, operation, at: root)
    }

    /// Combines the values of all ranks and gives every rank the result.
    public func allReduce<T: ReducibleElement>(_ values: [T], _ operation: ReductionOperation) throws -> [T] {
        try checkAgreement("allReduce(\(operation)) of \(values.count) \(T.self)")
        return try allReduceInRankOrder(values, operation)
    }

    /// Combines the values of all ranks and gives each rank one block of the result.
    public func reduceScatter<T: ReducibleElement>(_ values: [T], _ operation: ReductionOperation) throws -> [T] {
        try checkAgreement("reduceScatter(\(operation)) of \(values.count) \(T.self)")
        return try foldBlock(of: values, operation)
    }

    func reduceInRankOrder<T: ReducibleElement>(
        _ values: [T], _ operation: ReductionOperation, at root: Int
    ) throws -> [T]? {
        guard isLarge(values) else { return try gather(values, at: root).map { try fold($0, operation) } }
        return try gather(foldBlock(of: values, operation), at: root)?.flatMap(\.self)
    }

    func allReduceInRankOrder<T: ReducibleElement>(_ values: [T], _ operation: ReductionOperation) throws -> [T] {
        guard isLarge(values) else { return try fold(allGather(values), operation) }
        return try allGather(foldBlock(of: values, operation)).flatMap(\.self)
    }

    /// This rank's block of the result.
    func foldBlock<T: ReducibleElement>(of values: [T], _ operation: ReductionOperation) throws -> [T] {
        let blocks = BlockPartition(values.count, into: size)
        return try fold(allToAll((0..<size).map { Array(values[blocks[$0]]) }), operation)
    }

    private func fold<T: ReducibleElement>(_ byRank: [[T]], _ operation: ReductionOperation) throws -> [T] {
        guard byRank.allSatisfy({ $0.count == byRank[0].count }) else {
            throw CommunicationError.unequalCounts(byRank.map(\.count))
        }
        var result = byRank[0]
        for values in byRank.dropFirst() {
            values.withUnsafeBufferPointer { T.combine(operation, $0, into: &result) }
        }
        return result
    }

    private func isLarge<T: ReducibleElement>(_ values: [T]) -> Bool {
        // Where the exchange of small messages stops to cost more than the copies of all data.
        values.count * MemoryLayout<T>.stride * size > 1 << 16
    }
}
