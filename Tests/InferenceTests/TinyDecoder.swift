import Checkpoints
import Foundation
import _CheckpointTestSupport

@testable import Inference

/// A random model of the OPT or GPT-2 kind, written as safetensors or GGUF, and a plain transformer in binary64 beside it.
///
/// `Resources/make-decoder-logits` makes the same weights from the same seed.
struct TinyDecoder {
    enum Kind: String, CaseIterable, Sendable {
        case opt, gpt2
    }

    let kind: Kind
    let hidden = 16
    let layers = 2
    let heads = 2
    let inner = 40
    let vocabulary = 24
    let contextLength = 20
    let epsilon = 1e-5
    /// The function between the two matrices of a feed-forward network, by its name in config.json.
    var activation: String
    /// Weights by their names in a file of the whole model; GPT-2's matrices are [inputs x outputs].
    private(set) var tensors: [String: (shape: [Int], values: [Float])] = [:]

    private var size: Int { hidden / heads }
    private var root: String { kind == .opt ? "model.decoder." : "transformer." }

    init(_ kind: Kind, seed: UInt64 = 5, activation: String? = nil) {
        self.kind = kind
        self.activation = activation ?? (kind == .opt ? "relu" : "gelu_new")
        var shapes: [String: [Int]] = [:]
        func linear(_ name: String, _ outputs: Int, _ inputs: Int) {
            shapes[name + ".weight"] = kind == .opt ? [outputs, inputs] : [inputs, outputs]
            shapes[name + ".bias"] = [outputs]
        }
        func norm(_ name: String) {
            shapes[name + ".weight"] = [hidden]
            shapes[name + ".bias"] = [hidden]
        }
        if kind == .opt {
            shapes[root + "embed_tokens.weight"] = [vocabulary, hidden]
            shapes[root + "embed_positions.weight"] = [contextLength + 2, hidden]
            norm(root + "final_layer_norm")
        } else {
            shapes[root + "wte.weight"] = [vocabulary, hidden]
            shapes[root + "wpe.weight"] = [contextLength, hidden]
            norm(root + "ln_f")
        }
        for layer in 0..<layers {
            if kind == .opt {
                let prefix = "\(root)layers.\(layer)."
                for name in ["q_proj", "k_proj", "v_proj", "out_proj"] {
                    linear(prefix + "self_attn." + name, hidden, hidden)
                }
                linear(prefix + "fc1", inner, hidden)
                linear(prefix + "fc2", hidden, inner)
                norm(prefix + "self_attn_layer_norm")
                norm(prefix + "final_layer_norm")
            } else {
                let prefix = "\(root)h.\(layer)."
                linear(prefix + "attn.c_attn", 3 * hidden, hidden)
                linear(prefix + "attn.c_proj", hidden, hidden)
                linear(prefix + "mlp.c_fc", inner, hidden)
                linear(prefix + "mlp.c_proj", hidden, inner)
                norm(prefix + "ln_1")
                norm(prefix + "ln_2")
            }
        }
        var numbers = SampleNumbers(seed: seed)
        for (name, shape) in shapes.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            let isGain = name.hasSuffix("weight") && shape.count == 1
            let values = numbers.weights(shape.reduce(1, *), deviation: 0.25)
            tensors[name] = (shape, isGain ? values.map { $0 + 1 } : values)
        }
    }

    /// Changes a value.
    ///
    /// - Returns: the one before.
    @discardableResult
    mutating func set(_ name: String, _ index: Int, _ value: Float) -> Float {
        let before = tensors[name]?.values[index] ?? 0
        tensors[name]?.values[index] = value
        return before
    }

    // MARK: Files

    var config: String {
        kind == .opt
            ? """
            {"model_type": "opt", "hidden_size": \(hidden), "num_hidden_layers": \(layers), "ffn_dim": \(inner),
             "num_attention_heads": \(heads), "vocab_size": \(vocabulary), "activation_function": "\(activation)",
             "max_position_embeddings": \(contextLength), "do_layer_norm_before": true,
             "word_embed_proj_dim": \(hidden), "eos_token_id": 2}
            """
            : """
            {"model_type": "gpt2", "n_embd": \(hidden), "n_layer": \(layers), "n_inner": \(inner), "n_head": \(heads),
             "vocab_size": \(vocabulary), "activation_function": "\(activation)", "n_positions": \(contextLength),
             "layer_norm_epsilon": 1e-5, "eos_token_id": 2}
            """
    }

    /// - Parameter hasPrefix: whether the names are those of the whole model or of the model without its head.
    func safetensors(in folder: CheckpointFolder, hasPrefix: Bool = true, config: String? = nil) throws -> String {
        let part = kind == .opt ? "model." : "transformer."
        let samples = tensors.map { name, tensor in
            SampleTensor(hasPrefix ? name : name.replacing(part, with: ""), tensor.shape, tensor.values)
        }
        // The mask that older files of GPT-2 carry along.
        let mask = SampleTensor("h.0.attn.bias", [1, 1, 2, 2], [1, 0, 1, 1])
        try folder.write(kind == .gpt2 ? samples + [mask] : samples, to: "model.safetensors")
        try folder.write(Array((config ?? self.config).utf8), to: "config.json")
        return folder.url.path
    }

    /// A GGUF file of the architecture gpt2, whose matrices are [outputs x inputs].
    func gguf(in folder: CheckpointFolder) throws -> String {
        precondition(kind == .gpt2, "OPT has no GGUF files")
        var gguf = SampleGGUF()
        gguf.add("general.architecture", "gpt2")
        for (key, value) in [
            ("embedding_length", hidden), ("block_count", layers), ("attention.head_count", heads),
            ("feed_forward_length", inner), ("context_length", contextLength),
        ] {
            gguf.add("gpt2.\(key)", value)
        }
        gguf.add("gpt2.attention.layer_norm_epsilon", 1e-5 as Float)
        gguf.add("tokenizer.ggml.eos_token_id", 2)
        let names = [
            ("transformer.h.", "blk."), ("transformer.", ""), ("wte", "token_embd"), ("wpe", "position_embd"),
            ("ln_f", "output_norm"), ("ln_1", "attn_norm"), ("ln_2", "ffn_norm"), ("attn.c_attn", "attn_qkv"),
            ("attn.c_proj", "attn_output"), ("mlp.c_fc", "ffn_up"), ("mlp.c_proj", "ffn_down"),
        ]
        for (name, tensor) in tensors.sorted(by: { $0.key < $1.key }) {
            var (shape, values) = tensor
            if shape.count == 2, name.contains(".h.") {
                values = (0..<shape[1]).flatMap { column in
                    (0..<shape[0]).map { tensor.values[$0 * tensor.shape[1] + column] }
                }
                shape.reverse()
            }
            gguf.tensors.append(.init(names.reduce(name) { $0.replacing($1.0, with: $1.1) }, shape, values))
        }
        return try folder.write(gguf.file(), to: "model.gguf")
    }

    // MARK: The plain transformer

    private func values(_ name: String) -> [Double] { (tensors[root + name]?.values ?? []).map { Double($0) } }

    /// A linear layer; some of its outputs.
    private func linear(_ name: String, _ input: [Double], outputs: Range<Int>? = nil) -> [Double] {
        let (weights, bias) = (values(name + ".weight"), values(name + ".bias"))
        return (outputs ?? 0..<bias.count).map { output in
            bias[output]
                + input.indices.reduce(0) { sum, index in
                    let place = kind == .opt ? output * input.count + index : index * bias.count + output
                    return sum + weights[place] * input[index]
                }
        }
    }

    private func norm(_ name: String, _ input: [Double]) -> [Double] {
        let (gain, bias) = (values(name + ".weight"), values(name + ".bias"))
        let mean = input.reduce(0, +) / Double(input.count)
        let variance = input.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(input.count)
        return input.indices.map { (input[$0] - mean) / (variance + epsilon).squareRoot() * gain[$0] + bias[$0] }
    }

    private func activated(_ value: Double) -> Double {
        switch activation {
        case "relu": max(value, 0)
        case "gelu": value * (1 - erfc(value / 2.0.squareRoot()) / 2)
        case "quick_gelu": value / (1 + exp(-1.702 * value))
        case "silu": value / (1 + exp(-value))
        default: value / 2 * (1 + tanh((2 / Double.pi).squareRoot() * (value + 0.044715 * pow(value, 3))))
        }
    }

    /// The logits of every position.
    func logits(_ tokens: [Int]) -> [[Double]] {
        let isOPT = kind == .opt
        let embedding = values(isOPT ? "embed_tokens.weight" : "wte.weight")
        let positions = values(isOPT ? "embed_positions.weight" : "wpe.weight")
        var rows = tokens.enumerated().map { position, token in
            (0..<hidden).map {
                embedding[token * hidden + $0] + positions[(position + (isOPT ? 2 : 0)) * hidden + $0]
            }
        }
        for layer in 0..<layers {
            let prefix = isOPT ? "layers.\(layer)." : "h.\(layer)."
            let inputs = rows.map { norm(prefix + (isOPT ? "self_attn_layer_norm" : "ln_1"), $0) }
            func project(_ name: String, _ part: Int) -> [[Double]] {
                inputs.map {
                    isOPT
                        ? linear(prefix + "self_attn.\(name)_proj", $0)
                        : linear(prefix + "attn.c_attn", $0, outputs: part * hidden..<(part + 1) * hidden)
                }
            }
            let (queries, keys, values) = (project("q", 0), project("k", 1), project("v", 2))
            for position in tokens.indices {
                let mixed = (0..<hidden).map { element -> Double in
                    let head = element / size * size..<(element / size + 1) * size
                    let weights = (0...position).map { other in
                        exp(head.reduce(0) { $0 + queries[position][$1] * keys[other][$1] } / Double(size).squareRoot())
                    }
                    let sum = weights.reduce(0, +)
                    return (0...position).reduce(0) { $0 + weights[$1] / sum * values[$1][element] }
                }
                let output = linear(prefix + (isOPT ? "self_attn.out_proj" : "attn.c_proj"), mixed)
                for index in 0..<hidden { rows[position][index] += output[index] }
                let input = norm(prefix + (isOPT ? "final_layer_norm" : "ln_2"), rows[position])
                let middle = linear(prefix + (isOPT ? "fc1" : "mlp.c_fc"), input).map { activated($0) }
                let down = linear(prefix + (isOPT ? "fc2" : "mlp.c_proj"), middle)
                for index in 0..<hidden { rows[position][index] += down[index] }
            }
        }
        return rows.map { row in
            let final = norm(isOPT ? "final_layer_norm" : "ln_f", row)
            return (0..<vocabulary).map { token in
                (0..<hidden).reduce(0) { $0 + embedding[token * hidden + $1] * final[$1] }
            }
        }
    }
}
