import Workload

/// What a chip's work depends on: its shard, and which layers its stage has. Equal parts cost the same.
struct StagePart: Hashable {
    private var shard: ShardShape
    private var denseLayers: Int
    private var mixtureLayers: Int
    private var isFirst: Bool
    private var isLast: Bool

    init(_ chipClass: Plan.ChipClass, in plan: Plan, model: TransformerModel) {
        let layers = plan.stages[chipClass.stage].range
        shard = chipClass.shard
        mixtureLayers = layers.count { model.isMixture(layer: $0) }
        denseLayers = layers.count - mixtureLayers
        isFirst = chipClass.stage == 0
        isLast = chipClass.stage == plan.stages.count - 1
    }
}
