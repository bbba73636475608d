import Workload

/// What the work of a stage depends on, besides the chip's seat: how many layers of each sort it has, and whether the
/// model begins or ends in it. Equal stages take equally long.
struct StageShape: Hashable, Sendable {
    var denseLayers: Int
    var mixtureLayers: Int
    var isFirst: Bool
    var isLast: Bool

    init(_ stage: Int, of plan: Plan, model: TransformerModel) {
        let layers = plan.stages[stage].range
        mixtureLayers = layers.count { model.isMixture(layer: $0) }
        denseLayers = layers.count - mixtureLayers
        isFirst = stage == 0
        isLast = stage == plan.stages.count - 1
    }

    /// Sorts of layers with how many there are.
    var layers: [(isMixture: Bool, count: Int)] {
        [(false, denseLayers), (true, mixtureLayers)].filter { $0.1 > 0 }
    }
}
