extension HuggingFaceConfig {
    /// `OPTConfig`: all but opt-350m, which normalises after each half of a block and has a narrow embedding.
    func opt() throws -> TransformerModel {
        let hidden = try size("hidden_size", in: Limits.hiddenSize)
        let heads = try size("num_attention_heads", in: Limits.heads)
        try refuseOtherOPT(hidden: hidden)
        let positions = try size("max_position_embeddings", in: Limits.positions, default: 2048)
        let hasBias = try flag("enable_bias", default: true)
        return TransformerModel(
            name: name, family: family.rawValue, hiddenSize: hidden,
            layers: try size("num_hidden_layers", in: Limits.layers), attentionHeads: heads, kvHeads: heads,
            headDimension: try headDimension(hidden: hidden, heads: heads, headsKey: "num_attention_heads"),
            intermediateSize: try size("ffn_dim", in: Limits.intermediateSize),
            vocabularySize: try size("vocab_size", in: Limits.vocabularySize),
            hasTiedEmbeddings: try isTied(default: true), feedForward: .plain,
            activation: try activation("activation_function", default: .relu), normalization: .layerNorm,
            // The first two rows are never used: positions are counted from 2 (OPTLearnedPositionalEmbedding).
            position: .learned(rows: positions + 2), maximumPositions: positions, hasQueryKeyValueBias: hasBias,
            hasAttentionOutputBias: hasBias, hasFeedForwardBias: hasBias)
    }

    private func refuseOtherOPT(hidden: Int) throws {
        if let width = try keys.value("word_embed_proj_dim"), try width.integer(in: Limits.hiddenSize) != hidden {
            throw width.error(
                "an embedding narrower than the hidden size (as in opt-350m) is not modelled",
                expected: "\(hidden), as hidden_size")
        }
        if let key = try keys.value("do_layer_norm_before"), try !key.boolean() {
            throw key.error(
                "norms after attention and feed-forward (as in opt-350m) are not modelled", expected: "true")
        }
        if let key = try keys.value("_remove_final_layer_norm"), try key.boolean() {
            throw key.error("a model without final norm is not modelled", expected: "false")
        }
        if let key = try keys.value("layer_norm_elementwise_affine"), try !key.boolean() {
            throw key.error("norms without weights are not modelled", expected: "true")
        }
    }
}
