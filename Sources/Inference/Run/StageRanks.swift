import MessagePassing
import Simulation

/// The ranks that own chips of a pipeline stage, and how they meet.
struct StageRanks: Sendable, Hashable {
    /// The stage.
    let index: Int
    /// The ranks, in the order of their chips.
    let ranks: Range<Int>

    /// - Parameter owners: the chips of every rank, in blocks.
    init(_ index: Int, of plan: Plan, owners: BlockPartition) {
        self.index = index
        let first = index * plan.tensorParallel
        ranks = owners.block(of: first)..<owners.block(of: first + plan.tensorParallel - 1) + 1
    }

    /// The values of all these ranks, one rank behind the other. Called by them alone.
    func allGather(_ own: [Float], on communicator: any Communicator) throws -> [Float] {
        if ranks.count == 1 { return own }
        if ranks.count == communicator.size { return try communicator.allGather(own).flatMap { $0 } }
        let others = ranks.filter { $0 != communicator.rank }
        let sends = try others.map { try communicator.startSend(own, to: $0, tag: Self.sumTag) }
        var result: [Float] = []
        for rank in ranks {
            result +=
                rank == communicator.rank
                ? own : try communicator.receive(Float.self, from: rank, tag: Self.sumTag)
        }
        for send in sends { try send.wait() }
        return result
    }

    /// Gives the ranks of the next stage that are none of this one the residual vectors. Called by the first rank.
    func send(_ residual: [Float], to next: StageRanks, on communicator: any Communicator) throws {
        for rank in next.ranks where !ranks.contains(rank) {
            try communicator.send(residual, to: rank, tag: Self.handoverTag)
        }
    }

    /// The residual vectors of the stage before: this rank's own where it is one of that stage too.
    func receive(
        _ own: [Float], from previous: StageRanks, on communicator: any Communicator
    ) throws -> [Float] {
        if previous.ranks.contains(communicator.rank) { return own }
        return try communicator.receive(Float.self, from: previous.ranks.lowerBound, tag: Self.handoverTag)
    }

    private static let (sumTag, handoverTag) = (1, 2)
}
