/// What the models of a family share, so that a row of the registry gives only what differs.
extension RegisteredModel {
    /// A Llama block: RMSNorm, gated feed-forward network, rotary positions over whole heads, no biases.
    ///
    /// - Parameters:
    ///   - kvHeads: key-value heads, or nil for one per head.
    ///   - headDimension: elements per head, or nil for hidden size over heads.
    static func llama(
        _ name: String, _ hiddenSize: Int, layers: Int, heads: Int, kvHeads: Int? = nil, headDimension: Int? = nil,
        feedForward: Int, vocabulary: Int, positions: Int, tied: Bool = false, family: String = "llama",
        window: Int? = nil, experts: MixtureOfExperts? = nil, aliases: [String]
    ) -> Self {
        let dimension = headDimension ?? hiddenSize / heads
        let model = TransformerModel(
            name: name, family: family, hiddenSize: hiddenSize, layers: layers, attentionHeads: heads,
            kvHeads: kvHeads ?? heads, headDimension: dimension, intermediateSize: feedForward,
            vocabularySize: vocabulary, hasTiedEmbeddings: tied, position: .rotary(dimensions: dimension),
            maximumPositions: positions, mixtureOfExperts: experts, slidingWindow: window)
        return RegisteredModel(model: model, aliases: aliases)
    }

    /// A Llama block with biases on query, key and value, and 152,064 vocabulary rows.
    static func qwen25(
        _ name: String, _ hiddenSize: Int, layers: Int, heads: Int, kvHeads: Int, feedForward: Int, aliases: [String]
    ) -> Self {
        llama(
            name, hiddenSize, layers: layers, heads: heads, kvHeads: kvHeads, feedForward: feedForward,
            vocabulary: 152_064, positions: 131_072, family: "qwen2", aliases: aliases
        ).changed { $0.hasQueryKeyValueBias = true }
    }

    /// A Llama block with normalised heads of 128 elements, 151,936 vocabulary rows and, perhaps, experts.
    static func qwen3(
        _ name: String, _ hiddenSize: Int, layers: Int, heads: Int, kvHeads: Int, feedForward: Int,
        experts: MixtureOfExperts? = nil, aliases: [String]
    ) -> Self {
        llama(
            name, hiddenSize, layers: layers, heads: heads, kvHeads: kvHeads, headDimension: 128,
            feedForward: feedForward, vocabulary: 151_936, positions: 40_960,
            family: experts == nil ? "qwen3" : "qwen3_moe", experts: experts, aliases: aliases
        ).changed { $0.hasQueryKeyNorm = true }
    }

    /// A GPT-2 block: LayerNorm, plain feed-forward network of four times the hidden size, biases, learned positions,
    /// tied head. ``opt(_:_:layers:heads:aliases:)`` is one too.
    static func gpt2(
        _ name: String, _ hiddenSize: Int, layers: Int, heads: Int, vocabulary: Int = 50_257, positions: Int = 1024,
        aliases: [String]
    ) -> Self {
        let model = TransformerModel(
            name: name, family: "gpt2", hiddenSize: hiddenSize, layers: layers, attentionHeads: heads, kvHeads: heads,
            headDimension: hiddenSize / heads, intermediateSize: 4 * hiddenSize, vocabularySize: vocabulary,
            hasTiedEmbeddings: true, feedForward: .plain, activation: .gelu, normalization: .layerNorm,
            position: .learned(rows: positions), maximumPositions: positions, hasQueryKeyValueBias: true,
            hasAttentionOutputBias: true, hasFeedForwardBias: true)
        return RegisteredModel(model: model, aliases: aliases)
    }

    /// A GPT-2 block with ReLU; the position table has two unused rows.
    static func opt(_ name: String, _ hiddenSize: Int, layers: Int, heads: Int, aliases: [String]) -> Self {
        gpt2(
            name, hiddenSize, layers: layers, heads: heads, vocabulary: 50_272, positions: 2048, aliases: aliases
        ).changed {
            $0.family = "opt"
            $0.activation = .relu
            $0.position = .learned(rows: 2050)
        }
    }

    /// A parallel block: LayerNorm, plain feed-forward network of four times the hidden size, rotary positions. Biases
    /// everywhere or nowhere.
    static func parallel(
        _ name: String, family: String, _ hiddenSize: Int, layers: Int, heads: Int, kvHeads: Int,
        rotaryDimensions: Int, vocabulary: Int, norms: Int, tied: Bool, biases: Bool, aliases: [String]
    ) -> Self {
        let model = TransformerModel(
            name: name, family: family, hiddenSize: hiddenSize, layers: layers, attentionHeads: heads,
            kvHeads: kvHeads, headDimension: hiddenSize / heads, intermediateSize: 4 * hiddenSize,
            vocabularySize: vocabulary, hasTiedEmbeddings: tied, feedForward: .plain, activation: .gelu,
            normalization: .layerNorm, position: .rotary(dimensions: rotaryDimensions), maximumPositions: 2048,
            hasQueryKeyValueBias: biases, hasAttentionOutputBias: biases, hasFeedForwardBias: biases,
            hasHeadBias: biases, isParallelBlock: true, normsPerLayer: norms)
        return RegisteredModel(model: model, aliases: aliases)
    }

    private func changed(_ change: (inout TransformerModel) -> Void) -> Self {
        var model = model
        change(&model)
        return RegisteredModel(model: model, aliases: aliases)
    }
}
