import Foundation
import MessagePassing
import Quantization
import Testing
import _CheckpointTestSupport

@testable import Inference

/// I-LLM's integer operators between the matrix products of a running model.
@Suite("Integer norms, softmax and SwiGLU of a run") struct IntegerOperatorTests {
    private static let bits = 8

    private static func numbers(_ tokens: [DyadicToken?]) -> [Float] { tokens.flatMap { $0?.dequantized ?? [] } }

    /// The largest difference of two rows over the largest magnitude of the second.
    private static func distance(_ left: [Float], _ right: [Float]) -> Float {
        zip(left, right).reduce(0) { max($0, ($1.0 - $1.1).magnitude) } / right.reduce(0) { max($0, $1.magnitude) }
    }

    @Test(arguments: [true, false])
    func `norms are those of binary32, to a code where they are codes`(isLayerNorm: Bool) {
        for seed in UInt64(1)...20 {
            var numbers = SampleNumbers(seed: seed)
            let width = Int.random(in: 8...300, using: &numbers)
            let gain = numbers.weights(width, deviation: 1)
            let bias = isLayerNorm ? numbers.weights(width, deviation: 0.5) : []
            // From tokens far below the root of ε to large ones.
            let deviation = Float(sign: .plus, exponent: Int.random(in: -14...14, using: &numbers), significand: 1)
            let rows = numbers.weights(3 * width, deviation: deviation)
            let exact = Norm(gain: gain, bias: bias, epsilon: 1e-5)
            let integer = Norm(gain: gain, bias: bias, epsilon: 1e-5, .integer(bits: Self.bits))
            let (found, expected) = (integer(rows), exact(rows))
            let largest = gain.reduce(0) { max($0, $1.magnitude) }
            let tolerance = largest * 0x1p-9
            let codes = integer.input(rows)
            for row in 0..<3 {
                let range = row * width..<(row + 1) * width
                let (own, right) = (Array(found[range]), Array(expected[range]))
                for (value, other) in zip(own, right) {
                    #expect((value - other).magnitude < tolerance + other.magnitude / 512, "seed \(seed), \(deviation)")
                }
                // The scale is rounded down by up to 1/128, over 255 steps.
                let step = codes.scales[row]
                for (code, value) in zip(codes.values[range], own) {
                    #expect((code * step - value).magnitude < 0.51 * step + value.magnitude / 128, "seed \(seed)")
                    #expect((-255...255).contains(code), "seed \(seed)")
                }
            }
        }
    }

    @Test func `a norm's factors are divided out of codes, and multiplied in again where activations are observed`() {
        var numbers = SampleNumbers(seed: 4)
        let gain = numbers.weights(40, deviation: 1)
        let divisors = (0..<40).map { Float(1 + $0 % 7) / 3 }
        let rows = numbers.weights(40, deviation: 2)
        let norm = Norm(gain: gain, epsilon: 1e-5, .integer(bits: Self.bits))
        let folded = norm.folding(divisors: divisors)
        let expected = norm(rows)
        let input = folded.input(rows)
        #expect(Self.distance(input.activations, zip(expected, divisors).map { $0 / $1 }) < 0.02)
        #expect(Self.distance(folded.activations(input), expected) < 0.05)
        let binary32 = Norm(gain: gain, epsilon: 1e-5)
        #expect(binary32.folding(divisors: divisors).input(rows).values == binary32(rows))
    }

    @Test func `softmax is that of binary32 to steps of its codes and the error of DI-Exp`() {
        for seed in UInt64(1)...20 {
            var numbers = SampleNumbers(seed: seed)
            let scores = numbers.weights(Int.random(in: 1...200, using: &numbers), deviation: 4)
            var (found, expected) = (scores, scores)
            Softmax(.integer(bits: Self.bits))(&found, count: scores.count)
            Softmax.binary32(&expected, count: scores.count)
            for (own, right) in zip(found, expected) {
                #expect((own - right).magnitude < 0x1p-14 + 0.15 * right, "seed \(seed)")
            }
            #expect(found.reduce(0, +) <= 1, "seed \(seed)")
        }
    }

