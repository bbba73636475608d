import Documents
import MessagePassing
import Quantization
import Simulation
import Testing
import Workload
import _CheckpointTestSupport
import _TestSupport

@testable import Inference

/// Running a model whose layers have lost heads and channels.
///
/// Removing a head or a channel is the same as zeros in its columns of the output projection or of down: the plain
/// transformers in binary64 are given these, and know nothing of pruning.
@Suite("Running a pruned model") struct PruningTests {
    private static let tokens = [3, 14, 15, 9, 26, 5, 35, 8]

    /// The tokens and logits of a pruned run on some ranks.
    private func generate(
        _ path: String, _ pruning: Pruning, _ options: InferenceOptions, parallel: String = "tp1", ranks: Int = 1,
        tokens: [Int] = Self.tokens, added: Int = 0
    ) throws -> Generation.Result {
        let results = try ThreadWorld.run(ranks) { world in
            let model = try LanguageModel(path: path)
            let hardware = try hardware(model, options, parallel: parallel, pruning: pruning)
            let request = Generation.Request(
                prompts: [tokens], tokens: added, stopsAtEnd: false, wantsLogits: true)
            return try Generation(Transformer(model, options, hardware, on: world), request).run()
        }
        return try #require(results.first ?? nil)
    }

    private static func distance(_ logits: [Float], _ plain: [[Double]]) -> Double {
        zip(logits, plain.flatMap { $0 }).reduce(0) { max($0, abs(Double($1.0) - $1.1)) }
    }

    /// The sum of the squares of some elements.
    private static func squares(_ values: [Float], _ indices: some Sequence<Int>) -> Double {
        indices.reduce(0) { $0 + Double(values[$1]) * Double(values[$1]) }
    }

    /// The positions of the smallest of some numbers.
    private static func smallest(_ count: Int, _ importance: [Double]) -> [Int] {
        Array(importance.indices.sorted { importance[$0] < importance[$1] }.prefix(count))
    }

