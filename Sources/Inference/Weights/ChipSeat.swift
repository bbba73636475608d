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
    /// Its query heads.
    let queryHeads: Range<Int>
    /// Its key and value heads; chips that share one each have a copy.
    let keyValueHeads: Range<Int>
    /// For each of them, the chip's query heads that use it, one after the other.
    let queryHeadsPerKVHead: [Int]
    /// Rows of gate and up, columns of down.
    let inner: Range<Int>
    /// Rows of the embedding, in the first stage, and of the head, in the last.
    let vocabularyRows: Range<Int>
    /// Whether it looks tokens up.
    let hasEmbedding: Bool
    /// Whether it makes logits.
    let hasHead: Bool

    /// The part of a chip.
    init(_ chip: Int, of plan: Plan, _ shape: TransformerModel) {
        let index = chip % plan.tensorParallel
        func range(_ count: (ShardShape) -> Int) -> Range<Int> {
            let first = plan.shards[..<index].reduce(0) { $0 + count($1) }
            return first..<first + count(plan.shards[index])
        }
        self.chip = chip
        stage = plan.stage(of: chip)
        layers = plan.stages[stage].range
        queryHeads = range(\.queryHeads)
        queryHeadsPerKVHead = plan.shards[index].queryHeadsPerKVHead
        let first = queryHeads.lowerBound / shape.queryHeadsPerKVHead
        keyValueHeads = first..<first + queryHeadsPerKVHead.count
        inner = range(\.intermediateSize)
        vocabularyRows = range(\.vocabularyRows)
        hasEmbedding = stage == 0
        hasHead = stage == plan.stages.count - 1
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