    @Test func `SwiGLU is that of binary32 to a few codes`() {
        for seed in UInt64(1)...20 {
            var numbers = SampleNumbers(seed: seed)
            let width = Int.random(in: 8...300, using: &numbers)
            let gates = numbers.weights(2 * width, deviation: 2)
            let ups = numbers.weights(2 * width, deviation: 1)
            let found = Self.numbers(VectorUnit.swiGLU(gates: gates, ups: ups, tokens: 2, bits: Self.bits))
            for token in 0..<2 {
                let range = token * width..<(token + 1) * width
                let expected = zip(gates[range], ups[range]).map { $0 / (1 + expf(-$0)) * $1 }
                #expect(Self.distance(Array(found[range]), expected) < 0.05, "seed \(seed)")
            }
        }
    }

    @Test(arguments: [4, 6, 8]) func `the token quantiser makes the same codes of what codes stand for`(bits: Int)
        throws
    {
        var numbers = SampleNumbers(seed: UInt64(bits))
        let quantizer = DyadicTokenQuantizer(bits: bits)
        for round in 0..<40 {
            let width = 1 + round * 3
            let norm = Norm(gain: numbers.weights(width, deviation: 1), epsilon: 1e-5, .integer(bits: bits))
            let rows = numbers.weights(width, deviation: 3)
            let input = norm.input(rows)
            let transformed = InputTransform(format: .asymmetricInteger(bits: bits))(input.activations, tokens: 1)
            #expect(transformed.values == input.values && transformed.scales == input.scales, "\(rows)")
            let gated = try #require(VectorUnit.swiGLU(gates: rows, ups: rows, tokens: 1, bits: bits)[0])
            #expect(try quantizer.quantize(gated.dequantized) == gated, "\(rows)")
        }
        // A linear layer takes codes as they are.
        let token = DyadicToken(codes: [3, 0, 7], zeroPoint: 2, scale: DyadicScale(multiplier: 200, shift: 9))
        let input = LinearInput([token], columns: 3)
        #expect(input.transformed(by: InputTransform(format: .asymmetricInteger(bits: bits))) === input)
        #expect(input.values == [1, -2, 5] && input.activations == token.dequantized)
    }

    @Test func `tokens of zeros, of one value, of huge and of tiny values have results`() {
        let width = 4
        for bias in [[], [Float](repeating: 0.5, count: width)] {
            let norm = Norm(gain: [1, -2, 0.5, 0], bias: bias, epsilon: 1e-5, .integer(bits: Self.bits))
            for value in [Float(0), 3, -3, .greatestFiniteMagnitude, .leastNonzeroMagnitude] {
                let input = norm.input([Float](repeating: value, count: width))
                #expect(!input.activations.contains { !$0.isFinite }, "\(value)")
            }
            for gain in [Float(0), .greatestFiniteMagnitude, .leastNonzeroMagnitude] {
                let norm = Norm(gain: [gain, gain], bias: bias.isEmpty ? [] : [1, 2], epsilon: 0, .integer(bits: 4))
                #expect(norm.input([1, 2]).values.allSatisfy { $0.magnitude <= 15 }, "\(gain)")
            }
        }
        for value in [Float(0), 1e30, -1e30, 0x1p-140] {
            var scores = [Float](repeating: value, count: 4)
            Softmax(.integer(bits: Self.bits))(&scores, count: 4)
            #expect(scores == [0.25, 0.25, 0.25, 0.25], "\(value)")
            let gates = [Float](repeating: value, count: 4)
            let token = VectorUnit.swiGLU(gates: gates, ups: [1, -1, 0, 1e-30], tokens: 1, bits: Self.bits)[0]
            #expect(token?.codes.count == 4, "\(value)")
        }
    }

    @Test func `what is no number stays so`() {
        let norm = Norm(gain: [1, 1], epsilon: 1e-5, .integer(bits: Self.bits))
        let product = LinearPart(weights: [1, 0, 0, 1], name: "", rows: 2, columns: 2)
        for value in [Float.nan, .infinity] {
            #expect(!norm([1, value, 1, 2])[0...1].contains { !$0.isNaN })
            let input = norm.input([1, value, 1, 2])
            // Integers all the same: the PEs take no others.
            #expect(input.values[0...1] == [0, 0])
            let results = product(input)
            #expect(results.map(\.isNaN) == [true, true, false, false])
            var scores = [1, value]
            Softmax(.integer(bits: Self.bits))(&scores, count: 2)
            #expect(!scores.contains { !$0.isNaN })
            #expect(VectorUnit.swiGLU(gates: [1, value], ups: [1, 1], tokens: 1, bits: Self.bits) == [nil])
            #expect(VectorUnit.swiGLU(gates: [1, 1], ups: [value, 1], tokens: 1, bits: Self.bits) == [nil])
            for format in [ActivationFormat.integer(bits: 8), .asymmetricInteger(bits: 8)] {
                let result = InputTransform(format: format)([1, value], tokens: 1)
                #expect(result.values == [0, 0] && result.scales[0].isNaN)
            }
        }
    }

