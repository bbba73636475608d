import Workload

/// What the work of a stage depends on, besides the chip's seat: its layers, and whether the model begins or ends in it.
/// Equal stages take equally long.
struct StageShape: Hashable, Sendable {
    /// Neighbouring layers of the same shape.
    struct Layers: Hashable, Sendable {
        var sort: LayerSort
        /// Pairs of blocks in their matrices, where they are known.
        var blockPairs: [String: Int]
        var count: Int
    }

    /// Its layers in their order.
    var layers: [Layers]
    var isFirst: Bool
    var isLast: Bool

    init(_ stage: Int, of plan: Plan, _ request: RunRequest) {
        let single = plan.stages[stage].range.map { layer in
            Layers(
                sort: request.model.sort(ofLayer: layer),
                blockPairs: request.blockPairs.isEmpty ? [:] : request.blockPairs[layer], count: 1)
        }
        layers = single.runs().map { Layers(sort: $0.sort, blockPairs: $0.blockPairs, count: $1) }
        isFirst = stage == 0
        isLast = stage == plan.stages.count - 1
    }
}
