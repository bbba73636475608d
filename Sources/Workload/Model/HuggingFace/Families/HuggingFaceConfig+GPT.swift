extension HuggingFaceConfig {
    /// `GPT2Config`, which has names of its own for the sizes.
    func gpt2() throws -> TransformerModel {
        let hidden = try size("n_embd", in: Limits.hiddenSize)
        let heads = try size("n_head", in: Limits.heads)
        let positions = try size("n_positions", in: Limits.positions, default: 1024)
        return TransformerModel(
            name: name, family: family.rawValue, hiddenSize: hidden, layers: try size("n_layer", in: Limits.layers),
            attentionHeads: heads, kvHeads: heads,
            headDimension: try headDimension(hidden: hidden, heads: heads, headsKey: "n_head"),
            intermediateSize: try size("n_inner", in: Limits.intermediateSize, default: 4 * hidden),
            vocabularySize: try size("vocab_size", in: Limits.vocabularySize),
            hasTiedEmbeddings: try isTied(default: true), feedForward: .plain,
            activation: try activation("activation_function", default: .gelu), normalization: .layerNorm,
            position: .learned(rows: positions), maximumPositions: positions, hasQueryKeyValueBias: true,
            hasAttentionOutputBias: true, hasFeedForwardBias: true)
    }

    /// `GPTNeoXConfig`: Pythia and GPT-NeoX-20B. The two halves of a block run in parallel, each from its own norm.
    func gptNeoX() throws -> TransformerModel {
        let hidden = try size("hidden_size", in: Limits.hiddenSize)
        let heads = try size("num_attention_heads", in: Limits.heads)
        let dimension = try headDimension(hidden: hidden, heads: heads, headsKey: "num_attention_heads")
        let hasAttentionBias = try flag("attention_bias", default: true)
        return TransformerModel(
            name: name, family: family.rawValue, hiddenSize: hidden,
            layers: try size("num_hidden_layers", in: Limits.layers), attentionHeads: heads, kvHeads: heads,
            headDimension: dimension, intermediateSize: try size("intermediate_size", in: Limits.intermediateSize),
            vocabularySize: try size("vocab_size", in: Limits.vocabularySize),
            hasTiedEmbeddings: try isTied(default: false), feedForward: .plain,
            activation: try activation("hidden_act", default: .gelu), normalization: .layerNorm,
            position: try rotary(headDimension: dimension, factorKey: "rotary_pct", defaultFactor: 0.25),
            maximumPositions: try size("max_position_embeddings", in: Limits.positions, default: 2048),
            hasQueryKeyValueBias: hasAttentionBias, hasAttentionOutputBias: hasAttentionBias, hasFeedForwardBias: true,
            isParallelBlock: try flag("use_parallel_residual", default: true))
    }
}
