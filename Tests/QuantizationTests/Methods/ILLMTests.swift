import Foundation
import Testing
import _RandomTestSupport

@testable import Quantization

@Suite("I-LLM")
struct ILLMTests {
    private func integers(_ values: [Double]?) throws -> [Int] { try #require(values).map { Int($0) } }

    @Test func `DI-MatMul with requantisation`() throws {
        let vectors = try MethodVector.named("i-llm").filter { $0.id.contains("dimatmul") }
        #expect(!vectors.isEmpty)
        for vector in vectors {
            let (tokens, columns) = try vector.shape("x_code")
            let rows = try vector.shape("w_code").rows
            let codes = try integers(vector.inputs["x_code"])
            let zeros = try integers(vector.inputs["x_zero"])
            let (multipliers, shifts) = (try integers(vector.inputs["x_m"]), try integers(vector.inputs["x_k"]))
            let weightScale = DyadicScale(
                multiplier: UInt8(try integers(vector.inputs["w_m"])[0]), shift: try integers(vector.inputs["w_k"])[0])
            let weights = ILLMMatrix(
                rows: rows, columns: columns, bits: try Int(vector.parameter("w_bits")),
                codes: try integers(vector.inputs["w_code"]).map { Int8($0) },
                scales: [DyadicScale](repeating: weightScale, count: rows))
            var (sums, outputs): ([Int], [DyadicToken]) = ([], [])
            for token in 0..<tokens {
                let scale = DyadicScale(multiplier: UInt8(multipliers[token]), shift: shifts[token])
                let input = DyadicToken(
                    codes: codes[token * columns..<(token + 1) * columns].map { UInt8($0) }, zeroPoint: zeros[token],
                    scale: scale)
                let accumulators = IntegerOperators.accumulators(input, weights)
                sums += accumulators
                outputs.append(
                    IntegerOperators.requantized(
                        accumulators, inputScale: scale, weightScale: weightScale,
                        bits: try Int(vector.parameter("out_bits"))))
            }
            #expect(sums == (try integers(vector.expected["acc"])))
            #expect(outputs.flatMap(\.codes).map(Int.init) == (try integers(vector.expected["out_code"])))
            #expect(outputs.map(\.zeroPoint) == (try integers(vector.expected["out_zero"])))
            #expect(outputs.map { Int($0.scale.multiplier) } == (try integers(vector.expected["out_m"])))
            #expect(outputs.map(\.scale.shift) == (try integers(vector.expected["out_k"])))
        }
    }

    @Test func `DI-Exp`() throws {
        let vectors = try MethodVector.named("i-llm").filter { $0.id.contains("diexp") }
        #expect(!vectors.isEmpty)
        for vector in vectors {
            let scale = DyadicScale(
                multiplier: UInt8(try vector.parameter("m")), shift: try Int(vector.parameter("k")))
            let exponential = IntegerExponential(scale: scale)
            #expect(try integers(vector.inputs["x"]).map { exponential($0) } == integers(vector.expected["value"]))
            #expect(try [exponential.one] == integers(vector.expected["one"]))
        }
    }

    @Test func `the bit-by-bit square root`() throws {
        let vectors = try MethodVector.named("i-llm").filter { $0.id.contains("isqrt") }
        #expect(!vectors.isEmpty)
        for vector in vectors {
            let roots = try integers(vector.inputs["n"]).map(IntegerOperators.squareRoot)
            #expect(try roots == integers(vector.expected["value"]))
        }
        var generator = SeededGenerator(seed: 101)
        for value in (0...3000)
            + (0..<2000).map({ _ in Int(generator.next() >> UInt64(1 + generator.integer(0...50))) })
        {
            let root = IntegerOperators.squareRoot(value)
            #expect(root * root <= value, "\(value)")
            let (next, overflow) = (root + 1).multipliedReportingOverflow(by: root + 1)
            #expect(overflow || next > value, "\(value)")
        }
    }

    @Test func `requantised tokens stand for the products`() throws {
        for seed in UInt64(1)...20 {
            var generator = SeededGenerator(seed: seed)
            let (rows, columns) = (generator.integer(2...20), generator.integer(1...64))
            let bits = generator.integer(4...8)
            let weights = generator.weights(rows * columns, outlierEvery: 61)
            let matrix = try ILLMQuantizer(bits: bits).quantize(weights, rows: rows, columns: columns)
            let token = try DyadicTokenQuantizer(bits: bits).quantize((0..<columns).map { _ in generator.normal() })
            let (sums, scale) = IntegerOperators.aligned(
                IntegerOperators.accumulators(token, matrix), scales: matrix.scales)
            let output = IntegerOperators.requantized(sums, inputScale: token.scale, weightScale: scale)
            let back = matrix.dequantized()
            let exact = (0..<rows).map { row in
                zip(token.dequantized, back[row * columns..<(row + 1) * columns]).reduce(0.0) {
                    $0 + Double($1.0) * Double($1.1)
                }
            }
            #expect(output.scale.multiplier >= 128, "seed \(seed)")
            // Codes and zero point are rounded down, and the scale by up to 1/128 over 255 steps.
            let step = output.scale.value
            for (found, value) in zip(output.dequantized, exact) {
                #expect((Double(found) - value).magnitude <= 4.1 * step, "seed \(seed)")
            }
        }
    }

    @Test func `rounded to nearest, zero is exact and all else within half a step`() throws {
        for seed in UInt64(1)...40 {
            var generator = SeededGenerator(seed: seed)
            let bits = generator.integer(2...8)
            let values = (0..<generator.integer(1...50)).map { _ in generator.integer(-3000...2000) } + [0]
            let unit = DyadicScale(multiplier: 1, shift: 0)
            let token = IntegerOperators.requantized(
                values, inputScale: unit, weightScale: unit, bits: bits, rounding: .nearest)
            let range = Double(max(values.max() ?? 0, 0) - min(values.min() ?? 0, 0))
            let step = range / Double((1 << bits) - 1)
            for (value, code) in zip(values, token.codes) {
                // Where both ends lie half a step off, the upper one is cut.
                #expect(
                    (Double(Int(code) - token.zeroPoint) * step - Double(value)).magnitude <= 0.5001 * step,
                    "seed \(seed)")
            }
            #expect(Int(try #require(token.codes.last)) == token.zeroPoint, "seed \(seed)")
            // The ends are codes' ends, so that the token quantiser finds the same scale and codes.
            #expect(try DyadicTokenQuantizer(bits: bits).quantize(token.dequantized) == token, "seed \(seed)")
        }
    }

