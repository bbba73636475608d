import Checkpoints
import Workload

/// What the tensors of a model are called, and which matrices lie together in one tensor.
///
/// Names of matrices, norms and embeddings are without `.weight` and `.bias`.
struct TensorNames: Sendable, Hashable {
    /// Whose names they are.
    enum Style: Sendable, Hashable {
        /// `LlamaForCausalLM` of Hugging Face, Mistral and Qwen.
        case llama
        /// `OPTForCausalLM` of Hugging Face.
        case opt
        /// `GPT2LMHeadModel` of Hugging Face: queries, keys and values in one matrix, all of them [inputs x outputs].
        case gpt2
        /// GGUF files.
        case gguf
        /// GGUF files of GPT-2, whose queries, keys and values are one matrix [outputs x inputs].
        case ggufGPT2
    }

    /// A matrix of a layer.
    enum Matrix: CaseIterable {
        case query, key, value, output, gate, up, down
    }

    let style: Style
    /// What files put in front of all names but the head's: files of a bare model lack it.
    let prefix: String

    /// The names in a GGUF file of an architecture.
    static func gguf(architecture: String) -> TensorNames {
        TensorNames(style: architecture == "gpt2" ? .ggufGPT2 : .gguf, prefix: "")
    }

    /// The families of Hugging Face whose tensors are known.
    static let families: [(name: String, style: Style, prefix: String)] = [
        ("llama", .llama, "model."), ("mistral", .llama, "model."), ("qwen2", .llama, "model."),
        ("qwen3", .llama, "model."), ("opt", .opt, "model."), ("gpt2", .gpt2, "transformer."),
    ]

    /// The names in safetensors files of a family, with the prefix if they have it.
    ///
    /// - Precondition: the family is one of ``families``.
    static func huggingFace(family: String, in weights: some WeightSource) -> TensorNames {
        guard let known = families.first(where: { $0.name == family }) else {
            preconditionFailure("\(family) has been refused")
        }
        let whole = TensorNames(style: known.style, prefix: known.prefix)
        let bare = TensorNames(style: known.style, prefix: "")
        return weights.shape(of: bare.embedding + ".weight") != nil
            && weights.shape(of: whole.embedding + ".weight") == nil ? bare : whole
    }

    /// The embedding of tokens [vocabulary x hidden].
    var embedding: String {
        switch style {
        case .llama: "\(prefix)embed_tokens"
        case .opt: "\(prefix)decoder.embed_tokens"
        case .gpt2: "\(prefix)wte"
        case .gguf, .ggufGPT2: "token_embd"
        }
    }

    /// Learned positions [rows x hidden].
    var positions: String {
        switch style {
        case .opt: "\(prefix)decoder.embed_positions"
        case .gpt2: "\(prefix)wpe"
        case .llama, .gguf, .ggufGPT2: "position_embd"
        }
    }

    var finalNorm: String {
        switch style {
        case .llama: "\(prefix)norm"
        case .opt: "\(prefix)decoder.final_layer_norm"
        case .gpt2: "\(prefix)ln_f"
        case .gguf, .ggufGPT2: "output_norm"
        }
    }

    var head: String { isGGUF ? "output" : "lm_head" }

    private var isGGUF: Bool { style == .gguf || style == .ggufGPT2 }

    private func layer(_ layer: Int, _ name: String) -> String {
        switch style {
        case .llama: "\(prefix)layers.\(layer).\(name)"
        case .opt: "\(prefix)decoder.layers.\(layer).\(name)"
        case .gpt2: "\(prefix)h.\(layer).\(name)"
        case .gguf, .ggufGPT2: "blk.\(layer).\(name)"
        }
    }

    /// The tensor that a matrix lies in.
    func matrix(_ matrix: Matrix, layer: Int) -> String { self.layer(layer, matrixName(matrix)) }

    private func matrixName(_ matrix: Matrix) -> String {
        switch (style, matrix) {
        case (.gguf, .query): "attn_q"
        case (.gguf, .key): "attn_k"
        case (.gguf, .value): "attn_v"
        case (.ggufGPT2, .query), (.ggufGPT2, .key), (.ggufGPT2, .value): "attn_qkv"
        case (.gguf, .output), (.ggufGPT2, .output): "attn_output"
        case (.gguf, .gate), (.ggufGPT2, .gate): "ffn_gate"
        case (.gguf, .up), (.ggufGPT2, .up): "ffn_up"
        case (.gguf, .down), (.ggufGPT2, .down): "ffn_down"
        case (.llama, .query), (.opt, .query): "self_attn.q_proj"
        case (.llama, .key), (.opt, .key): "self_attn.k_proj"
        case (.llama, .value), (.opt, .value): "self_attn.v_proj"
        case (.llama, .output): "self_attn.o_proj"
        case (.opt, .output): "self_attn.out_proj"
        case (.llama, .gate), (.opt, .gate), (.gpt2, .gate): "mlp.gate_proj"
        case (.llama, .up): "mlp.up_proj"
        case (.llama, .down): "mlp.down_proj"
        case (.opt, .up): "fc1"
        case (.opt, .down): "fc2"
        case (.gpt2, .query), (.gpt2, .key), (.gpt2, .value): "attn.c_attn"
        case (.gpt2, .output): "attn.c_proj"
        case (.gpt2, .up): "mlp.c_fc"
        case (.gpt2, .down): "mlp.c_proj"
        }
    }

    /// Where a matrix lies in its tensor.
    func place(_ matrix: Matrix, layer: Int, _ shape: TransformerModel) -> MatrixPlace {
        var place = MatrixPlace(tensor: self.matrix(matrix, layer: layer), isTransposed: style == .gpt2)
        guard style == .gpt2 || style == .ggufGPT2 else { return place }
        let (queries, keys) = (shape.queryDimension, shape.keyValueDimension)
        let firsts: [Matrix: Int] = [.query: 0, .key: queries, .value: queries + keys]
        if let first = firsts[matrix] {
            place.firstOutput = first
            place.tensorOutputs = queries + 2 * keys
        }
        return place
    }

    func attentionNorm(layer: Int) -> String {
        let name =
            switch style {
            case .llama: "input_layernorm"
            case .opt: "self_attn_layer_norm"
            case .gpt2: "ln_1"
            case .gguf, .ggufGPT2: "attn_norm"
            }
        return self.layer(layer, name)
    }

    func feedForwardNorm(layer: Int) -> String {
        let name =
            switch style {
            case .llama: "post_attention_layernorm"
            case .opt: "final_layer_norm"
            case .gpt2: "ln_2"
            case .gguf, .ggufGPT2: "ffn_norm"
            }
        return self.layer(layer, name)
    }

    func queryNorm(layer: Int) -> String { self.layer(layer, isGGUF ? "attn_q_norm" : "self_attn.q_norm") }

    func keyNorm(layer: Int) -> String { self.layer(layer, isGGUF ? "attn_k_norm" : "self_attn.k_norm") }
}
