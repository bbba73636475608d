import Testing
import _RandomTestSupport

@testable import Quantization

@Suite("ShiftAddLLM")
struct ShiftAddLLMTests {
    private typealias Form = BinaryCodingSolver.AlphaForm
    private static let forms: [BinaryCodingSolver.AlphaForm] = [
        .powersOfTwo(terms: 1), .powersOfTwo(terms: 2), .powersOfTwo(terms: 3), .float16, .float32,
    ]

    private func signs(_ codes: [UInt8], plane: Int) -> [Float] { codes.map { $0 >> UInt8(plane) & 1 == 0 ? 1 : -1 } }

    @Test func `the published solver: signs, scales and weights`() throws {
        let vectors = try MethodVector.named("shiftaddllm")
        #expect(vectors.count >= 4)
        for vector in vectors {
            let (rows, columns) = try vector.shape("weight")
            let planes = try Int(vector.parameter("qbits"))
            let quantizer = ShiftAddQuantizer(
                planes: planes, rounds: try Int(vector.parameter("rounds")),
                alphaForm: .powersOfTwo(terms: try Int(vector.parameter("apot_nums"))),
                groupSize: try Int(vector.parameter("group_size")))
            let matrix = try quantizer.quantize(vector.input("weight"), rows: rows, columns: columns)
            expectEqual(matrix.alphas, try vector.expected("alpha"), "\(vector.id) scales")
            let signs = matrix.codes.flatMap { code in (0..<planes).map { code >> UInt8($0) & 1 == 0 ? Float(1) : -1 } }
            expectEqual(signs, try vector.expected("sign"), "\(vector.id) signs")
            expectEqual(matrix.dequantized(), try vector.expected("dequant"), "\(vector.id) weights")
        }
    }

