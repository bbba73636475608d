import Documents
import Workload

extension ModelDescription {
    /// Reads a Hugging Face `config.json`.
    ///
    /// - Throws: ``InputError`` (data) with line and key.
    init(huggingFaceConfig text: String, file: String) throws {
        shape = try TransformerModel(huggingFaceConfig: text, file: file)
        let root = try Document(text, file: file, syntax: .json).root
        let keys = try root.value("text_config") ?? root
        normEpsilon = try Self.normEpsilon(keys, family: shape.family)
        geluForm = try Self.geluForm(keys, family: shape.family)
        firstPositionRow = shape.family == "opt" ? 2 : 0
        try Self.refuseOtherAttention(keys)
        let parameters = try keys.value("rope_parameters")
        rotaryBase = try (keys.value("rope_theta") ?? parameters?.value("rope_theta"))?.number(in: 1...1e12) ?? 10_000
        rotaryScaling = .none
        endTokens = []
        if let scaling = try keys.value("rope_scaling") ?? parameters {
            rotaryScaling = try Self.scaling(scaling, positions: Double(shape.maximumPositions))
        }
        if let end = try root.value("eos_token_id") ?? keys.value("eos_token_id") {
            let range = 0...shape.vocabularySize - 1
            endTokens = try end.isList ? end.elements().map { try $0.integer(in: range) } : [end.integer(in: range)]
        }
        // Files of Qwen 2 carry a window that is switched off.
        if try keys.value("use_sliding_window")?.boolean() == false { shape.slidingWindow = nil }
        limitToWindow()
        try checkIsRunnable(file: file)
    }

    private static func normEpsilon(_ keys: DocumentNode, family: String) throws -> Double {
        switch family {
        case "gpt2": try keys.value("layer_norm_epsilon")?.number(in: 0...1) ?? 1e-5
        // OPT has no key for it and takes PyTorch's.
        case "opt": 1e-5
        default: try keys.value("rms_norm_eps")?.number(in: 0...1) ?? 1e-6
        }
    }

    /// The names of `ACT2FN` in transformers that stand for the same function.
    private static func geluForm(_ keys: DocumentNode, family: String) throws -> GELUForm {
        let key = family == "gpt2" || family == "opt" ? "activation_function" : "hidden_act"
        switch try keys.value(key)?.string() {
        case "gelu_new", "gelu_fast", "gelu_pytorch_tanh", "gelu_python_tanh": return .tanh
        case "quick_gelu": return .sigmoid
        case nil: return family == "gpt2" ? .tanh : .exact
        default: return .exact
        }
    }

    /// Refuses the ways of GPT-2 to scale scores that no published model uses.
    private static func refuseOtherAttention(_ keys: DocumentNode) throws {
        for (key, usual) in [("scale_attn_weights", true), ("scale_attn_by_inverse_layer_idx", false)] {
            if let value = try keys.value(key), try value.boolean() != usual {
                throw value.error("cannot be run yet", expected: "\(usual)")
            }
        }
    }

    private static func scaling(_ node: DocumentNode, positions: Double) throws -> RotaryScaling {
        guard let type = try node.value("rope_type") ?? node.value("type") else { return .none }
        func number(_ key: String, _ range: ClosedRange<Double>, default value: Double? = nil) throws -> Double {
            if let found = try node.value(key) { return try found.number(in: range) }
            if let value { return value }
            return try node.required(key).number(in: range)
        }
        switch try type.string() {
        case "default": return .none
        case "linear": return .linear(factor: try number("factor", 1...1e6))
        case "llama3":
            return .llama3(
                factor: try number("factor", 1...1e6), lowFactor: try number("low_freq_factor", 1e-3...1e6),
                highFactor: try number("high_freq_factor", 1e-3...1e6),
                originalPositions: try number("original_max_position_embeddings", 1...1e9))
        case "yarn":
            for key in ["mscale", "mscale_all_dim", "truncate"] {
                if let found = try node.value(key) { throw found.error("cannot be run yet") }
            }
            return .yarn(
                factor: try number("factor", 1...1e6),
                originalPositions: try number("original_max_position_embeddings", 1...1e9, default: positions),
                fastRotations: try number("beta_fast", 1e-3...1e6, default: 32),
                slowRotations: try number("beta_slow", 1e-3...1e6, default: 1),
                attentionFactor: try node.value("attention_factor")?.number(in: 1e-3...1e3))
        case let other:
            throw type.error("\"\(other)\" cannot be run yet", expected: "default, linear, llama3 or yarn")
        }
    }
}
