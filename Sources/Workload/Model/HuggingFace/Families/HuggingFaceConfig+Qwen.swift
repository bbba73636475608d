extension HuggingFaceConfig {
    /// `Qwen2Config`: Qwen 1.5, 2 and 2.5, with biases on query, key and value.
    func qwen2() throws -> TransformerModel {
        var model = try gatedDecoder(headShape(absentKVHeads: 32), absentPositions: 32_768)
        model.hasQueryKeyValueBias = true
        model.slidingWindow = try optionalSlidingWindow(layers: model.layers, absentFullLayers: 28)
        return model
    }

    /// `Qwen3Config`: normalised heads of 128 elements.
    func qwen3() throws -> TransformerModel {
        let shape = try headShape(absentKVHeads: 32, absentHeadDimension: 128)
        var model = try withQueryKeyNorm(gatedDecoder(shape, absentPositions: 32_768))
        model.slidingWindow = try optionalSlidingWindow(layers: model.layers, absentFullLayers: 28)
        return model
    }

    /// `Qwen3MoeConfig`: Qwen3 with experts in all layers but those of `mlp_only_layers`.
    func qwen3MoE() throws -> TransformerModel {
        let shape = try headShape(absentKVHeads: 4)
        var model = try withQueryKeyNorm(gatedDecoder(shape, absentPositions: 32_768))
        model.slidingWindow = try optionalSlidingWindow(layers: model.layers, absentFullLayers: nil)
        if let step = try keys.value("decoder_sparse_step"), try step.integer(in: Limits.layers) != 1 {
            throw step.error("experts in every few layers are not modelled", expected: "1")
        }
        let experts = try size("num_experts", in: Limits.experts)
        model.mixtureOfExperts = MixtureOfExperts(
            experts: experts, activeExperts: try size("num_experts_per_tok", in: 1...experts),
            expertIntermediateSize: try size("moe_intermediate_size", in: Limits.intermediateSize),
            leadingDenseLayers: try leadingDenseLayers())
        return model
    }

    private func withQueryKeyNorm(_ plain: TransformerModel) throws -> TransformerModel {
        var model = plain
        model.hasQueryKeyNorm = true
        let hasAttentionBias = try flag("attention_bias", default: false)
        model.hasQueryKeyValueBias = hasAttentionBias
        model.hasAttentionOutputBias = hasAttentionBias
        return model
    }

    /// The layers without experts, which must be the first ones.
    private func leadingDenseLayers() throws -> Int {
        guard let key = try keys.value("mlp_only_layers") else { return 0 }
        let dense = Set(try key.elements().map { try $0.integer(in: 0...Limits.layers.upperBound) })
        guard dense == Set(0..<dense.count) else {
            throw key.error("dense layers after layers with experts are not modelled", expected: "the first layers")
        }
        return dense.count
    }
}
