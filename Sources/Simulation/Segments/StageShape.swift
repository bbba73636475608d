import Workload

/// What the work of a stage depends on, besides the chip's seat: its layers, and whether the model begins or ends in it.
/// Equal stages take equally long.
struct StageShape: Hashable, Sendable {
    /// Neighbouring layers of the same shape.
    struct Layers: Hashable, Sendable {
        var sort: LayerSort
        /// Pairs of blocks in their matrices, where they are known.
        var blockPairs: [String: Int] = [:]
        var count: Int
    }

    /// Its layers in their order.
    var layers: [Layers]
    var isFirst: Bool
    var isLast: Bool

    init(_ stage: Int, of plan: Plan, _ request: RunRequest) {
        layers = []
        for layer in plan.stages[stage].range {
            let sort = request.model.sort(ofLayer: layer)
            let pairs = request.blockPairs.isEmpty ? [:] : request.blockPairs[layer]
            if let last = layers.last, last.sort == sort, last.blockPairs == pairs {
                layers[layers.count - 1].count += 1
            } else {
                layers.append(Layers(sort: sort, blockPairs: pairs, count: 1))
            }
        }
        isFirst = stage == 0
        isLast = stage == plan.stages.count - 1
    }
}