    @Test func `the worked example`() throws {
        func text(_ signs: [Float]) -> String { String(signs.map { $0 < 0 ? "-" : "+" }) }
        let one = try #require(
            BinaryCodingSolver(planes: 2, alphaForm: .powersOfTwo(terms: 1)).solve(exampleWeights))
        #expect(one.alphas == [0x1p-6, 0x1p-7])
        let three = try #require(BinaryCodingSolver(planes: 2).solve(exampleWeights))
        expectClose(three.alphas, [0.0170898, 0.0102539], relative: 1e-5, "three shifts")
        #expect(text(signs(three.codes, plane: 0)) == "+-++-+-++-+-++-+")
        #expect(text(signs(three.codes, plane: 1)) == "++-+----++----+-")
        let planes = try #require(
            BinaryCodingSolver(planes: 3, alphaForm: .powersOfTwo(terms: 1)).solve(exampleWeights))
        #expect(planes.alphas == [0x1p-6, 0x1p-7, 0x1p-8])
    }

    @Test(arguments: 1...4) func `every weight has the nearest of the sums`(planes: Int) throws {
        for seed in UInt64(1)...6 {
            var generator = SeededGenerator(seed: seed)
            let weights = generator.weights(77)
            for form in Self.forms {
                let group = try #require(
                    BinaryCodingSolver(planes: planes, rounds: 12, alphaForm: form).solve(weights))
                let sums = BinaryCodingSolver.sums(of: group.alphas)
                for (weight, code) in zip(weights, group.codes) {
                    let nearest = sums.map { (weight - $0).magnitude }.min() ?? 0
                    let found = (weight - sums[Int(code)]).magnitude
                    #expect(found <= nearest + 1e-7, "seed \(seed), \(form)")
                }
            }
        }
    }

    @Test func `unrounded scales are the least-squares solution, and rounds do not raise the error`() throws {
        for seed in UInt64(1)...8 {
            var generator = SeededGenerator(seed: seed)
            // Large weights, so that the published 10⁻⁶ in the divisors does not matter.
            let weights = generator.weights(128, deviation: 1)
            var last = Double.infinity
            for rounds in [0, 1, 2, 5, 50, 200] {
                let solver = BinaryCodingSolver(planes: 3, rounds: rounds, alphaForm: .float32)
                let group = try #require(solver.solve(weights))
                let sums = BinaryCodingSolver.sums(of: group.alphas)
                let errors = zip(weights, group.codes).map { Double($0 - sums[Int($1)]) }
                let error = errors.reduce(0) { $0 + $1 * $1 }
                #expect(error <= last * (1 + 1e-5), "seed \(seed), \(rounds) rounds")
                last = error
                guard rounds == 200 else { continue }
                // At a fixed point the error is orthogonal to each plane.
                for plane in 0..<3 {
                    let product = zip(errors, signs(group.codes, plane: plane)).reduce(0.0) { $0 + $1.0 * Double($1.1) }
                    #expect(product.magnitude < 1e-3, "seed \(seed), plane \(plane)")
                }
            }
        }
    }

    @Test func `sums of powers of two`() {
        func value(_ number: Float, _ terms: Int) -> Float {
            BinaryCodingSolver.value(PowerOfTwoTerm.sum(of: number, terms: terms))
        }
        // log2 rounds up from √2 on: 1.4142135 is below, 1.4142137 above.
        #expect(value(1.414_213_5, 1) == 1 && value(1.414_213_7, 1) == 2)
        #expect(value(0.75, 1) == 1 && value(0.75, 2) == 0.75 && value(0.75, 3) == 0.75)
        #expect(value(-0.7, 3) == -(0.5 + 0.25 - 0.0625))
        #expect(value(0, 3) == 0)
        #expect(PowerOfTwoTerm(nearest: 0x1p-95).value == 0x1p-95 && PowerOfTwoTerm(nearest: 0x1p-96).value == 0)
        #expect(PowerOfTwoTerm(nearest: -0x1p31).value == -0x1p31)
        for byte in UInt8.min...UInt8.max where byte != 0x80 {
            #expect(PowerOfTwoTerm(nearest: PowerOfTwoTerm(byte: byte).value).byte == byte)
        }
    }

    @Test func `packing is the identity and takes the counted bytes`() throws {
        for seed in UInt64(1)...6 {
            var generator = SeededGenerator(seed: seed)
            let (rows, columns) = (generator.integer(1...4), generator.integer(1...70))
            let weights = generator.weights(rows * columns)
            for form in Self.forms {
                let planes = generator.integer(1...4)
                let groupSize = generator.integer(1...40)
                let matrix = try ShiftAddQuantizer(planes: planes, rounds: 8, alphaForm: form, groupSize: groupSize)
                    .quantize(weights, rows: rows, columns: columns)
                let bytes = matrix.packed()
                #expect(bytes.count == matrix.packedByteCount, "seed \(seed)")
                let copy = try ShiftAddMatrix(
                    packed: bytes, rows: rows, columns: columns, planes: planes, groupSize: groupSize, alphaForm: form)
                #expect(copy == matrix, "seed \(seed), \(form)")
                #expect(copy.dequantized() == matrix.dequantized(), "seed \(seed), \(form)")
            }
        }
        try expectStorage("shiftadd3-apot3", parts: ["planes": "planes", "scales_3x8b_x3": "scales"]) {
            ShiftAddMatrix.storedParts(rows: $0, columns: $1, planes: 3, alphaForm: .powersOfTwo(terms: 3))
        }
        let parts = ShiftAddMatrix.storedParts(rows: 1, columns: 128, planes: 3, alphaForm: .powersOfTwo(terms: 1))
        #expect(parts.map(\.bits) == [384, 24])
    }

    @Test func `zeros, scales beyond their form, and what is no number`() throws {
        for form in Self.forms {
            let zeros = try #require(BinaryCodingSolver(planes: 3, alphaForm: form).solve([0, 0, -0]))
            #expect(BinaryCodingSolver.sums(of: zeros.alphas)[Int(zeros.codes[0])] == 0, "\(form)")
        }
        #expect(throws: QuantizationError.scaleOverflow(row: 1, encoding: .exponent8)) {
            try ShiftAddQuantizer(planes: 2).quantize([1, 1, 1e20, -1e20], rows: 2, columns: 2)
        }
        #expect(throws: QuantizationError.scaleOverflow(row: 0, encoding: .float16)) {
            try ShiftAddQuantizer(planes: 2, alphaForm: .float16).quantize([1e6], rows: 1, columns: 1)
        }
        #expect(throws: QuantizationError.nonFiniteWeight(index: 0)) {
            try ShiftAddQuantizer(planes: 2).quantize([.nan], rows: 1, columns: 1)
        }
        #expect(throws: PackingError.unknownCode(0x80, index: 0)) {
            try ShiftAddMatrix(
                packed: [0, 0x80], rows: 1, columns: 1, planes: 1, alphaForm: .powersOfTwo(terms: 1))
        }
    }
}
