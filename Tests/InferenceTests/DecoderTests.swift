import Documents
import Foundation
import MessagePassing
import Testing
import Workload
import _CheckpointTestSupport

@testable import Inference

@Suite("Running models of the OPT and GPT-2 kind") struct DecoderTests {
    private static let tokens = [3, 14, 15, 9, 2, 6, 5, 23, 0, 8]

    private static func request(_ tokens: [Int] = Self.tokens) -> Generation.Request {
        .init(prompts: [tokens], tokens: 0, wantsLogits: true)
    }

    private static func distance(_ logits: [Float], _ plain: [[Double]]) -> Double {
        zip(logits, plain.flatMap { $0 }).reduce(0) { max($0, abs(Double($1.0) - $1.1)) }
    }

    @Test(arguments: TinyDecoder.Kind.allCases, [1, 2, 4])
    func `float logits are those of a plain transformer`(kind: TinyDecoder.Kind, chips: Int) throws {
        let tiny = TinyDecoder(kind)
        let folder = try CheckpointFolder()
        let result = try generate(tiny.safetensors(in: folder), options(), Self.request(), chips: chips)
        #expect(result.logits[0].count == Self.tokens.count * tiny.vocabulary)
        #expect(Self.distance(result.logits[0], tiny.logits(Self.tokens)) < 2e-5)
    }

    /// Logits that the Flax models of transformers 4.46.3 give the same weights.
    private struct Expected: Decodable {
        var tokens: [Int]
        var opt: [[Double]]
        var gpt2: [[Double]]
    }

    @Test(arguments: TinyDecoder.Kind.allCases)
    func `logits are those of the transformers library`(kind: TinyDecoder.Kind) throws {
        let url = try #require(Bundle.module.url(forResource: "Resources/decoder-logits", withExtension: "json"))
        let expected = try JSONDecoder().decode(Expected.self, from: Data(contentsOf: url))
        let tiny = TinyDecoder(kind)
        let folder = try CheckpointFolder()
        let found = try generate(tiny.safetensors(in: folder), options(), Self.request(expected.tokens)).logits[0]
        #expect(Self.distance(found, kind == .opt ? expected.opt : expected.gpt2) < 1e-4)
    }

    @Test(arguments: TinyDecoder.Kind.allCases)
    func `names without the prefix, and those of GGUF, give the same bits`(kind: TinyDecoder.Kind) throws {
        let tiny = TinyDecoder(kind)
        let folder = try CheckpointFolder()
        let logits = try generate(tiny.safetensors(in: folder), options(), Self.request()).logits
        let bare = try generate(tiny.safetensors(in: folder, hasPrefix: false), options(), Self.request()).logits
        #expect(bare == logits)
        if kind == .gpt2 {
            for chips in [1, 2] {
                let path = try (gguf: tiny.gguf(in: folder), folder: tiny.safetensors(in: folder))
                let gguf = try generate(path.gguf, options("bitmod-4b"), Self.request(), chips: chips).logits
                #expect(try gguf == generate(path.folder, options("bitmod-4b"), Self.request(), chips: chips).logits)
            }
        }
    }

    @Test(arguments: ["gelu", "gelu_new", "gelu_pytorch_tanh", "quick_gelu", "relu", "silu"])
    func `every activation function is the one of its name`(name: String) throws {
        for kind in TinyDecoder.Kind.allCases {
            let tiny = TinyDecoder(kind, activation: name)
            let folder = try CheckpointFolder()
            let result = try generate(tiny.safetensors(in: folder), options(), Self.request())
            #expect(Self.distance(result.logits[0], tiny.logits(Self.tokens)) < 2e-5)
        }
        // Their differences are larger than the tolerance.
        let forms = GELUForm.allCases.map { form -> Float in
            var values: [Float] = [0.7]
            VectorUnit.activate(&values, .gelu, form)
            return values[0]
        }
        #expect(abs(forms[0] - forms[1]) > 1e-5 && abs(forms[0] - forms[2]) > 1e-3)
        var broken: [Float] = [.nan]
        VectorUnit.activate(&broken, .relu, .exact)
        #expect(broken[0].isNaN)
    }

