import Workload

/// What is removed from some layers of a model, and what they are left with.
struct PruningDocument: Encodable {
    let method = "llm-pruner"
    let ratio: Double
    let firstLayer: Int
    let lastLayer: Int
    let multiple: Int
    let attentionHeads: Int
    let kvHeads: Int
    let intermediateSize: Int
    let unprunedParameters: Int

    /// Nil for a model that nothing is removed from.
    init?(_ model: TransformerModel) {
        guard let pruning = model.pruning, let pruned = model.ofPrunedLayers else { return nil }
        ratio = pruning.ratio
        firstLayer = pruning.firstLayer
        lastLayer = pruning.lastLayer
        multiple = pruning.multiple
        attentionHeads = pruned.attentionHeads
        kvHeads = pruned.kvHeads
        intermediateSize = pruned.intermediateSize
        unprunedParameters = model.unpruned.totalParameters
    }
}
