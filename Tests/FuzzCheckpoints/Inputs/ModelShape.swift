import _RandomTestSupport

/// A small model whose tensors the inputs hold.
struct ModelShape {
    /// Which names and shapes its tensors have.
    enum Family: String {
        case llama, qwen2, qwen3
    }

    var family: Family
    var hidden = 64
    var heads = 4
    var kvHeads = 2
    var size = 16
    var inner = 96
    var vocabulary: Int
    var isTied = false

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
    var tensors: [Tensor] {
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