    @Test(
        .timeLimit(.minutes(10)),
        arguments: [
            (nil, InferenceArithmetic.float, nil), ("bitmod-4b", .exact, "int8"), ("bitmod-3b", .rtl2024, "fp16"),
        ] as [(String?, InferenceArithmetic, String?)])
    func `every number of ranks gives the same bits`(
        scheme: String?, arithmetic: InferenceArithmetic, kv: String?
    ) throws {
        for kind in TinyDecoder.Kind.allCases {
            let folder = try CheckpointFolder()
            let path = try TinyDecoder(kind).safetensors(in: folder)
            let request = Generation.Request(
                prompts: [[3, 14, 15], [7]], tokens: 2, stopsAtEnd: false, wantsLogits: true)
            let options = try options(scheme, arithmetic, kv: kv)
            for chips in [1, 2, 4] {
                let alone = try generate(path, options, request, chips: chips)
                #expect(!alone.logits[0].contains { !$0.isFinite })
                for ranks in [2, 3] {
                    let result = try generate(path, options, request, chips: chips, ranks: ranks)
                    #expect(
                        result.sequences == alone.sequences && result.logits == alone.logits,
                        "\(kind), \(chips) on \(ranks)")
                }
            }
        }
    }

    @Test func `exact logits are near those of float arithmetic with the same weights`() throws {
        for kind in TinyDecoder.Kind.allCases {
            let folder = try CheckpointFolder()
            let path = try TinyDecoder(kind).safetensors(in: folder)
            let float = try generate(path, options("bitmod-4b"), Self.request()).logits[0]
            let exact = try generate(path, options("bitmod-4b", .exact, kv: "fp16"), Self.request()).logits[0]
            let distance = zip(float, exact).reduce(Float(0)) { max($0, abs($1.0 - $1.1)) }
            #expect(distance < 0.01 * (float.map(\.magnitude).max() ?? 0))
        }
    }

    @Test func `what differs from the usual models is refused with its key`() throws {
        func message(_ kind: TinyDecoder.Kind, _ old: String, _ new: String) -> String {
            let tiny = TinyDecoder(kind)
            do {
                let folder = try CheckpointFolder()
                let config = tiny.config.replacing(old, with: new)
                let model = try LanguageModel(path: tiny.safetensors(in: folder, config: config))
                _ = try Transformer(
                    model, options(), hardware(model, options()), on: SingleProcess.communicator)
                return "accepted"
            } catch {
                return "\(error)"
            }
        }
        let norms = message(.opt, "\"do_layer_norm_before\": true", "\"do_layer_norm_before\": false")
        #expect(norms.contains("config.json:3: do_layer_norm_before: norms after attention"))
        #expect(message(.opt, "\"word_embed_proj_dim\": 16", "\"word_embed_proj_dim\": 8").contains("narrower"))
        let scaled = "\"scale_attn_by_inverse_layer_idx\": true, \"eos_token_id\""
        #expect(
            message(.gpt2, "\"eos_token_id\"", scaled).contains(
                "scale_attn_by_inverse_layer_idx: cannot be run yet; expected false"))
        #expect(
            message(.gpt2, "\"n_positions\": 20", "\"n_positions\": 30").contains(
                "transformer.wpe.weight: the tensor has the shape [20, 16]; expected [30, 16]"))
        #expect(
            message(.gpt2, "\"vocab_size\": 24", "\"vocab_size\": 24, \"tie_word_embeddings\": false").contains(
                "lm_head.weight: the tensor is missing"))
    }

    @Test func `a part of a split GGUF model, and a config.json that is none, are refused`() throws {
        let folder = try CheckpointFolder()
        func message(_ path: String) -> String {
            do {
                _ = try LanguageModel(path: path)
                return "accepted"
            } catch {
                return "\(error)"
            }
        }
        var gguf = SampleGGUF()
        gguf.add("general.architecture", "gpt2")
        gguf.add("split.count", 3)
        #expect(
            message(try folder.write(gguf.file(), to: "a.gguf")).contains(
                "split.count: the model is split over 3 files; expected one file"))
        let path = try TinyDecoder(.opt).safetensors(in: folder, config: String(repeating: " ", count: 1 << 21))
        #expect(message(path).contains("config.json: the file is no text of at most 1 MiB"))
        gguf = SampleGGUF()
        gguf.add("general.architecture", "phi2")
        #expect(
            message(try folder.write(gguf.file(), to: "a.gguf")).contains(
                "general.architecture: \"phi2\" cannot be run yet; expected one of llama, qwen2, qwen3, gpt2"))
        let neox = """
            {"model_type": "gpt_neox", "hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2,
             "intermediate_size": 40, "vocab_size": 24, "use_parallel_residual": false}
            """
        #expect(
            message(try TinyDecoder(.opt).safetensors(in: folder, config: neox)).contains(
                "the family gpt_neox cannot be run yet; expected a dense model of one of the families llama,"))
    }

    @Test func `weights that are no numbers are refused, wherever they lie`() throws {
        let folder = try CheckpointFolder()
        var tiny = TinyDecoder(.gpt2)
        for (name, index, place) in [
            ("transformer.h.1.attn.c_attn.bias", 20, "[0, 20] is NaN"), ("transformer.ln_f.bias", 3, "[0, 3] is NaN"),
            ("transformer.h.0.mlp.c_proj.bias", 1, "[0, 1] is NaN"),
            ("transformer.h.0.attn.c_attn.weight", 48 * 2 + 17, "[2, 17] is NaN"),
            ("transformer.wpe.weight", 16 + 4, "[1, 4] is NaN"), ("transformer.wte.weight", 14 * 16, "[14, 0] is NaN"),
        ] {
            let before = tiny.set(name, index, .nan)
            let error = #expect(throws: InputError.self) {
                try generate(tiny.safetensors(in: folder), options(), Self.request())
            }
            #expect(error.map { "\($0)" }?.contains("\(name): the weight \(place)") == true)
            tiny.set(name, index, before)
        }
    }
}
