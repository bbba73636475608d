extension HuggingFaceConfig {
    /// `FalconConfig`: the 7B (one key-value head, one norm per block) and the newer 40B kind (groups, two norms).
    func falcon() throws -> TransformerModel {
        let hidden = try size("hidden_size", in: Limits.hiddenSize)
        let heads = try size("num_attention_heads", in: Limits.heads)
        let dimension = try headDimension(hidden: hidden, heads: heads, headsKey: "num_attention_heads")
        let isNew = try flag("new_decoder_architecture", default: false)
        let isParallel = try flag("parallel_attn", default: true)
        if isNew && !isParallel {
            throw try keys.required("parallel_attn").error(
                "a new_decoder_architecture that is not parallel is not modelled", expected: "true")
        }
        let hasBias = try flag("bias", default: false)
        return TransformerModel(
            name: name, family: family.rawValue, hiddenSize: hidden,
            layers: try size("num_hidden_layers", in: Limits.layers), attentionHeads: heads,
            kvHeads: try falconKVHeads(heads: heads, isNew: isNew), headDimension: dimension,
            intermediateSize: try size("ffn_hidden_size", in: Limits.intermediateSize, default: 4 * hidden),
            vocabularySize: try size("vocab_size", in: Limits.vocabularySize),
            hasTiedEmbeddings: try isTied(default: true), feedForward: .plain,
            activation: try activation("activation", default: .gelu), normalization: .layerNorm,
            position: try rotary(headDimension: dimension),
            maximumPositions: try size("max_position_embeddings", in: Limits.positions, default: 2048),
            hasQueryKeyValueBias: hasBias, hasAttentionOutputBias: hasBias, hasFeedForwardBias: hasBias,
            isParallelBlock: isParallel, normsPerLayer: try falconNorms(isNew: isNew, isParallel: isParallel))
    }

    private func falconKVHeads(heads: Int, isNew: Bool) throws -> Int {
        if try !isNew && flag("multi_query", default: true) { return 1 }
        let kvHeads = try size("num_kv_heads", in: Limits.heads, default: heads)
        // The old kind with several heads splits its fused matrix into equal thirds, whatever the key says.
        if !heads.isMultiple(of: kvHeads) || (!isNew && kvHeads != heads) {
            throw try keys.required("num_kv_heads").error(
                "\(kvHeads) key-value heads do not fit \(heads) attention heads",
                expected: isNew ? "a divisor of \(heads)" : "\(heads)")
        }
        return kvHeads
    }

    private func falconNorms(isNew: Bool, isParallel: Bool) throws -> Int {
        guard isParallel else { return 2 }
        return isNew ? try size("num_ln_in_parallel_attn", in: 1...2, default: 2) : 1
    }
}
