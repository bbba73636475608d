import Workload

extension TransformerModel {
    /// A valid small model with every kind of irregularity: grouped heads, heads that do not make up the hidden size, odd
    /// widths, biases, parallel blocks, experts with and without shared ones, windows, pruned layers.
    public static func random(using generator: inout SeededGenerator) -> TransformerModel {
        let kvHeads = generator.pick([1, 2, 3, 4, 8])
        let isParallel = generator.integer(0...3) == 0
        let layers = generator.integer(2...6)
        var mixture: MixtureOfExperts?
        if !isParallel, generator.integer(0...2) == 0 {
            let experts = generator.integer(2...8)
            mixture = MixtureOfExperts(
                experts: experts, activeExperts: generator.integer(1...experts),
                expertIntermediateSize: generator.integer(24...200),
                sharedIntermediateSize: generator.flag() ? generator.integer(24...90) : 0,
                leadingDenseLayers: generator.integer(0...layers - 1))
        }
        let isGated = generator.flag()
        var model = TransformerModel(
            name: "random", family: generator.pick(["llama", "opt", "phi", "gpt2", "gpt_neox"]),
            hiddenSize: 16 * generator.integer(2...20), layers: layers,
            attentionHeads: kvHeads * generator.integer(1...5),
            kvHeads: kvHeads, headDimension: generator.pick([16, 24, 64]),
            intermediateSize: generator.integer(40...600), vocabularySize: generator.integer(50...1000),
            hasTiedEmbeddings: generator.flag(), feedForward: isGated ? .gated : .plain,
            activation: generator.pick([.silu, .gelu, .relu]),
            normalization: generator.pick([.rmsNorm, .layerNorm]),
            position: generator.flag() ? .rotary(dimensions: 8) : .learned(rows: 4096), maximumPositions: 4096,
            hasQueryKeyValueBias: generator.flag(), hasAttentionOutputBias: generator.flag(),
            hasFeedForwardBias: generator.flag(), hasHeadBias: generator.flag(), hasQueryKeyNorm: generator.flag(),
            isParallelBlock: isParallel, normsPerLayer: isParallel ? generator.integer(1...2) : 2,
            mixtureOfExperts: mixture, slidingWindow: generator.integer(0...4) == 0 ? generator.integer(1...64) : nil)
        if mixture == nil, generator.integer(0...2) == 0 {
            let first = generator.integer(0...layers - 1)
            model.pruning = Pruning(
                ratio: generator.pick([0.1, 0.25, 0.4, 0.7]), layers: first...generator.integer(first...layers - 1),
                multiple: generator.pick([1, 16]))
            // A ratio that leaves no head is not for this model.
            if model.ofPrunedLayers?.kvHeads == 0 { model.pruning = nil }
        }
        return model
    }
}
