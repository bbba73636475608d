import Workload

/// What the work of a stage depends on, besides the chip's seat: its layers, and whether the model begins or ends in it.
/// Equal stages take equally long.
struct StageShape: Hashable, Sendable {
    /// Neighbouring layers of the same shape.
    struct Layers: Hashable, Sendable {
        var sort: LayerSort
        var count: Int
    }

    /// Its layers in their order.
    var layers: [Layers]
    var isFirst: Bool
    var isLast: Bool

    init(_ stage: Int, of plan: Plan, model: TransformerModel) {
        layers = model.sorts(ofLayers: plan.stages[stage].range).map { Layers(sort: $0.sort, count: $0.count) }
        isFirst = stage == 0
        isLast = stage == plan.stages.count - 1
    }
}