    @Test func `scales of channels that differ by more than 12 bits keep the coarse ones exact`() {
        let scales = [DyadicScale(multiplier: 200, shift: 4), DyadicScale(multiplier: 130, shift: 20)]
        let (values, scale) = IntegerOperators.aligned([-3, 1000], scales: scales)
        #expect(scale == DyadicScale(multiplier: 1, shift: 16))
        #expect(values == [-3 * 200 << 12, (1000 * 130) >> 4])
    }

    @Test func `requantising equal accumulators, zeros and powers of two`() {
        let unit = DyadicScale(multiplier: 1, shift: 0)
        let same = IntegerOperators.requantized([-5, -5], inputScale: unit, weightScale: unit)
        #expect(same.codes == [0, 0] && same.zeroPoint == 255)
        #expect((same.dequantized[0] + 5).magnitude < 0.05)
        let zeros = IntegerOperators.requantized([0, 0], inputScale: unit, weightScale: unit)
        #expect(zeros.dequantized == [0, 0])
        // The range is Q: a scale of exactly 1, where the formula's multiplier would be 256.
        let powers = IntegerOperators.requantized([0, 255, 7], inputScale: unit, weightScale: unit)
        #expect(powers.scale == DyadicScale(multiplier: 128, shift: 7) && powers.codes == [0, 255, 7])
    }

