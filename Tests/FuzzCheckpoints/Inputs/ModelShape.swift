import _RandomTestSupport

/// A small model whose tensors the inputs hold.
struct ModelShape {
    /// Which names and shapes its tensors have.
    enum Family: String {
        case llama, qwen2, qwen3, opt, gpt2
    }

    var family: Family
    var hidden = 64
    var heads = 4
    var kvHeads = 2
    var size = 16
    var inner = 96
    var vocabulary: Int
    var isTied = false
    /// Whether matrices of GPT-2 are [inputs x outputs], as in safetensors files.
    var transposes = true

    /// A tensor: its name in both kinds of files, its shape from the slowest dimension on, and whether it is a norm's.
    struct Tensor {
        var huggingFace: String
        var gguf: String
        var shape: [Int]
        var isNorm = false

        /// The number of its elements.
        var count: Int { shape.reduce(1, *) }

        /// Small random weights; about 1 for a norm.
        func values(_ numbers: inout SeededGenerator) -> [Float] {
            (0..<count).map { _ in numbers.normal() * 0.1 + (isNorm ? 1 : 0) }
        }
    }

    /// The tensors of a model of one layer.
    var tensors: [Tensor] { family == .opt || family == .gpt2 ? oldTensors : gatedTensors }

    /// Those of OPT and GPT-2, with biases everywhere and learned positions.
    private var oldTensors: [Tensor] {
        let isOPT = family == .opt
        var result: [Tensor] = []
        func add(_ name: String, _ gguf: String, _ shape: [Int], isNorm: Bool = false) {
            result.append(Tensor(huggingFace: name, gguf: gguf, shape: shape, isNorm: isNorm))
        }
        func norm(_ name: String, _ gguf: String) {
            add(name + ".weight", gguf + ".weight", [hidden], isNorm: true)
            add(name + ".bias", gguf + ".bias", [hidden])
        }
        func linear(_ name: String, _ gguf: String, _ outputs: Int, _ inputs: Int) {
            add(name + ".weight", gguf + ".weight", transposes && !isOPT ? [inputs, outputs] : [outputs, inputs])
            add(name + ".bias", gguf + ".bias", [outputs])
        }
        let root = isOPT ? "model.decoder." : "transformer."
        let layer = root + (isOPT ? "layers.0." : "h.0.")
        add(root + (isOPT ? "embed_tokens" : "wte") + ".weight", "token_embd.weight", [vocabulary, hidden])
        let rows = Self.positions + (isOPT ? 2 : 0)
        add(root + (isOPT ? "embed_positions" : "wpe") + ".weight", "position_embd.weight", [rows, hidden])
        norm(root + (isOPT ? "final_layer_norm" : "ln_f"), "output_norm")
        norm(layer + (isOPT ? "self_attn_layer_norm" : "ln_1"), "blk.0.attn_norm")
        norm(layer + (isOPT ? "final_layer_norm" : "ln_2"), "blk.0.ffn_norm")
        if isOPT {
            for name in ["q_proj", "k_proj", "v_proj"] { linear("\(layer)self_attn.\(name)", name, hidden, hidden) }
        } else {
            linear(layer + "attn.c_attn", "blk.0.attn_qkv", 3 * hidden, hidden)
        }
        linear(layer + (isOPT ? "self_attn.out_proj" : "attn.c_proj"), "blk.0.attn_output", hidden, hidden)
        linear(layer + (isOPT ? "fc1" : "mlp.c_fc"), "blk.0.ffn_up", inner, hidden)
        linear(layer + (isOPT ? "fc2" : "mlp.c_proj"), "blk.0.ffn_down", hidden, inner)
        return result
    }

    /// Positions of a model that has learned them.
    static let positions = 20

