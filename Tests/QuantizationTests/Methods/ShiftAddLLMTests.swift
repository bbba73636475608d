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
                alphaForm: .powersOfTwo(terms: try Int(vector.parameter("apot_nums"))), groupRows: 1,
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
                let sums = SignedSums(group.alphas).values
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
                let sums = SignedSums(group.alphas).values
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
            let (rows, columns) = (generator.integer(1...20), generator.integer(1...70))
            let weights = generator.weights(rows * columns)
            for form in Self.forms {
                let planes = generator.integer(1...4)
                let (groupRows, groupSize) = (generator.integer(1...6), generator.integer(1...40))
                let matrix = try ShiftAddQuantizer(
                    planes: planes, rounds: 8, alphaForm: form, groupRows: groupRows, groupSize: groupSize
                ).quantize(weights, rows: rows, columns: columns)
                let bytes = matrix.packed()
                #expect(bytes.count == matrix.packedByteCount, "seed \(seed)")
                let copy = try ShiftAddMatrix(
                    packed: bytes, rows: rows, columns: columns, planes: planes, groupRows: groupRows,
                    groupSize: groupSize,
                    alphaForm: form)
                #expect(copy == matrix, "seed \(seed), \(form)")
                #expect(copy.dequantized() == matrix.dequantized(), "seed \(seed), \(form)")
            }
        }
        try expectStorage("shiftadd3-apot3", parts: ["planes": "planes", "scales_3x8b_x3": "scales"]) {
            ShiftAddMatrix.storedParts(rows: $0, columns: $1, planes: 3, alphaForm: .powersOfTwo(terms: 3))
        }
        // Two tiles by two.
        let parts = ShiftAddMatrix.storedParts(rows: 17, columns: 12, planes: 3, alphaForm: .powersOfTwo(terms: 1))
        #expect(parts.map(\.bits) == [3 * 17 * 12, 4 * 24])
    }

    @Test func `without statistics a tile is what the solver makes of its weights, row by row`() throws {
        for (rows, columns) in [(1, 1), (16, 8), (17, 9), (33, 20), (5, 64)] {
            var generator = SeededGenerator(seed: UInt64(rows * 100 + columns))
            let weights = generator.weights(rows * columns)
            let matrix = try ShiftAddQuantizer(planes: 3).quantize(weights, rows: rows, columns: columns)
            let dequantized = matrix.dequantized()
            let tiles = stride(from: 0, to: rows, by: 16).flatMap { row in
                stride(from: 0, to: columns, by: 8).map { (row..<min(row + 16, rows), $0..<min($0 + 8, columns)) }
            }
            #expect(matrix.alphas.count == 3 * tiles.count && matrix.terms.count == 9 * tiles.count)
            for (tile, (tileRows, tileColumns)) in tiles.enumerated() {
                let places = tileRows.flatMap { row in tileColumns.map { row * columns + $0 } }
                let group = try #require(BinaryCodingSolver(planes: 3).solve(places.map { weights[$0] }))
                #expect(Array(matrix.alphas[3 * tile..<3 * tile + 3]) == group.alphas, "\(rows) x \(columns)")
                #expect(places.map { matrix.codes[$0] } == group.codes, "\(rows) x \(columns), tile \(tile)")
                let sums = SignedSums(group.alphas).values
                #expect(places.map { dequantized[$0] } == group.codes.map { sums[Int($0)] }, "\(rows) x \(columns)")
            }
        }
    }

    @Test func `error feedback lowers the error of the outputs`() throws {
        // A whole number of groups, and a row that ends in a short one.
        for (seed, columns) in [(UInt64(1), 152), (2, 152), (3, 147)] {
            var generator = SeededGenerator(seed: seed)
            let rows = 37
            let samples = CalibrationTests.samples(&generator, count: 400, columns: columns)
            let weights = generator.weights(rows * columns)
            let moment = try SecondMoment(samples: samples, columns: columns)
            func error(_ matrix: ShiftAddMatrix) -> Double {
                let change = zip(matrix.dequantized(), weights).map { Double($0 - $1) }
                return (0..<rows).reduce(0.0) { total, row in
                    (0..<columns * columns).reduce(total) {
                        let (left, right) = ($1 / columns, $1 % columns)
                        return $0 + change[row * columns + left] * moment.values[$1] * change[row * columns + right]
                    }
                }
            }
            for planes in [2, 3] {
                let quantizer = ShiftAddQuantizer(planes: planes)
                let alone = try quantizer.quantize(weights, rows: rows, columns: columns)
                let fed = try quantizer.quantize(
                    weights, rows: rows, columns: columns, factor: quantizer.factor(moment))
                #expect(
                    error(fed) < 0.9 * error(alone), "seed \(seed), \(planes) planes: \(error(fed) / error(alone))")
            }
        }
    }

    @Test func `inputs that know nothing of each other feed nothing back, in whatever order`() throws {
        var generator = SeededGenerator(seed: 4)
        let (rows, columns) = (18, 44)
        let weights = generator.weights(rows * columns)
        let quantizer = ShiftAddQuantizer(planes: 2)
        let factor = try quantizer.factor(SecondMoment(diagonal: (0..<columns).map { Double(1 + $0 * 7 % 13) }))
        #expect(try #require(factor.permutation) != Array(0..<columns))
        #expect(
            try quantizer.quantize(weights, rows: rows, columns: columns, factor: factor)
                == quantizer.quantize(weights, rows: rows, columns: columns))
    }

    @Test func `zeros, scales beyond their form, and what is no number`() throws {
        for form in Self.forms {
            let zeros = try #require(BinaryCodingSolver(planes: 3, alphaForm: form).solve([0, 0, -0]))
            #expect(SignedSums(zeros.alphas).values[Int(zeros.codes[0])] == 0, "\(form)")
        }
        #expect(throws: QuantizationError.scaleOverflow(row: 1, encoding: .exponent8)) {
            try ShiftAddQuantizer(planes: 2, groupRows: 1).quantize([1, 1, 1e20, -1e20], rows: 2, columns: 2)
        }
        #expect(throws: QuantizationError.scaleOverflow(row: 0, encoding: .exponent8)) {
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
