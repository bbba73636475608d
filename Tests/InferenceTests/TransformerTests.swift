import Checkpoints
import Documents
import Testing
import _CheckpointTestSupport
import _TestSupport

@testable import Inference

@Suite("Running a model") struct TransformerTests {
    private static let tokens = [3, 14, 15, 9, 26, 5, 35, 8, 9, 7, 9, 32]

    private static func distance(_ logits: [Float], _ plain: [[Double]]) -> Double {
        zip(logits, plain.flatMap { $0 }).reduce(0) { max($0, abs(Double($1.0) - $1.1)) }
    }

    @Test(arguments: [false, true]) func `float logits are those of a plain transformer`(isTied: Bool) throws {
        let tiny = TinyModel(isTied: isTied)
        let folder = try CheckpointFolder()
        let plain = tiny.logits(Self.tokens)
        let request = Generation.Request(prompts: [Self.tokens], tokens: 0, wantsLogits: true)
        let result = try generate(tiny.safetensors(in: folder), options(), request)
        #expect(result.logits[0].count == Self.tokens.count * tiny.vocabulary)
        #expect(Self.distance(result.logits[0], plain) < 2e-4)
        // GGUF files have the rows of queries and keys in another order.
        #expect(try generate(tiny.gguf(in: folder), options(), request).logits == result.logits)
    }

