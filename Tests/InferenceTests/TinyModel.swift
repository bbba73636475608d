import Checkpoints
import Foundation
import _CheckpointTestSupport

@testable import Inference

/// A random model of the Llama family, written as safetensors or GGUF, and a plain transformer in binary64 beside it.
struct TinyModel {
    var hidden = 48
    var layers = 2
    var heads = 6
    var kvHeads = 3
    var size = 8
    var inner = 80
    var vocabulary = 50
    var isTied = false
    var hasBias = false
    /// Whether heads of queries and keys are normalised, as in Qwen 3.
    var hasHeadNorms = false
    let epsilon = 1e-5
    let base = 10_000.0
    private(set) var tensors: [String: (shape: [Int], values: [Float])] = [:]

    /// - Parameters:
    ///   - isSmall: exact arithmetic is slow in debug builds.
    ///   - inner: the width of the feed-forward network if it is not the usual one.
    init(
        seed: UInt64 = 3, isTied: Bool = false, hasBias: Bool = false, hasHeadNorms: Bool = false,
        isSmall: Bool = false, inner width: Int? = nil
    ) {
        if isSmall { (hidden, heads, kvHeads, inner, vocabulary) = (32, 4, 2, 40, 20) }
        inner = width ?? inner
        self.isTied = isTied
        self.hasBias = hasBias
        self.hasHeadNorms = hasHeadNorms
        var numbers = SampleNumbers(seed: seed)
        func add(_ name: String, _ shape: [Int], _ deviation: Float = 0.2, mean: Float = 0) {
            let values = numbers.weights(shape.reduce(1, *), deviation: deviation)
            tensors[name] = (shape, values.map { $0 + mean })
        }
        add("model.embed_tokens.weight", [vocabulary, hidden], 1)
        if !isTied { add("lm_head.weight", [vocabulary, hidden]) }
        add("model.norm.weight", [hidden], 0.25, mean: 1)
        for layer in 0..<layers {
            let prefix = "model.layers.\(layer)."
            add(prefix + "input_layernorm.weight", [hidden], 0.25, mean: 1)
            add(prefix + "post_attention_layernorm.weight", [hidden], 0.25, mean: 1)
            if hasHeadNorms {
                add(prefix + "self_attn.q_norm.weight", [size], 0.25, mean: 1)
                add(prefix + "self_attn.k_norm.weight", [size], 0.25, mean: 1)
            }
            for (name, rows, columns) in [
                ("self_attn.q_proj", heads * size, hidden), ("self_attn.k_proj", kvHeads * size, hidden),
                ("self_attn.v_proj", kvHeads * size, hidden), ("self_attn.o_proj", hidden, heads * size),
                ("mlp.gate_proj", inner, hidden), ("mlp.up_proj", inner, hidden), ("mlp.down_proj", hidden, inner),
            ] {
                add(prefix + name + ".weight", [rows, columns])
                if hasBias, ["q", "k", "v"].contains(where: { name.contains("\($0)_proj") }) {
                    add(prefix + name + ".bias", [rows])
                }
            }
        }
    }

    /// Changes a value.
    mutating func set(_ name: String, _ index: Int, _ value: Float) { tensors[name]?.values[index] = value }

    // MARK: Files

    private var family: String { hasHeadNorms ? "qwen3" : hasBias ? "qwen2" : "llama" }

    var config: String {
        """
        {"model_type": "\(family)", "hidden_size": \(hidden), "num_hidden_layers": \(layers),
         "num_attention_heads": \(heads), "num_key_value_heads": \(kvHeads), "head_dim": \(size),
         "intermediate_size": \(inner), "vocab_size": \(vocabulary), "tie_word_embeddings": \(isTied),
         "rms_norm_eps": 1e-5, "rope_theta": 10000, "max_position_embeddings": 256, "eos_token_id": 2}
        """
    }

    func safetensors(in folder: CheckpointFolder) throws -> String {
        try folder.write(
            tensors.map { SampleTensor($0.key, $0.value.shape, $0.value.values) }, to: "model.safetensors")
        try folder.write(Array(config.utf8), to: "config.json")
        return folder.url.path
    }

    func gguf(in folder: CheckpointFolder) throws -> String {
        var gguf = SampleGGUF()
        gguf.add("general.architecture", family)
        for (key, value) in [
            ("embedding_length", hidden), ("block_count", layers), ("attention.head_count", heads),
            ("attention.head_count_kv", kvHeads), ("attention.key_length", size), ("feed_forward_length", inner),
            ("context_length", 256), ("rope.dimension_count", size),
        ] {
            gguf.add("\(family).\(key)", value)
        }
        gguf.add("\(family).attention.layer_norm_rms_epsilon", 1e-5 as Float)
        gguf.add("\(family).rope.freq_base", 10_000 as Float)
        gguf.add("tokenizer.ggml.eos_token_id", 2)
        for (name, tensor) in tensors.sorted(by: { $0.key < $1.key }) {
            var values = tensor.values
            if family == "llama", name.contains("q_proj.weight") || name.contains("k_proj.weight") {
                values = interleaved(values, columns: hidden)
            }
            gguf.tensors.append(.init(Self.ggufName(name), tensor.shape, values))
        }
        return try folder.write(gguf.file(), to: "model.gguf")
    }