    @Test func `DI-Exp errs by the line between halvings and by log2 e as 1.4375`() {
        let scale = DyadicScale(multiplier: 130, shift: 20)
        let exponential = IntegerExponential(scale: scale)
        for value in stride(from: 0, through: -40_000, by: -37) {
            let expected = exp(Double(value) * scale.value)
            let found = Double(exponential(value)) / Double(exponential.one)
            let bound = 0.0615 + 0.004 * Double(-value) * scale.value + 1 / Double(exponential(value))
            #expect((found / expected - 1).magnitude < bound, "\(value)")
        }
        #expect(exponential(Int.min / 4) == 0)
    }

    @Test func `softmax: order, sum, and the plain function`() {
        for seed in UInt64(1)...20 {
            var generator = SeededGenerator(seed: seed)
            let scores = (0..<generator.integer(1...30)).map { _ in generator.integer(-120...120) }
            let scale = DyadicScale(multiplier: 150, shift: 12)
            let softmax = IntegerSoftmax(bits: 12)
            let codes = Self.codes(softmax, scores, scale)
            let values = scores.map { exp(Double($0) * scale.value) }
            let sum = values.reduce(0, +)
            #expect(codes.reduce(0, +) <= 1 << 11, "seed \(seed)")
            for (code, value) in zip(codes, values) {
                // 6 % for DI-Exp in numerator and sum, and 6 % for a step of 15/256 rounded down.
                #expect(
                    (Double(code) * softmax.scale.value - value / sum).magnitude < 0.13 * value / sum + 1.0 / 1024,
                    "seed \(seed)")
            }
            for first in scores.indices {
                for second in scores.indices where scores[first] <= scores[second] {
                    #expect(codes[first] <= codes[second], "seed \(seed)")
                }
            }
        }
        // Far below the maximum is clipped to 0; a single score is 1.
        let softmax = IntegerSoftmax(bits: 8)
        let unit = DyadicScale(multiplier: 128, shift: 7)
        #expect(Self.codes(softmax, [0, -4000], unit) == [128, 0] && softmax.scale.value == 1.0 / 128)
        // Without guard bits 1 is 12 steps, and e^-3 none.
        #expect(Self.codes(IntegerSoftmax(bits: 16, guardBits: 0), [0, -3], unit) == [1 << 15, 0])
        #expect(Self.codes(IntegerSoftmax(bits: 16), [0, -3], unit)[1] > 1 << 10)
        #expect(Self.codes(softmax, [], unit) == [])
    }

    private static func codes(_ softmax: IntegerSoftmax, _ scores: [Int], _ scale: DyadicScale) -> [Int] {
        var codes = scores
        codes.withUnsafeMutableBufferPointer { softmax.apply(to: $0, scale: scale) }
        return codes
    }

    @Test func `norms agree with floating point`() {
        for seed in UInt64(1)...20 {
            var generator = SeededGenerator(seed: seed)
            let values = (0..<generator.integer(2...300)).map { _ in generator.integer(-128...127) }
            for subtractsMean in [true, false] {
                let mean = subtractsMean ? Double(values.reduce(0, +)) / Double(values.count) : 0
                let variance =
                    values.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(values.count)
                guard variance > 1 else { continue }
                let found = IntegerOperators.normalized(values, subtractsMean: subtractsMean, fractionBits: 10)
                for (value, result) in zip(values, found) {
                    let expected = (Double(value) - mean) / variance.squareRoot()
                    #expect(
                        (Double(result) / 1024 - expected).magnitude < 2.0 / 1024 + expected.magnitude / 200,
                        "seed \(seed)")
                }
            }
        }
        #expect(IntegerOperators.normalized([7, 7, 7], subtractsMean: true) == [0, 0, 0])
        #expect(IntegerOperators.normalized([5, -5], subtractsMean: false) == [256, -256])
        // ε of 75 squares of a step beside a variance of 25 halves the result.
        #expect(IntegerOperators.normalized([5, -5], subtractsMean: false, epsilon: 75 << 16) == [128, -128])
        let wide = [Int](repeating: 32_767, count: IntegerOperators.largestWidth)
        #expect(IntegerOperators.normalized(wide, subtractsMean: false).allSatisfy { $0 == 256 })
    }

    @Test func `SwiGLU agrees with floating point, also for gates far below zero`() throws {
        for value in -200...200 {
            let scale = DyadicScale(multiplier: 200, shift: 12)
            let expected = 1 / (1 + exp(-Double(value) * scale.value))
            let found = Double(IntegerOperators.sigmoid(value, scale: scale, bits: 12)) / 2048
            #expect((found - expected).magnitude < 0.02, "\(value)")
        }
        for seed in UInt64(1)...10 {
            var generator = SeededGenerator(seed: seed)
            let gates = try DyadicTokenQuantizer(bits: 8).quantize((0..<50).map { _ in generator.normal() * 3 })
            let ups = try DyadicTokenQuantizer(bits: 8).quantize((0..<50).map { _ in generator.normal() })
            let output = IntegerOperators.swiGLU(gates, ups)
            let expected = zip(gates.dequantized, ups.dequantized).map { gate, up in gate / (1 + exp(-gate)) * up }
            let largest = expected.map(\.magnitude).max() ?? 0
            for (found, value) in zip(output.dequantized, expected) {
                #expect((found - value).magnitude < 0.04 * largest, "seed \(seed)")
            }
        }
        // Scales beyond the logistic function's: its half at 0, and steps.
        for (shift, expected) in [(-30, 100.0), (60, 50.0)] {
            let scale = DyadicScale(multiplier: 128, shift: shift)
            let gates = DyadicToken(codes: [200, 0], zeroPoint: 100, scale: scale)
            let output = IntegerOperators.swiGLU(
                gates, DyadicToken(codes: [1, 0], zeroPoint: 0, scale: DyadicScale(multiplier: 128, shift: 7)))
            let found = Double(output.dequantized[0])
            #expect((found / (expected * scale.value) - 1).magnitude < 0.02, "shift \(shift)")
        }
        // One large gate beside many very negative ones: theirs stay finite and small.
        let gates = DyadicToken(codes: [255, 0, 1], zeroPoint: 128, scale: DyadicScale(multiplier: 128, shift: 8))
        let ups = DyadicToken(codes: [1, 1, 1], zeroPoint: 0, scale: DyadicScale(multiplier: 128, shift: 7))
        let output = IntegerOperators.swiGLU(gates, ups)
        #expect((output.dequantized[0] - 63.5).magnitude < 1.5 && output.dequantized[1].magnitude < 1)
    }

    @Test(arguments: 2...8) func `weights are within half a step, and packing is the identity`(bits: Int) throws {
        for seed in UInt64(1)...6 {
            var generator = SeededGenerator(seed: seed)
            let (rows, columns) = (generator.integer(1...5), generator.integer(1...50))
            let weights = generator.weights(rows * columns)
            let matrix = try ILLMQuantizer(bits: bits).quantize(weights, rows: rows, columns: columns)
            for (index, (found, weight)) in zip(matrix.dequantized(), weights).enumerated() {
                // The scale may be 1/256 too small: the largest weight is cut by as much.
                let step = Float(matrix.scales[index / columns].value)
                #expect((found - weight).magnitude <= step * 0.5001 + weight.magnitude / 250, "seed \(seed)")
            }
            let bytes = matrix.packed()
            #expect(bytes.count == matrix.packedByteCount, "seed \(seed)")
            #expect(try ILLMMatrix(packed: bytes, rows: rows, columns: columns, bits: bits) == matrix, "seed \(seed)")
        }
    }

    @Test func `storage, zeros, and what is no number`() throws {
        try expectStorage("illm-w4", parts: ["codes": "codes", "m8_k8": "scales"]) {
            ILLMMatrix.storedParts(rows: $0, columns: $1, bits: 4)
        }
        let tiny = try ILLMQuantizer(bits: 4).quantize([0, 0, 0x1p-140, 0], rows: 2, columns: 2)
        #expect(tiny.codes == [0, 0, 0, 0])
        #expect(throws: QuantizationError.nonFiniteWeight(index: 1)) {
            try ILLMQuantizer(bits: 4).quantize([0, .infinity], rows: 1, columns: 2)
        }
        #expect(throws: PackingError.unknownCode(8, index: 0)) {
            try ILLMMatrix(packed: [8, 128, 0], rows: 1, columns: 1, bits: 4)
        }
    }
}