    // MARK: Whole models

    private static let request = Generation.Request(
        prompts: [[3, 14, 15, 9, 2, 6, 5]], tokens: 2, stopsAtEnd: false, wantsLogits: true)

    private static func options(
        _ scheme: String, _ arithmetic: InferenceArithmetic = .float, _ nonLinear: NonLinearArithmetic? = nil
    ) throws -> InferenceOptions {
        var options = try InferenceOptions(
            scheme: .named(scheme), arithmetic: arithmetic, keyValueScheme: arithmetic == .float ? nil : .named("int8"))
        if let nonLinear { options.nonLinearArithmetic = nonLinear }
        return options
    }

    @Test func `the scheme decides`() throws {
        for name in ["i-llm-4b", "i-llm-6b", "i-llm-8b"] {
            let bits = try #require(Int(name.dropFirst(6).prefix(1)))
            #expect(try Self.options(name).nonLinearArithmetic == .integer(bits: bits))
        }
        for name in ["smoothquant", "bitmod-4b", "fp16"] {
            #expect(try Self.options(name).nonLinearArithmetic == .binary32)
        }
    }

    @Test(arguments: [InferenceArithmetic.float, .exact], [false, true])
    func `logits are near those with binary32 between the products, and not the same`(
        arithmetic: InferenceArithmetic, hasHeadNorms: Bool
    ) throws {
        let folder = try CheckpointFolder()
        let path = try TinyModel(hasHeadNorms: hasHeadNorms, isSmall: true).safetensors(in: folder)
        let found = try generate(path, Self.options("i-llm-8b", arithmetic), Self.request).logits[0]
        let binary32 = try generate(path, Self.options("i-llm-8b", arithmetic, .binary32), Self.request).logits[0]
        let prompt = 7 * 20
        let distance = Self.distance(Array(found.prefix(prompt)), Array(binary32.prefix(prompt)))
        #expect(distance > 1e-3 && distance < 0.15, "\(distance)")
    }

    @Test(arguments: TinyDecoder.Kind.allCases) func `LayerNorm models have integer norms and softmax`(
        kind: TinyDecoder.Kind
    ) throws {
        let folder = try CheckpointFolder()
        let path = try TinyDecoder(kind).safetensors(in: folder)
        let found = try generate(path, Self.options("i-llm-8b"), Self.request).logits[0]
        let binary32 = try generate(path, Self.options("i-llm-8b", .float, .binary32), Self.request).logits[0]
        let prompt = 7 * 24
        let distance = Self.distance(Array(found.prefix(prompt)), Array(binary32.prefix(prompt)))
        #expect(distance > 1e-3 && distance < 0.15, "\(distance)")
    }

    @Test(arguments: ["tp1", "tp2", "tp2,pp2"]) func `models with head norms give the same bytes on 1, 2 and 3 ranks`(
        parallel: String
    ) throws {
        let folder = try CheckpointFolder()
        let path = try TinyModel(hasHeadNorms: true, isSmall: true).safetensors(in: folder)
        let one = try generate(path, Self.options("i-llm-8b"), Self.request, parallel: parallel)
        for ranks in [2, 3] {
            let other = try generate(path, Self.options("i-llm-8b"), Self.request, parallel: parallel, ranks: ranks)
            #expect(other.logits == one.logits, "\(ranks) ranks")
        }
    }

    @Test(arguments: [InferenceArithmetic.float, .exact])
    func `models whose numbers overflow end without a crash`(arithmetic: InferenceArithmetic) throws {
        let folder = try CheckpointFolder()
        for value in [Float(3e38), -1e30, 0] {
            var tiny = TinyModel(isSmall: true)
            for name in ["model.embed_tokens.weight", "model.layers.0.input_layernorm.weight"] {
                for index in 0..<32 { tiny.set(name, index, value) }
            }
            let path = try tiny.safetensors(in: folder)
            var request = Self.request
            request.prompts = [[0, 1]]
            // Refused, or a result: both are answers.
            do {
                let result = try generate(path, Self.options("i-llm-8b", arithmetic), request)
                #expect(result.logits[0].count == 3 * 20)
            } catch { #expect("\(error)".isEmpty == false) }
        }
    }
}