    private var gatedTensors: [Tensor] {
        let (queries, keys) = (heads * size, kvHeads * size)
        func norm(_ name: String, _ gguf: String, _ width: Int) -> Tensor {
            Tensor(huggingFace: name, gguf: gguf, shape: [width], isNorm: true)
        }
        let layer = "model.layers.0."
        var result = [
            Tensor(
                huggingFace: "model.embed_tokens.weight", gguf: "token_embd.weight", shape: [vocabulary, hidden]),
            norm("model.norm.weight", "output_norm.weight", hidden),
            norm(layer + "input_layernorm.weight", "blk.0.attn_norm.weight", hidden),
            norm(layer + "post_attention_layernorm.weight", "blk.0.ffn_norm.weight", hidden),
        ]
        if !isTied {
            result.append(
                Tensor(huggingFace: "lm_head.weight", gguf: "output.weight", shape: [vocabulary, hidden]))
        }
        for (name, gguf, rows, columns) in [
            ("self_attn.q_proj", "attn_q", queries, hidden), ("self_attn.k_proj", "attn_k", keys, hidden),
            ("self_attn.v_proj", "attn_v", keys, hidden), ("self_attn.o_proj", "attn_output", hidden, queries),
            ("mlp.gate_proj", "ffn_gate", inner, hidden), ("mlp.up_proj", "ffn_up", inner, hidden),
            ("mlp.down_proj", "ffn_down", hidden, inner),
        ] {
            result.append(
                Tensor(
                    huggingFace: "\(layer)\(name).weight", gguf: "blk.0.\(gguf).weight", shape: [rows, columns]))
            if family == .qwen2, ["attn_q", "attn_k", "attn_v"].contains(gguf) {
                result.append(Tensor(huggingFace: "\(layer)\(name).bias", gguf: "blk.0.\(gguf).bias", shape: [rows]))
            }
        }
        if family == .qwen3 {
            result.append(norm(layer + "self_attn.q_norm.weight", "blk.0.attn_q_norm.weight", size))
            result.append(norm(layer + "self_attn.k_norm.weight", "blk.0.attn_k_norm.weight", size))
        }
        return result
    }

    /// The config.json.
    var config: JSONDraft {
        switch family {
        case .llama, .qwen2, .qwen3: gatedConfig
        case .opt:
            [
                "model_type": "opt", "hidden_size": JSONDraft(hidden), "num_hidden_layers": 1,
                "num_attention_heads": JSONDraft(heads), "ffn_dim": JSONDraft(inner),
                "vocab_size": JSONDraft(vocabulary), "max_position_embeddings": JSONDraft(Self.positions),
                "activation_function": "relu", "do_layer_norm_before": true, "enable_bias": true,
                "word_embed_proj_dim": JSONDraft(hidden), "eos_token_id": 2,
            ]
        case .gpt2:
            [
                "model_type": "gpt2", "n_embd": JSONDraft(hidden), "n_layer": 1, "n_head": JSONDraft(heads),
                "n_inner": JSONDraft(inner), "vocab_size": JSONDraft(vocabulary),
                "n_positions": JSONDraft(Self.positions), "activation_function": "gelu_new",
                "layer_norm_epsilon": 1e-5, "scale_attn_weights": true, "eos_token_id": 2,
            ]
        }
    }

    private var gatedConfig: JSONDraft {
        [
            "model_type": .text(family.rawValue), "hidden_size": JSONDraft(hidden), "num_hidden_layers": 1,
            "num_attention_heads": JSONDraft(heads), "num_key_value_heads": JSONDraft(kvHeads),
            "head_dim": JSONDraft(size), "intermediate_size": JSONDraft(inner),
            "vocab_size": JSONDraft(vocabulary), "tie_word_embeddings": isTied ? true : false,
            "hidden_act": "silu", "rms_norm_eps": 1e-5, "rope_theta": 10000,
            "rope_scaling": [
                "rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
                "original_max_position_embeddings": 64,
            ],
            "max_position_embeddings": 256, "eos_token_id": [2, 3], "torch_dtype": "float16",
        ]
    }
}
