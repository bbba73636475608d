import Testing
import _RandomTestSupport

@testable import Quantization

@Suite("Quantisation of activations per token")
struct ActivationQuantizationTests {
    private func tokens(_ values: [Float], _ columns: Int) -> [[Float]] {
        stride(from: 0, to: values.count, by: columns).map { Array(values[$0..<$0 + columns]) }
    }

    @Test func `SmoothQuant's tokens, bit for bit`() throws {
        let vectors = try MethodVector.named("smoothquant")
        #expect(vectors.count >= 2)
        for vector in vectors {
            let columns = try vector.shape("x").columns
            let quantized = try tokens(vector.expected("smoothed_x"), columns).map {
                try SymmetricTokenQuantizer(.smoothQuant).quantize($0)
            }
            expectEqual(quantized.flatMap(\.dequantized), try vector.expected("x_dequant"), vector.id)
            expectEqual(quantized.map(\.scale), try vector.expected("x_scale"), vector.id)
            expectEqual(quantized.flatMap(\.codes).map(Float.init), try vector.expected("x_code"), vector.id)
        }
    }

    @Test func `BitNet's tokens and their integer products`() throws {
        let vectors = try MethodVector.named("bitnet-b1.58")
        #expect(!vectors.isEmpty)
        for vector in vectors {
            let columns = try vector.shape("x").columns
            let quantized = try tokens(vector.input("x"), columns).map {
                try SymmetricTokenQuantizer(.bitNet).quantize($0)
            }
            expectEqual(quantized.flatMap(\.codes).map(Float.init), try vector.expected("x_code"), vector.id)
            expectClose(quantized.map(\.scale), try vector.expected("x_inv_scale"), relative: 1e-7, vector.id)
            let ternary = try tokens(vector.expected("ternary"), columns)
            let sums = quantized.map { token in
                ternary.map { row in zip(row, token.codes).reduce(0) { $0 + Int($1.0) * Int($1.1) } }
            }
            expectEqual(sums.flatMap { $0.map(Float.init) }, try vector.expected("int_dot"), vector.id)
            let scale = try #require(vector.expected("weight_scale").first)
            let outputs = zip(sums, quantized).flatMap { sums, token in sums.map { Float($0) / token.scale * scale } }
            expectClose(outputs, try vector.expected("y"), relative: 1e-4, vector.id)
        }
    }

    @Test func `SmoothQuant's worked example`() throws {
        // The token of the documentation behind its smoothing factors.
        let factors: [Float] = [1.41406, 31.6094, 4.47266, 1.29102].map(roundedToHalf)
        let token = zip([0.8, -35, 3, 0.25] as [Float], factors).map { roundedToHalf(roundedToHalf($0) / $1) }
        let quantized = try SymmetricTokenQuantizer(.smoothQuant).quantize(token)
        #expect(quantized.codes == [65, -127, 77, 22])
        #expect((quantized.scale - 0.0087204).magnitude < 1e-7)
    }

    @Test(arguments: 2...8) func `a token is within half a step of its codes`(bits: Int) throws {
        for seed in UInt64(1)...20 {
            var generator = SeededGenerator(seed: seed)
            let token = (0..<37).map { _ in generator.normal() }
            let largest = token.map(\.magnitude).max() ?? 0
            for rule in SymmetricTokenQuantizer.Rule.allCases {
                let quantized = try SymmetricTokenQuantizer(rule, bits: bits).quantize(token)
                let step = largest / Float((1 << (bits - 1)) - 1)
                // binary16 adds its own rounding of scale, ratio and product.
                let slack: Float = rule == .smoothQuant ? largest * 0x1p-9 : largest * 0x1p-21
                for (value, found) in zip(token, quantized.dequantized) {
                    #expect((value - found).magnitude <= step / 2 + slack, "seed \(seed), \(rule)")
                }
                #expect(quantized.codes.contains { Int($0).magnitude == (1 << (bits - 1)) - 1 }, "seed \(seed)")
            }
            let dyadic = try DyadicTokenQuantizer(bits: bits).quantize(token)
            // The dyadic scale may be 1/256 too small, and the zero point is rounded: the ends may be cut.
            let range = (token.max() ?? 0) - (token.min() ?? 0)
            let step = Float(dyadic.scale.value)
            for (value, found) in zip(token, dyadic.dequantized) {
                #expect((value - found).magnitude <= step + range / 256, "seed \(seed), dyadic")
            }
            #expect(dyadic.zeroPoint >= 0 && dyadic.zeroPoint < 1 << bits, "seed \(seed)")
        }
    }

    @Test func `tokens of zeros and of one value have codes`() throws {
        for rule in SymmetricTokenQuantizer.Rule.allCases {
            let zeros = try SymmetricTokenQuantizer(rule).quantize([0, 0, -0])
            #expect(zeros.codes == [0, 0, 0])
            #expect(zeros.dequantized.allSatisfy { $0 == 0 })
        }
        let zeros = try DyadicTokenQuantizer(bits: 4).quantize([0, 0])
        #expect(zeros.dequantized == [0, 0])
        let same = try DyadicTokenQuantizer(bits: 8).quantize([-3, -3])
        #expect(same.dequantized.allSatisfy { ($0 + 3).magnitude < 0.03 })
        #expect(try DyadicTokenQuantizer(bits: 8).quantize([]).codes.isEmpty)
    }

    @Test func `codes of tiny tokens stay in their range`() throws {
        // The binary16 scale of 10⁻⁵ / 127 is 2^−24: unlimited, the code would be 168.
        let token = try SymmetricTokenQuantizer(.smoothQuant).quantize([1e-5, -1e-5])
        #expect(token.codes == [127, -127])
    }

    @Test func `activations that are not numbers are refused`() {
        for rule in SymmetricTokenQuantizer.Rule.allCases {
            #expect(throws: ActivationError.unusableActivation(index: 1)) {
                try SymmetricTokenQuantizer(rule).quantize([0, .nan])
            }
        }
        #expect(throws: ActivationError.unusableActivation(index: 0)) {
            try SymmetricTokenQuantizer(.smoothQuant).quantize([65_520, 1])
        }
        #expect(throws: ActivationError.unusableActivation(index: 2)) {
            try DyadicTokenQuantizer(bits: 4).quantize([0, 1, .infinity])
        }
    }

    @Test func `dyadic scales are within half a step of 8 bits`() {
        var generator = SeededGenerator(seed: 5)
        for _ in 0..<1000 {
            let value =
                Double(generator.normal().magnitude + 1e-6)
                * Double(sign: .plus, exponent: generator.integer(-40...40), significand: 1)
            let scale = DyadicScale(nearest: value)
            #expect(scale.multiplier >= 128)
            #expect((scale.value / value - 1).magnitude <= 1.0 / 256, "\(value)")
        }
        #expect(DyadicScale(nearest: 1.9999) == DyadicScale(multiplier: 128, shift: 6))
        #expect(DyadicScale(nearest: 1) == DyadicScale(multiplier: 128, shift: 7))
        #expect(DyadicScale(nearest: 300).value == 300)
    }
}
