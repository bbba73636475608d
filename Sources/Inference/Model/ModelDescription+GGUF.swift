import Checkpoints
import Documents
import Workload

extension ModelDescription {
    /// The architectures that are read.
    private static let architectures = ["llama", "qwen2", "qwen3", "gpt2"]

    /// Reads the metadata of a GGUF file.
    ///
    /// - Throws: ``InputError`` (data) with the key, for architectures other than llama, qwen2, qwen3 and gpt2 and for
    ///   values that no model can have.
    init(_ gguf: GGUFFile) throws {
        let file = gguf.file.path
        let key = "general.architecture"
        guard let architecture = try gguf.text(key) else {
            throw InputError(.data, file: file, key: key, problem: "the key is missing")
        }
        guard Self.architectures.contains(architecture) else {
            throw InputError(
                .data, file: file, key: key, problem: "\"\(architecture.prefix(60))\" cannot be run yet",
                expected: "one of \(Self.architectures.joined(separator: ", "))")
        }
        if let parts = try gguf.integer("split.count", in: 0...65_535), parts > 1 {
            throw InputError(
                .data, file: file, key: "split.count", problem: "the model is split over \(parts) files",
                expected: "one file, as llama-gguf-split --merge makes of them")
        }
        let values = GGUFModelValues(gguf: gguf, architecture: architecture)
        let isGPT2 = architecture == "gpt2"
        let hidden = try values.size("embedding_length", TransformerModel.Limits.hiddenSize)
        let heads = try values.size("attention.head_count", TransformerModel.Limits.heads)
        let headDimension =
            try values.optionalSize("attention.key_length", TransformerModel.Limits.headDimension) ?? hidden / heads
        let vocabulary = try Self.rows("token_embd.weight", of: gguf)
        let position: PositionEncoding =
            isGPT2
            ? .learned(rows: try Self.rows("position_embd.weight", of: gguf))
            : .rotary(
                dimensions: try values.optionalSize(
                    "rope.dimension_count", TransformerModel.Limits.headDimension) ?? headDimension)
        shape = TransformerModel(
            name: try gguf.text("general.name").flatMap { $0.isEmpty ? nil : $0 } ?? architecture,
            family: architecture, hiddenSize: hidden,
            layers: try values.size("block_count", TransformerModel.Limits.layers), attentionHeads: heads,
            kvHeads: try values.optionalSize("attention.head_count_kv", TransformerModel.Limits.heads) ?? heads,
            headDimension: headDimension,
            intermediateSize: try values.size("feed_forward_length", TransformerModel.Limits.intermediateSize),
            vocabularySize: vocabulary, hasTiedEmbeddings: gguf["output.weight"] == nil,
            feedForward: isGPT2 ? .plain : .gated, activation: isGPT2 ? .gelu : .silu,
            normalization: isGPT2 ? .layerNorm : .rmsNorm, position: position,
            maximumPositions: try values.size("context_length", TransformerModel.Limits.positions),
            hasQueryKeyValueBias: gguf[isGPT2 ? "blk.0.attn_qkv.bias" : "blk.0.attn_q.bias"] != nil,
            hasAttentionOutputBias: gguf["blk.0.attn_output.bias"] != nil,
            hasFeedForwardBias: gguf["blk.0.ffn_up.bias"] != nil,
            hasQueryKeyNorm: gguf["blk.0.attn_q_norm.weight"] != nil)
        try shape.validate(file: file)
        if let experts = try values.optionalSize("expert_count", 0...TransformerModel.Limits.experts.upperBound),
            experts > 0
        {
            throw InputError(
                .data, file: file, key: "\(architecture).expert_count", problem: "experts cannot be run yet")
        }
        let epsilonKey = isGPT2 ? "attention.layer_norm_epsilon" : "attention.layer_norm_rms_epsilon"
        normEpsilon = try values.number(epsilonKey, 0...1) ?? 1e-5
        geluForm = .tanh
        rotaryBase = try values.number("rope.freq_base", 1...1e12) ?? 10_000
        rotaryScaling = .none
        endTokens = try ["eos", "eot", "eom"].compactMap {
            try gguf.integer("tokenizer.ggml.\($0)_token_id", in: 0...vocabulary - 1)
        }
        guard architecture != "llama" || rotaryDimensions == headDimension else {
            throw InputError(
                .data, file: file, key: "llama.rope.dimension_count", problem: "found \(rotaryDimensions)",
                expected: "\(headDimension), the size of a head")
        }
        rotaryScaling = try Self.scaling(values, rotaryDimensions)
        try checkIsRunnable(file: file)
    }

    /// The rows of an embedding.
    private static func rows(_ name: String, of gguf: GGUFFile) throws -> Int {
        guard let shape = gguf.shape(of: name), shape.count == 2 else {
            throw InputError(
                .data, file: gguf.file.path, key: name, problem: "the embedding is missing",
                expected: "a matrix of a row per token or position")
        }
        return shape[0]
    }

    private static func scaling(_ values: GGUFModelValues, _ dimensions: Int) throws -> RotaryScaling {
        let gguf = values.gguf
        if gguf["rope_freqs.weight"] != nil {
            let factors = try gguf.vector("rope_freqs.weight", count: dimensions / 2)
            guard factors.allSatisfy({ $0.isFinite && $0 > 0 }) else {
                throw InputError(
                    .data, file: gguf.file.path, key: "rope_freqs.weight", problem: "a factor is not positive")
            }
            return .divided(factors)
        }
        let key = "\(values.architecture).rope.scaling.type"
        let factor = try values.number("rope.scaling.factor", 1...1e6)
        switch try gguf.text(key) {
        case nil: return factor.map { .linear(factor: $0) } ?? .none
        case "none": return .none
        case "linear": return .linear(factor: factor ?? 1)
        case "yarn":
            let positions = try values.number("rope.scaling.original_context_length", 1...1e9)
            guard let factor, let positions else {
                throw InputError(
                    .data, file: gguf.file.path, key: key, problem: "factor or original_context_length is missing")
            }
            return .yarn(
                factor: factor, originalPositions: positions, fastRotations: 32, slowRotations: 1,
                attentionFactor: nil)
        case let other?:
            throw InputError(
                .data, file: gguf.file.path, key: key, problem: "\"\(other.prefix(60))\" cannot be run yet",
                expected: "none, linear or yarn")
        }
    }
}

/// The values of an architecture in a GGUF file's metadata.
private struct GGUFModelValues {
    let gguf: GGUFFile
    let architecture: String

    func optionalSize(_ key: String, _ range: ClosedRange<Int>) throws -> Int? {
        try gguf.integer("\(architecture).\(key)", in: range)
    }

    func size(_ key: String, _ range: ClosedRange<Int>) throws -> Int {
        if let size = try optionalSize(key, range) { return size }
        throw InputError(.data, file: gguf.file.path, key: "\(architecture).\(key)", problem: "the key is missing")
    }

    func number(_ key: String, _ range: ClosedRange<Double>) throws -> Double? {
        try gguf.number("\(architecture).\(key)", in: range)
    }
}