    /// What the converter of llama.cpp does to queries and keys.
    private func interleaved(_ values: [Float], columns: Int) -> [Float] {
        (0..<values.count / columns).flatMap { row in
            let (head, place) = row.quotientAndRemainder(dividingBy: size)
            let source = head * size + place % 2 * (size / 2) + place / 2
            return values[source * columns..<(source + 1) * columns]
        }
    }

    private static func ggufName(_ name: String) -> String {
        let parts = [
            ("model.embed_tokens", "token_embd"), ("lm_head", "output"), ("model.norm", "output_norm"),
            ("model.layers.", "blk."), ("input_layernorm", "attn_norm"), ("post_attention_layernorm", "ffn_norm"),
            ("self_attn.q_proj", "attn_q"), ("self_attn.k_proj", "attn_k"), ("self_attn.v_proj", "attn_v"),
            ("self_attn.o_proj", "attn_output"), ("self_attn.q_norm", "attn_q_norm"),
            ("self_attn.k_norm", "attn_k_norm"),
            ("mlp.gate_proj", "ffn_gate"), ("mlp.up_proj", "ffn_up"),
            ("mlp.down_proj", "ffn_down"),
        ]
        return parts.reduce(name) { $0.replacing($1.0, with: $1.1) }
    }

    // MARK: The plain transformer

    private func product(_ name: String, _ input: [Double]) -> [Double] {
        guard let matrix = tensors[name + ".weight"] else { return [] }
        let bias = tensors[name + ".bias"]?.values
        let columns = matrix.shape[1]
        return (0..<matrix.shape[0]).map { row in
            (0..<columns).reduce(Double(bias?[row] ?? 0)) {
                $0 + Double(matrix.values[row * columns + $1]) * input[$1]
            }
        }
    }

    private func norm(_ name: String, _ input: [Double]) -> [Double] {
        guard let gain = tensors[name + ".weight"]?.values else { return [] }
        let square = input.reduce(0) { $0 + $1 * $1 } / Double(input.count)
        return input.indices.map { input[$0] / (square + epsilon).squareRoot() * Double(gain[$0]) }
    }

    private func rotated(_ head: [Double], _ position: Int) -> [Double] {
        var result = head
        for index in 0..<size / 2 {
            let angle = Double(position) * pow(base, -2 * Double(index) / Double(size))
            let (first, second) = (head[index], head[index + size / 2])
            result[index] = first * cos(angle) - second * sin(angle)
            result[index + size / 2] = second * cos(angle) + first * sin(angle)
        }
        return result
    }

    /// The logits of every position.
    func logits(_ tokens: [Int]) -> [[Double]] {
        guard let embedding = tensors["model.embed_tokens.weight"]?.values else { return [] }
        var rows = tokens.map { token in (0..<hidden).map { Double(embedding[token * hidden + $0]) } }
        for layer in 0..<layers {
            let prefix = "model.layers.\(layer)."
            let inputs = rows.map { norm(prefix + "input_layernorm", $0) }
            func heads(_ name: String, rotates: Bool) -> [[[Double]]] {
                inputs.enumerated().map { position, input in
                    let all = product(prefix + name, input)
                    return stride(from: 0, to: all.count, by: size).map {
                        var head = Array(all[$0..<$0 + size])
                        if hasHeadNorms, rotates { head = norm(prefix + name.replacing("proj", with: "norm"), head) }
                        return rotates ? rotated(head, position) : head
                    }
                }
            }
            let queries = heads("self_attn.q_proj", rotates: true)
            let keys = heads("self_attn.k_proj", rotates: true)
            let values = heads("self_attn.v_proj", rotates: false)
            for position in tokens.indices {
                var mixed: [Double] = []
                for head in 0..<self.heads {
                    let shared = head / (self.heads / kvHeads)
                    let scores = (0...position).map { other in
                        zip(queries[position][head], keys[other][shared]).reduce(0) { $0 + $1.0 * $1.1 }
                            / Double(size).squareRoot()
                    }
                    let weights = scores.map { exp($0 - (scores.max() ?? 0)) }
                    let sum = weights.reduce(0, +)
                    for index in 0..<size {
                        mixed.append((0...position).reduce(0) { $0 + weights[$1] / sum * values[$1][shared][index] })
                    }
                }
                let output = product(prefix + "self_attn.o_proj", mixed)
                for index in 0..<hidden { rows[position][index] += output[index] }
                let input = norm(prefix + "post_attention_layernorm", rows[position])
                let gate = product(prefix + "mlp.gate_proj", input)
                let up = product(prefix + "mlp.up_proj", input)
                let down = product(
                    prefix + "mlp.down_proj", gate.indices.map { gate[$0] / (1 + exp(-gate[$0])) * up[$0] })
                for index in 0..<hidden { rows[position][index] += down[index] }
            }
        }
        return rows.map { product(isTied ? "model.embed_tokens" : "lm_head", norm("model.norm", $0)) }
    }
}
