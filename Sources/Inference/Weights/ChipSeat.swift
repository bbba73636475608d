import Simulation
import Workload

/// Which layers a chip holds, and which part of them: what the plan of the simulation says, as ranges.
struct ChipSeat: Sendable, Hashable {
    /// The chip.
    let chip: Int
    /// Its pipeline stage.
    let stage: Int
    /// Its layers.
    let layers: Range<Int>
    /// Its part of layers that are not pruned.
    let whole: Part
    /// Its part of pruned layers, where the model has them: of the heads and channels that they keep.
    let pruned: Part?
    /// Rows of the embedding, in the first stage, and of the head, in the last.
    let vocabularyRows: Range<Int>
    /// Whether it looks tokens up.
    let hasEmbedding: Bool
    /// Whether it makes logits.
    let hasHead: Bool

    /// Which part of a layer a chip holds.
    struct Part: Sendable, Hashable {
        /// Its query heads.
        let queryHeads: Range<Int>
        /// Its key and value heads; chips that share one each have a copy.
        let keyValueHeads: Range<Int>
        /// For each of them, the chip's query heads that use it, one after the other.
        let queryHeadsPerKVHead: [Int]
        /// Rows of gate and up, columns of down.
        let inner: Range<Int>

        /// The part of a chip of a tensor-parallel group.
        ///
        /// - Parameters:
        ///   - shards: of the group.
        ///   - group: query heads that share a key and value head.
        init(_ index: Int, of shards: [ShardShape], queryHeadsPerKVHead group: Int) {
            queryHeads = ChipSeat.range(index, of: shards, \.queryHeads)
            queryHeadsPerKVHead = shards[index].queryHeadsPerKVHead
            let first = queryHeads.lowerBound / group
            keyValueHeads = first..<first + queryHeadsPerKVHead.count
            inner = ChipSeat.range(index, of: shards, \.intermediateSize)
        }

        /// The chip's columns of queries and of the output projection.
        func queryColumns(_ headDimension: Int) -> Range<Int> {
            queryHeads.lowerBound * headDimension..<queryHeads.upperBound * headDimension
        }

        /// The rows of keys or values.
        func keyValueRows(_ headDimension: Int) -> Range<Int> {
            keyValueHeads.lowerBound * headDimension..<keyValueHeads.upperBound * headDimension
        }
    }

    /// The part of a chip.
    init(_ chip: Int, of plan: Plan, _ shape: TransformerModel) {
        let index = chip % plan.tensorParallel
        self.chip = chip
        stage = plan.stage(of: chip)
        layers = plan.stages[stage].range
        whole = Part(index, of: plan.shards, queryHeadsPerKVHead: shape.queryHeadsPerKVHead)
        let prunedShards = plan.prunedShards
        pruned =
            prunedShards.isEmpty
            ? nil : Part(index, of: prunedShards, queryHeadsPerKVHead: shape.queryHeadsPerKVHead)
        vocabularyRows = Self.range(index, of: plan.shards, \.vocabularyRows)
        hasEmbedding = stage == 0
        hasHead = stage == plan.stages.count - 1
    }

    /// What a chip has of something that chips divide one after the other.
    private static func range(_ index: Int, of shards: [ShardShape], _ count: (ShardShape) -> Int) -> Range<Int> {
        let first = shards[..<index].reduce(0) { $0 + count($1) }
        return first..<first + count(shards[index])
    }

    /// The chip's part of a layer.
    func part(ofLayers sort: LayerSort) -> Part { (sort == .pruned ? pruned : nil) ?? whole }
}
