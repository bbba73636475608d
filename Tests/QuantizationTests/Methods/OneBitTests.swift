import Testing
import _RandomTestSupport

@testable import Quantization

@Suite("OneBit")
struct OneBitTests {
    @Test func `the start point of the published code`() throws {
        let vectors = try MethodVector.named("onebit")
        #expect(!vectors.isEmpty)
        for vector in vectors {
            let (rows, columns) = try vector.shape("weight")
            let weights = try vector.input("weight")
            let matrix = try OneBitQuantizer(metadata: .float32).quantize(weights, rows: rows, columns: columns)
            expectEqual(matrix.negatives.map { 1 - 2 * Float($0) }, try vector.expected("sign"), vector.id)
            // The split of the scale between the vectors is arbitrary: the products count.
            expectClose(matrix.dequantized(), try vector.expected("dequant_svd"), relative: 1e-5, vector.id)
            expectClose(matrix.dequantized(), try vector.expected("dequant_nmf"), relative: 1e-4, vector.id)
            let halves = try OneBitQuantizer().quantize(weights, rows: rows, columns: columns)
            expectClose(halves.dequantized(), matrix.dequantized(), relative: 1.01 * 0x1p-10, vector.id)
        }
    }

    @Test func `the worked example`() throws {
        let matrix = try OneBitQuantizer(metadata: .float32).quantize(exampleWeights, rows: 4, columns: 4)
        expectClose(matrix.outputScales, [0.147339, 0.158848, 0.138942, 0.0669456], relative: 1e-5, "g")
        expectClose(matrix.inputScales, [0.221928, 0.0454312, 0.056954, 0.127155], relative: 1e-5, "h")
        expectClose(
            Array(matrix.dequantized().prefix(4)), [0.0326987, -0.0066938, 0.0083916, 0.0187349], relative: 1e-5, "row")
    }

    @Test func `each vector is the least-squares fit to the other`() throws {
        // At the best approximation of rank 1, g = |W| h / h·h and h = |W|ᵀ g / g·g.
        for seed in UInt64(1)...10 {
            var generator = SeededGenerator(seed: seed)
            let (rows, columns) = (generator.integer(1...40), generator.integer(1...60))
            let weights = generator.weights(rows * columns)
            let matrix = try OneBitQuantizer(metadata: .float32).quantize(weights, rows: rows, columns: columns)
            let (g, h) = (matrix.outputScales.map(Double.init), matrix.inputScales.map(Double.init))
            let normH = h.reduce(0) { $0 + $1 * $1 }
            let normG = g.reduce(0) { $0 + $1 * $1 }
            #expect((normH / normG - 1).magnitude < 1e-5, "seed \(seed)")
            for row in 0..<rows {
                let fit = (0..<columns).reduce(0.0) { $0 + Double(weights[row * columns + $1].magnitude) * h[$1] }
                #expect((fit / normH - g[row]).magnitude <= 1e-6 * (g.max() ?? 0), "seed \(seed) row \(row)")
            }
            for column in 0..<columns {
                let fit = (0..<rows).reduce(0.0) { $0 + Double(weights[$1 * columns + column].magnitude) * g[$1] }
                #expect((fit / normG - h[column]).magnitude <= 1e-6 * (h.max() ?? 0), "seed \(seed) column \(column)")
            }
        }
    }

    @Test func `packing is the identity and takes the counted bytes`() throws {
        for seed in UInt64(1)...12 {
            var generator = SeededGenerator(seed: seed)
            let (rows, columns) = (generator.integer(1...9), generator.integer(1...70))
            for metadata in [ScaleEncoding.float16, .float32] {
                let matrix = try OneBitQuantizer(metadata: metadata).quantize(
                    generator.weights(rows * columns), rows: rows, columns: columns)
                let bytes = matrix.packed()
                #expect(bytes.count == matrix.packedByteCount, "seed \(seed)")
                #expect(
                    try OneBitMatrix(packed: bytes, rows: rows, columns: columns, metadata: metadata) == matrix,
                    "seed \(seed)")
            }
        }
        try expectStorage(
            "onebit",
            parts: ["sign": "signs", "in_scale_f16": "input scales", "out_scale_f16": "output scales"]
        ) { OneBitMatrix.storedParts(rows: $0, columns: $1) }
    }

    @Test func `the first bit of a byte is the first sign, and 1 is negative`() throws {
        let matrix = try OneBitQuantizer().quantize([-1, 1, 0, -1, 1, 1, 1, 1, -1], rows: 1, columns: 9)
        #expect(matrix.packed().prefix(2) == [0b0000_1001, 1])
    }

    @Test func `zeros stay zeros, and what is no number is refused`() throws {
        let zeros = try OneBitQuantizer().quantize([0, -0, 0, 0], rows: 2, columns: 2)
        #expect(zeros.dequantized().allSatisfy { $0 == 0 })
        #expect(throws: QuantizationError.nonFiniteWeight(index: 1)) {
            try OneBitQuantizer().quantize([0, .nan], rows: 1, columns: 2)
        }
        #expect(throws: QuantizationError.emptyMatrix(rows: 0, columns: 2)) {
            try OneBitQuantizer().quantize([], rows: 0, columns: 2)
        }
        #expect(throws: QuantizationError.scaleOverflow(row: 0, encoding: .float16)) {
            try OneBitQuantizer().quantize([3e38], rows: 1, columns: 1)
        }
        #expect(throws: PackingError.wrongSize(found: 1, expected: 5)) {
            try OneBitMatrix(packed: [0], rows: 1, columns: 1)
        }
    }
}
