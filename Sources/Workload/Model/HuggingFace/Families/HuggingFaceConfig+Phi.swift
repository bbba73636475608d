extension HuggingFaceConfig {
    /// `PhiConfig`: phi-1, phi-1.5 and phi-2. Attention and feed-forward network share a norm and run in parallel.
    func phi() throws -> TransformerModel {
        let shape = try headShape()
        return TransformerModel(
            name: name, family: family.rawValue, hiddenSize: shape.hiddenSize,
            layers: try size("num_hidden_layers", in: Limits.layers), attentionHeads: shape.attentionHeads,
            kvHeads: shape.kvHeads, headDimension: shape.headDimension,
            intermediateSize: try size("intermediate_size", in: Limits.intermediateSize),
            vocabularySize: try size("vocab_size", in: Limits.vocabularySize),
            hasTiedEmbeddings: try isTied(default: false), feedForward: .plain,
            activation: try activation("hidden_act", default: .gelu), normalization: .layerNorm,
            position: try rotary(headDimension: shape.headDimension, defaultFactor: 0.5),
            maximumPositions: try size("max_position_embeddings", in: Limits.positions, default: 2048),
            hasQueryKeyValueBias: true, hasAttentionOutputBias: true, hasFeedForwardBias: true, hasHeadBias: true,
            hasQueryKeyNorm: try flag("qk_layernorm", default: false), isParallelBlock: true, normsPerLayer: 1)
    }

    /// `Phi3Config`: a Llama block. Its fused matrices (query with key and value, gate with up) have the shapes of
    /// their parts side by side.
    func phi3() throws -> TransformerModel {
        var model = try gatedDecoder(headShape(), absentPositions: 4096)
        model.slidingWindow = try slidingWindow()
        return model
    }
}
