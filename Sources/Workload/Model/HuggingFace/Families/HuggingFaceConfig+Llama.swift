extension HuggingFaceConfig {
    /// `LlamaConfig`: Llama 1 to 3, Yi, SmolLM2 and many others.
    func llama() throws -> TransformerModel {
        var model = try gatedDecoder(headShape(), absentPositions: 2048)
        let hasAttentionBias = try flag("attention_bias", default: false)
        model.hasQueryKeyValueBias = hasAttentionBias
        model.hasAttentionOutputBias = hasAttentionBias
        model.hasFeedForwardBias = try flag("mlp_bias", default: false)
        return model
    }

    /// The decoder Llama made common: RMSNorm, gated feed-forward network, rotary positions, no biases. Families add
    /// what they change.
    func gatedDecoder(_ shape: HeadShape, absentPositions: Int) throws -> TransformerModel {
        TransformerModel(
            name: name, family: family.rawValue, hiddenSize: shape.hiddenSize,
            layers: try size("num_hidden_layers", in: Limits.layers), attentionHeads: shape.attentionHeads,
            kvHeads: shape.kvHeads, headDimension: shape.headDimension,
            intermediateSize: try size("intermediate_size", in: Limits.intermediateSize),
            vocabularySize: try size("vocab_size", in: Limits.vocabularySize),
            hasTiedEmbeddings: try isTied(default: false), activation: try activation("hidden_act", default: .silu),
            position: try rotary(headDimension: shape.headDimension),
            maximumPositions: try size(
                "max_position_embeddings", in: Limits.positions, default: absentPositions))
    }
}
