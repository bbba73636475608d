/// What the tensors of a model are called.
enum TensorNames: Sendable, Hashable {
    case huggingFace
    case gguf

    /// A matrix of a layer.
    enum Matrix: CaseIterable {
        case query, key, value, output, gate, up, down
    }

    var embedding: String { self == .gguf ? "token_embd.weight" : "model.embed_tokens.weight" }
    var finalNorm: String { self == .gguf ? "output_norm.weight" : "model.norm.weight" }
    var head: String { self == .gguf ? "output.weight" : "lm_head.weight" }

    /// The name of a matrix, without `.weight` or `.bias`.
    func matrix(_ matrix: Matrix, layer: Int) -> String {
        switch (self, matrix) {
        case (.gguf, .query): "blk.\(layer).attn_q"
        case (.gguf, .key): "blk.\(layer).attn_k"
        case (.gguf, .value): "blk.\(layer).attn_v"
        case (.gguf, .output): "blk.\(layer).attn_output"
        case (.gguf, .gate): "blk.\(layer).ffn_gate"
        case (.gguf, .up): "blk.\(layer).ffn_up"
        case (.gguf, .down): "blk.\(layer).ffn_down"
        case (.huggingFace, .query): "model.layers.\(layer).self_attn.q_proj"
        case (.huggingFace, .key): "model.layers.\(layer).self_attn.k_proj"
        case (.huggingFace, .value): "model.layers.\(layer).self_attn.v_proj"
        case (.huggingFace, .output): "model.layers.\(layer).self_attn.o_proj"
        case (.huggingFace, .gate): "model.layers.\(layer).mlp.gate_proj"
        case (.huggingFace, .up): "model.layers.\(layer).mlp.up_proj"
        case (.huggingFace, .down): "model.layers.\(layer).mlp.down_proj"
        }
    }

    func attentionNorm(layer: Int) -> String {
        self == .gguf ? "blk.\(layer).attn_norm.weight" : "model.layers.\(layer).input_layernorm.weight"
    }

    func feedForwardNorm(layer: Int) -> String {
        self == .gguf ? "blk.\(layer).ffn_norm.weight" : "model.layers.\(layer).post_attention_layernorm.weight"
    }

    func queryNorm(layer: Int) -> String {
        self == .gguf ? "blk.\(layer).attn_q_norm.weight" : "model.layers.\(layer).self_attn.q_norm.weight"
    }

    func keyNorm(layer: Int) -> String {
        self == .gguf ? "blk.\(layer).attn_k_norm.weight" : "model.layers.\(layer).self_attn.k_norm.weight"
    }
}