    /// The model with zeros for what a layer loses: heads and channels with the smallest mean of squares, written out anew.
    private static func zeroed(_ tiny: TinyModel, layer: Int, heads: Int, channels: Int) throws -> TinyModel {
        var tiny = tiny
        let prefix = "model.layers.\(layer)."
        func values(_ name: String) throws -> [Float] { try #require(tiny.tensors[prefix + name + ".weight"]).values }
        let (q, k, v) = try (values("self_attn.q_proj"), values("self_attn.k_proj"), values("self_attn.v_proj"))
        let output = try values("self_attn.o_proj")
        let (hidden, size, group) = (tiny.hidden, tiny.size, tiny.heads / tiny.kvHeads)
        let width = tiny.heads * size
        func rows(_ range: Range<Int>, _ columns: Int) -> Range<Int> {
            range.lowerBound * columns..<range.upperBound * columns
        }
        let ofHeads = (0..<tiny.kvHeads).map { head in
            let queries = head * group * size..<(head + 1) * group * size
            let keys = head * size..<(head + 1) * size
            let columns = queries.flatMap { column in (0..<hidden).map { $0 * width + column } }
            let shared = squares(q, rows(queries, hidden)) + squares(output, columns)
            return shared / Double(group) + squares(k, rows(keys, hidden)) + squares(v, rows(keys, hidden))
        }
        for head in smallest(heads, ofHeads) {
            for row in 0..<hidden {
                for column in head * group * size..<(head + 1) * group * size {
                    tiny.set(prefix + "self_attn.o_proj.weight", row * width + column, 0)
                }
            }
        }
        let (gate, up, down) = try (values("mlp.gate_proj"), values("mlp.up_proj"), values("mlp.down_proj"))
        let ofChannels = (0..<tiny.inner).map { channel in
            squares(gate, rows(channel..<channel + 1, hidden)) + squares(up, rows(channel..<channel + 1, hidden))
                + squares(down, (0..<hidden).map { $0 * tiny.inner + channel })
        }
        for channel in smallest(channels, ofChannels) {
            for row in 0..<hidden { tiny.set(prefix + "mlp.down_proj.weight", row * tiny.inner + channel, 0) }
        }
        return tiny
    }

    @Test(arguments: [false, true], ["tp1", "tp3", "tp4,pp2", "pp2"])
    func `logits are those of a plain transformer with zeros for what is removed`(
        hasExtras: Bool, parallel: String
    ) throws {
        let tiny = TinyModel(hasBias: hasExtras)
        let folder = try CheckpointFolder()
        // 24 elements of three heads: 24 − int(24 · 0.6) = 10 and 10 div 8 = 1; 80 channels: 32.
        let pruning = Pruning(ratio: 0.4, layers: 1...1)
        let plain = try Self.zeroed(tiny, layer: 1, heads: 1, channels: 32).logits(Self.tokens)
        #expect(Self.distance(tiny.logits(Self.tokens).flatMap { $0 }.map { Float($0) }, plain) > 0.1)
        let result = try generate(tiny.safetensors(in: folder), pruning, options(), parallel: parallel)
        #expect(Self.distance(result.logits[0], plain) < 2e-4, "\(parallel)")
        // GGUF files have the rows of queries and keys in another order.
        let gguf = try generate(tiny.gguf(in: folder), pruning, options(), parallel: parallel)
        #expect(gguf.logits == result.logits)
    }

    @Test func `heads that are normalised, and all layers`() throws {
        let tiny = TinyModel(hasHeadNorms: true)
        let folder = try CheckpointFolder()
        var zeroed = tiny
        for layer in 0..<2 { zeroed = try Self.zeroed(zeroed, layer: layer, heads: 2, channels: 56) }
        let result = try generate(
            tiny.safetensors(in: folder), Pruning(ratio: 0.7, layers: 0...1), options(), parallel: "tp2")
        #expect(Self.distance(result.logits[0], zeroed.logits(Self.tokens)) < 2e-4)
    }

    @Test(arguments: TinyDecoder.Kind.allCases, ["tp1", "pp2"])
    func `OPT and GPT-2 lose biases with their heads and channels`(kind: TinyDecoder.Kind, parallel: String) throws {
        let tiny = TinyDecoder(kind)
        let (hidden, inner, size) = (tiny.hidden, tiny.inner, tiny.hidden / tiny.heads)
        var zeroed = tiny
        let prefix = kind == .opt ? "model.decoder.layers.0." : "transformer.h.0."
        // GPT-2's matrices are [inputs x outputs].
        func value(_ name: String, _ output: Int, _ input: Int, _ inputs: Int) throws -> Double {
            let tensor = try #require(tiny.tensors[prefix + name + ".weight"])
            let index = kind == .opt ? output * inputs + input : input * tensor.shape[1] + output
            return Double(tensor.values[index])
        }
        func zero(_ name: String, column: Int, inputs: Int) {
            for row in 0..<hidden {
                zeroed.set(
                    prefix + name + ".weight", kind == .opt ? row * inputs + column : column * hidden + row, 0)
            }
        }
        func sum(_ name: String, rows: Range<Int>) throws -> Double {
            try rows.reduce(0) { sum, row in
                try (0..<hidden).reduce(sum) { try $0 + value(name, row, $1, hidden) * value(name, row, $1, hidden) }
            }
        }
        func sum(_ name: String, columns: Range<Int>, inputs: Int) throws -> Double {
            try columns.reduce(0) { sum, column in
                try (0..<hidden).reduce(sum) {
                    try $0 + value(name, $1, column, inputs) * value(name, $1, column, inputs)
                }
            }
        }
        let (output, up, down) =
            kind == .opt ? ("self_attn.out_proj", "fc1", "fc2") : ("attn.c_proj", "mlp.c_fc", "mlp.c_proj")
        let heads = try (0..<tiny.heads).map { head in
            let own = head * size..<(head + 1) * size
            let projections =
                kind == .opt
                ? try ["q_proj", "k_proj", "v_proj"].reduce(0) { try $0 + sum("self_attn." + $1, rows: own) }
                : try (0..<3).reduce(0) { sum, part in
                    let rows = own.lowerBound + part * hidden..<own.upperBound + part * hidden
                    return try sum + self.sum(rows, prefix + "attn.c_attn.weight", tiny)
                }
            return try projections + sum(output, columns: own, inputs: hidden)
        }
        for head in Self.smallest(1, heads) {
            for column in head * size..<(head + 1) * size { zero(output, column: column, inputs: hidden) }
        }
        let channels = try (0..<inner).map { channel in
            try sum(up, rows: channel..<channel + 1) + sum(down, columns: channel..<channel + 1, inputs: inner)
        }
        for channel in Self.smallest(20, channels) { zero(down, column: channel, inputs: inner) }
        let folder = try CheckpointFolder()
        let tokens = [3, 14, 15, 9, 2, 6]
        let result = try generate(
            tiny.safetensors(in: folder), Pruning(ratio: 0.5, layers: 0...0), options(), parallel: parallel,
            tokens: tokens)
        #expect(Self.distance(result.logits[0], zeroed.logits(tokens)) < 2e-5, "\(kind)")
        if kind == .gpt2 {
            let gguf = try generate(
                tiny.gguf(in: folder), Pruning(ratio: 0.5, layers: 0...0), options(), parallel: parallel,
                tokens: tokens)
            #expect(gguf.logits == result.logits)
        }
    }

    /// Squares of some outputs of a matrix [inputs x outputs].
    private func sum(_ outputs: Range<Int>, _ name: String, _ tiny: TinyDecoder) throws -> Double {
        let tensor = try #require(tiny.tensors[name])
        return outputs.reduce(0) { sum, output in
            sum + Self.squares(tensor.values, (0..<tensor.shape[0]).map { $0 * tensor.shape[1] + output })
        }
    }

    @Test(
        arguments: [
            (nil, .float), ("bitmod-4b", .exact), ("int6", .exact), ("int4-asym", .float), ("olive-4b", .float),
        ] as [(String?, InferenceArithmetic)], ["tp1", "tp3", "tp4,pp2", "pp2"])
    func `counts are the simulation's for every scheme and division`(
        kind: (String?, InferenceArithmetic), parallel: String
    ) throws {
        let folder = try CheckpointFolder()
        let path = try TinyModel(hasBias: true).safetensors(in: folder)
        for groupSize in [16, 32, 128] {
            let options = try options(
                kind.0, kind.1, kv: kind.1 == .float ? nil : "int8", groupSize: groupSize)
            // A run ends with the comparison of all counts, and throws where one differs.
            let result = try generate(
                path, Pruning(ratio: 0.4, layers: 1...1), options, parallel: parallel, tokens: [3, 1, 4], added: 2)
            let hardware = try #require(result.hardware)
            #expect(hardware.request.model.ofLayers(.pruned).attentionHeads == 4)
            let whole = try wholeHardware(path, options, parallel: parallel)
            #expect(hardware[.decode].total.macs < whole[.decode].total.macs)
            #expect(hardware[.decode].total.dramReadBytes < whole[.decode].total.dramReadBytes)
        }
    }

    @Test(
        arguments: ["onebit", "bitnet", "shiftadd-3b", "smoothquant", "i-llm-4b", "bitmod-4b-omniquant"],
        ["tp1", "tp2,pp2"])
    func `so they are for methods with planes and quantised activations`(name: String, parallel: String) throws {
        let folder = try CheckpointFolder()
        let path = try TinyModel(isSmall: true).safetensors(in: folder)
        let options = try InferenceOptions(
            scheme: Scheme.named(name), arithmetic: .exact, keyValueScheme: Scheme.named("int8"))
        // Two heads of 8: 16 − int(16 · 0.5) = 8, which is one.
        let result = try generate(
            path, Pruning(ratio: 0.5, layers: 1...1), options, parallel: parallel, tokens: [3, 1, 4], added: 2)
        #expect(try #require(result.hardware).request.model.ofLayers(.pruned).kvHeads == 1)
    }

    /// The simulated hardware of the same tokens with the whole model.
    private func wholeHardware(
        _ path: String, _ options: InferenceOptions, parallel: String
    ) throws -> RunResult {
        let model = try LanguageModel(path: path)
        let hardware = try hardware(model, options, parallel: parallel)
        let request = Generation.Request(prompts: [[3, 1, 4]], tokens: 2, stopsAtEnd: false, wantsLogits: true)
        let transformer = try Transformer(model, options, hardware, on: SingleProcess.communicator)
        return try #require(try Generation(transformer, request).run()?.hardware)
    }

    @Test(arguments: [1, 2, 3, 8]) func `any number of ranks gives the same bits`(ranks: Int) throws {
        let folder = try CheckpointFolder()
        let path = try TinyModel().gguf(in: folder)
        let exact = try options("bitmod-4b", .exact, kv: "int8")
        let pruning = Pruning(ratio: 0.4, layers: 0...0)
        let alone = try generate(path, pruning, exact, parallel: "tp2,pp2", tokens: [3, 14], added: 2)
        let result = try generate(path, pruning, exact, parallel: "tp2,pp2", ranks: ranks, tokens: [3, 14], added: 2)
        #expect(result.logits == alone.logits && result.sequences[0].tokens == alone.sequences[0].tokens)
    }

    @Test func `weights of rows, columns and whole matrices are chosen from before they are quantised`() throws {
        // Row scales and types of whole matrices see what is kept, whatever the division.
        let folder = try CheckpointFolder()
        let path = try TinyModel().safetensors(in: folder)
        let pruning = Pruning(ratio: 0.4, layers: 0...1)
        for scheme in ["olive-4b", "ant-4b-channel", "bitmod-4b"] {
            guard let options = try? options(scheme) else { continue }
            let one = try generate(path, pruning, options).logits[0]
            for parallel in ["tp2", "tp3", "tp4"] {
                let divided = try generate(path, pruning, options, parallel: parallel).logits[0]
                let distance = zip(one, divided).reduce(Float(0)) { max($0, abs($1.0 - $1.1)) }
                #expect(distance < 1e-3, "\(scheme) \(parallel)")
            }
        }
    }

    @Test func `statistics of the whole and of the pruned model serve a pruned one`() throws {
        let folder = try CheckpointFolder()
        let path = try TinyModel().safetensors(in: folder)
        let pruning = Pruning(ratio: 0.4, layers: 1...1)
        let file = folder.url.appendingPathComponent("statistics.safetensors").path
        var logits: [[Float]] = []
        for observed in [nil, pruning] {
            let calibration = Calibration(path: file, withSecondMoments: true)
            let model = try LanguageModel(path: path)
            let hardware = try hardware(model, options(), pruning: observed)
            let transformer = try Transformer(model, options(), hardware, on: SingleProcess.communicator)
            try transformer.observe(for: calibration)
            _ = try Perplexity(transformer, .init(tokens: Self.tokens, context: 8)).run()
            try calibration.write(transformer)
            for name in ["smoothquant", "bitmod-4b-awq"] {
                let scheme = try Scheme.named(name).with(groupSize: name == "smoothquant" ? 128 : 16)
                let own = try InferenceOptions(
                    scheme: scheme, calibration: file, arithmetic: .float, keyValueScheme: nil)
                logits.append(try generate(path, pruning, own).logits[0])
            }
        }
        // Statistics of other activations, but of the same channels: near each other, and near the weights as stored.
        let stored = try generate(path, pruning, options()).logits[0]
        for pair in [(logits[0], logits[2]), (logits[1], logits[3]), (logits[2], stored)] {
            let distance = zip(pair.0, pair.1).reduce(Float(0)) { max($0, abs($1.0 - $1.1)) }
            #expect(distance < 3, "\(distance)")
        }
        #expect(logits[0] != logits[2])
    }

    @Test func `a layer that cannot be read is one error`() throws {
        let folder = try CheckpointFolder()
        var tiny = TinyModel()
        tiny.set("model.layers.1.mlp.up_proj.weight", 7, .nan)
        let path = try tiny.safetensors(in: folder)
        let error = #expect(throws: InputError.self) {
            try generate(path, Pruning(ratio: 0.4, layers: 1...1), options())
        }
        #expect(error?.key == "model.layers.1.mlp.up_proj.weight" && error?.category == .data)
    }
}