    @Test func `heads of queries and keys are normalised before they are rotated`() throws {
        let tiny = TinyModel(hasHeadNorms: true)
        let plain = tiny.logits(Self.tokens)
        #expect(Self.distance(TinyModel().logits(Self.tokens).flatMap { $0 }.map { Float($0) }, plain) > 0.1)
        let folder = try CheckpointFolder()
        let request = Generation.Request(prompts: [Self.tokens], tokens: 0, wantsLogits: true)
        for chips in [1, 3] {
            let result = try generate(tiny.safetensors(in: folder), options(), request, chips: chips)
            #expect(Self.distance(result.logits[0], plain) < 2e-4)
            // Files of Qwen have the rows of queries and keys in one order only.
            #expect(try generate(tiny.gguf(in: folder), options(), request, chips: chips).logits == result.logits)
        }
        let exact = try options("bitmod-4b", .exact, kv: "int8")
        let small = try TinyModel(hasHeadNorms: true, isSmall: true).gguf(in: folder)
        let short = Generation.Request(prompts: [[3, 14]], tokens: 1, wantsLogits: true)
        #expect(
            try generate(small, exact, short, chips: 2, ranks: 3).logits
                == generate(small, exact, short, chips: 2).logits)
    }

    @Test func `a sliding window ends the context where it would begin to be felt`() throws {
        let folder = try CheckpointFolder()
        let tiny = TinyModel()
        let path = try tiny.safetensors(in: folder)
        let plain = try generate(path, options(), .init(prompts: [Self.tokens], tokens: 0, wantsLogits: true))
        try folder.write(
            Array(tiny.config.replacing("\"llama\"", with: "\"mistral\", \"sliding_window\": 12").utf8),
            to: "config.json")
        let model = try LanguageModel(path: path)
        #expect(model.description.shape.maximumPositions == 12)
        let fits = Generation.Request(prompts: [Self.tokens], tokens: 0, wantsLogits: true)
        try fits.check(model)
        #expect(try generate(path, options(), fits).logits == plain.logits)
        #expect(throws: InputError.self) {
            try Generation.Request(prompts: [Self.tokens], tokens: 1).check(model)
        }
    }

    @Test func `biases of queries, keys and values are added`() throws {
        let tiny = TinyModel(hasBias: true)
        let folder = try CheckpointFolder()
        let request = Generation.Request(prompts: [Self.tokens], tokens: 0, wantsLogits: true)
        for chips in [1, 2] {
            let result = try generate(tiny.safetensors(in: folder), options(), request, chips: chips)
            #expect(Self.distance(result.logits[0], tiny.logits(Self.tokens)) < 2e-4)
        }
    }

    @Test func `tokens one by one give the logits of all at once`() throws {
        let folder = try CheckpointFolder()
        let path = try TinyModel().safetensors(in: folder)
        let long = try generate(path, options(), .init(prompts: [Self.tokens], tokens: 6, wantsLogits: true))
        let all = Self.tokens + long.sequences[0].tokens.dropLast()
        #expect(long.logits[0].count == all.count * 50)
        let once = try generate(path, options(), .init(prompts: [all], tokens: 0, wantsLogits: true))
        let distance = zip(long.logits[0], once.logits[0]).reduce(Float(0)) { max($0, abs($1.0 - $1.1)) }
        #expect(distance < 1e-4)
    }

    @Test func `sequences of a batch do not see each other`() throws {
        let folder = try CheckpointFolder()
        let path = try TinyModel().safetensors(in: folder)
        let prompts = [Self.tokens, [4, 4], [1, 2, 3, 4, 5]]
        let together = try generate(path, options(), .init(prompts: prompts, tokens: 5, stopsAtEnd: false))
        for (index, prompt) in prompts.enumerated() {
            let alone = try generate(path, options(), .init(prompts: [prompt], tokens: 5, stopsAtEnd: false))
            #expect(together.sequences[index].tokens == alone.sequences[0].tokens)
        }
    }

    @Test(
        .timeLimit(.minutes(10)),
        arguments: [
            (nil, InferenceArithmetic.float, nil), ("bitmod-4b", .exact, "int8"), ("bitmod-3b", .rtl2024, "fp16"),
        ] as [(String?, InferenceArithmetic, String?)])
    func `every number of ranks gives the same bits`(
        scheme: String?, arithmetic: InferenceArithmetic, kv: String?
    ) throws {
        let folder = try CheckpointFolder()
        let path = try TinyModel(isSmall: true).gguf(in: folder)
        let request = Generation.Request(prompts: [[3, 14, 15], [7]], tokens: 2, stopsAtEnd: false, wantsLogits: true)
        let options = try options(scheme, arithmetic, kv: kv)
        for (parallel, ranks) in [("tp1", [2]), ("tp2", [2, 3, 8]), ("pp2", [2, 3]), ("tp2,pp2", [2, 3, 4, 8])] {
            let alone = try generate(path, options, request, parallel: parallel)
            #expect(!alone.logits[0].contains { !$0.isFinite })
            for ranks in ranks {
                let result = try generate(path, options, request, parallel: parallel, ranks: ranks)
                let isSame = result.sequences == alone.sequences && result.logits == alone.logits
                #expect(isSame, "\(parallel) on \(ranks) ranks")
            }
        }
    }

    @Test func `chips change only the order of sums`() throws {
        let folder = try CheckpointFolder()
        let path = try TinyModel().safetensors(in: folder)
        let request = Generation.Request(prompts: [Self.tokens], tokens: 0, wantsLogits: true)
        // Groups of 16 end where heads do; those of 32 are cut between chips.
        for (scheme, size) in [("bitmod-4b", 16), ("bitmod-3b", 32), ("int4-asym", 32), ("olive-4b", 32)] {
            let options = try options(scheme, groupSize: size)
            let one = try generate(path, options, request)
            for parallel in ["tp2", "tp3", "tp6", "pp2", "tp3,pp2"] {
                let several = try generate(path, options, request, parallel: parallel)
                let distance = zip(one.logits[0], several.logits[0]).reduce(Float(0)) { max($0, abs($1.0 - $1.1)) }
                #expect(distance < 1e-4, "\(scheme) in groups of \(size), \(parallel)")
            }
            // Whole layers add nothing up.
            #expect(try generate(path, options, request, parallel: "pp2").logits == one.logits)
        }
    }

    @Test func `exact logits are near those of float arithmetic with the same weights`() throws {
        let folder = try CheckpointFolder()
        let path = try TinyModel(isSmall: true).safetensors(in: folder)
        let request = Generation.Request(prompts: [[3, 14, 15, 9]], tokens: 0, wantsLogits: true)
        let float = try generate(path, options("bitmod-4b"), request).logits[0]
        func distance(_ arithmetic: InferenceArithmetic, _ kv: String) throws -> Float {
            let exact = try generate(path, options("bitmod-4b", arithmetic, kv: kv), request).logits[0]
            return zip(float, exact).reduce(Float(0)) { max($0, abs($1.0 - $1.1)) }
        }
        let largest = float.map(\.magnitude).max() ?? 0
        #expect(try distance(.exact, "fp16") < 0.01 * largest)
        #expect(try distance(.exact, "int8") < 0.05 * largest)
        #expect(try distance(.exact, "bitmod-4b") < 0.5 * largest)
        #expect(try distance(.rtl2024, "fp16") > distance(.exact, "fp16"))
    }

    @Test func `end tokens end an answer unless told otherwise`() throws {
        let folder = try CheckpointFolder()
        let path = try TinyModel().safetensors(in: folder)
        let free = try generate(path, options(), .init(prompts: [Self.tokens], tokens: 60, stopsAtEnd: false))
        let model = try LanguageModel(path: path)
        #expect(model.description.endTokens == [2])
        let stopped = try generate(path, options(), .init(prompts: [Self.tokens], tokens: 60))
        let expected = free.sequences[0].tokens.firstIndex(of: 2).map { Array(free.sequences[0].tokens[...$0]) }
        #expect(stopped.sequences[0].tokens == expected ?? free.sequences[0].tokens)
        #expect(stopped.sequences[0].hasEnded == (expected != nil))
    }

    @Test func `perplexity is that of the plain transformer, window by window`() throws {
        let tiny = TinyModel()
        let folder = try CheckpointFolder()
        let path = try tiny.safetensors(in: folder)
        let tokens = Self.tokens + [1, 2, 3, 4, 11, 12, 13, 14, 15]
        let result = try ThreadWorld.run(2) { world in
            let model = try LanguageModel(path: path)
            let hardware = try hardware(model, options(), chips: 2)
            return try Perplexity(
                Transformer(model, options(), hardware, on: world), .init(tokens: tokens, context: 8)
            ).run()
        }
        // Windows of 8, 8 and 5 tokens.
        let first = try #require(result[0])
        #expect(first.windows == 3 && first.tokens == 7 + 7 + 4 && result[1] == nil)
        let windows = [Array(tokens[0..<8]), Array(tokens[8..<16]), Array(tokens[16..<21])]
        let sum = windows.reduce(0.0) { sum, window in
            zip(tiny.logits(window), window.dropFirst()).reduce(sum) { sum, item in
                sum + item.0.map { Double($0) }.logSumExp - item.0[item.1]
            }
        }
        #expect(abs(first.meanNegativeLogLikelihood - sum / 18) < 1e-5)
    }

    @Test func `a missing, misshapen or broken tensor is refused with its name`() throws {
        func message(_ change: (inout TinyModel) -> Void, _ scheme: String? = nil) -> String {
            var tiny = TinyModel()
            change(&tiny)
            do {
                let folder = try CheckpointFolder()
                let path = try tiny.safetensors(in: folder)
                let model = try LanguageModel(path: path)
                _ = try Transformer(
                    model, options(scheme), hardware(model, options(scheme)), on: SingleProcess.communicator)
                return "accepted"
            } catch {
                return "\(error)"
            }
        }
        #expect(message { _ in } == "accepted")
        let name = "model.layers.1.mlp.up_proj.weight"
        #expect(message { $0.set(name, 5, .nan) }.contains("\(name): the weight [0, 5] is NaN"))
        #expect(message { $0.set(name, 50, .infinity) }.contains("\(name): the weight [1, 2] is infinite"))
        #expect(
            message({ $0.set(name, 5, 1e30) }, "bitmod-4b").contains("\(name): the weight at index 5 exceeds 65504"))
        #expect(message { $0.inner = 64 }.contains("the tensor has the shape [80, 48]; expected [64, 48]"))
        #expect(message { $0.layers = 3 }.contains("model.layers.2.input_layernorm.weight: the tensor is missing"))
        #expect(message { $0.vocabulary = 49 }.contains("model.embed_tokens.weight: the tensor has the shape [50, 48]"))
    }

    @Test func `chips that cannot share a model, or in a way that is not executed, are refused`() throws {
        let folder = try CheckpointFolder()
        let model = try LanguageModel(path: TinyModel().safetensors(in: folder))
        for parallel in ["tp7", "pp3", "dp2", "tp2,sp"] {
            #expect(throws: InputError.self, "\(parallel)") {
                try hardware(model, options(), parallel: parallel, batch: 2)
            }
        }
        // 6 heads and 2 layers: 12 chips at most.
        #expect(try hardware(model, options(), chips: 12).plan.degrees.text == "tp6,pp2")
        #expect(try hardware(model, options(), chips: 4).plan.degrees.text == "tp4")
        #expect(throws: InputError.self) { try hardware(model, options(), chips: 7) }
    }

    @Test func `numbers that leave the range on the way are an error with the file`() throws {
        var tiny = TinyModel(isSmall: true)
        for index in 0..<tiny.hidden { tiny.set("model.layers.0.input_layernorm.weight", index, 30_000) }
        let folder = try CheckpointFolder()
        let path = try tiny.safetensors(in: folder)
        let error = #expect(throws: InputError.self) {
            try generate(path, options("bitmod-4b", .exact, kv: "int8"), .init(prompts: [[1, 2]], tokens: 1))
        }
        #expect(error?.file == path && error?.problem.contains("beyond binary16") == true)
    }

    @Test func `combinations that cannot be computed are refused`() {
        #expect(throws: InputError.self) { try options(nil, .exact, kv: "int8") }
        #expect(throws: InputError.self) { try options("fp16", .exact, kv: "int8") }
        #expect(throws: InputError.self) { try options("bitmod-4b", .exact) }
        #expect(throws: InputError.self) { try options("bitmod-4b", .exact, kv: "mx-fp4") }
    }
}

extension [Double] {
    fileprivate var logSumExp: Double {
        let floats = map { Float($0) }
        return floats.withUnsafeBufferPointer { VectorUnit.logSumExp($0) }
    }
}
