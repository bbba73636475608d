import Workload

/// What a chip holds of each layer of its stage. Chips with equal seats do equal work for equal batches.
public struct Seat: Hashable, Sendable, Codable {
    /// Its heads, widths and vocabulary.
    public var shard: ShardShape
    /// Its blocks, where matrices are divided both ways.
    public var block: GridBlock?
    /// The same of pruned layers, where the model has them; vocabulary and hidden vector are divided as above.
    public var pruned: Part?
    /// The part of the experts it holds: those whose number leaves this remainder when divided by the parts. Parts that
    /// always get the same loads carry the number of the first of them.
    public var expertPart: Int
    /// Parts that the experts are dealt out to.
    public var expertParts: Int

    /// A part of a layer.
    public struct Part: Hashable, Sendable, Codable {
        /// Its heads and widths.
        public var shard: ShardShape
        /// Its blocks, where matrices are divided both ways.
        public var block: GridBlock?
    }

    /// What the chip holds of each layer of a sort.
    public func part(ofLayers sort: LayerSort) -> Part {
        (sort == .pruned ? pruned : nil) ?? Part(shard: shard, block: block)
    }

    /// Experts on the chip, of a number of them.
    public func experts(of total: Int) -> Int { (total - expertPart + expertParts - 1) / expertParts }

    /// The entries, one for each expert, of the experts on the chip.
    func own<Value>(_ ofExperts: [Value]) -> [Value] {
        stride(from: expertPart, to: ofExperts.count, by: expertParts).map { ofExperts[$0] }
    }
}
