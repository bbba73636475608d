import Testing
import _RandomTestSupport

@testable import Quantization

@Suite("BitNet b1.58")
struct BitNetTests {
    @Test func `the published quantiser and its I2_S bytes`() throws {
        let vectors = try MethodVector.named("bitnet-b1.58")
        #expect(!vectors.isEmpty)
        for vector in vectors {
            let (rows, columns) = try vector.shape("weight")
            let matrix = try BitNetQuantizer().quantize(vector.input("weight"), rows: rows, columns: columns)
            expectEqual(matrix.values.map(Float.init), try vector.expected("ternary"), vector.id)
            expectClose([matrix.scale], try vector.expected("weight_scale"), relative: 1e-6, vector.id)
            expectClose([1 / matrix.scale], try vector.expected("weight_inv_scale"), relative: 1e-6, vector.id)
            expectClose(matrix.dequantized(), try vector.expected("dequant"), relative: 1e-6, vector.id)
            expectEqual(matrix.packed().dropLast(4).map(Float.init), try vector.expected("i2s_bytes"), vector.id)
        }
    }

    @Test func `the worked example`() throws {
        let matrix = try BitNetQuantizer().quantize(exampleWeights, rows: 1, columns: 16)
        #expect(matrix.values == [1, -1, 0, 1, -1, 0, -1, 1, 1, 0, 0, -1, 1, 0, 0, 1])
        #expect((matrix.scale - 0.0145125).magnitude < 1e-7)
    }

    @Test func `every code is the nearest of the three`() throws {
        for seed in UInt64(1)...10 {
            var generator = SeededGenerator(seed: seed)
            let weights = generator.weights(6 * 35)
            let matrix = try BitNetQuantizer().quantize(weights, rows: 6, columns: 35)
            for (weight, value) in zip(weights, matrix.values) {
                let distance = (weight - Float(value) * matrix.scale).magnitude
                for other in [-1, 0, 1] as [Float] {
                    #expect(distance <= (weight - other * matrix.scale).magnitude + 1e-7, "seed \(seed)")
                }
            }
        }
    }

    @Test func `packing is the identity and takes the counted bytes`() throws {
        for seed in UInt64(1)...20 {
            var generator = SeededGenerator(seed: seed)
            let (rows, columns) = (generator.integer(1...5), generator.integer(1...300))
            for storage in BitNetMatrix.Storage.allCases {
                let matrix = try BitNetQuantizer(storage: storage).quantize(
                    generator.weights(rows * columns), rows: rows, columns: columns)
                let bytes = matrix.packed()
                #expect(bytes.count == matrix.packedByteCount, "seed \(seed)")
                #expect(
                    try BitNetMatrix(packed: bytes, rows: rows, columns: columns, storage: storage) == matrix,
                    "seed \(seed), \(rows) x \(columns), \(storage)")
            }
        }
        try expectStorage("bitnet-2bit", parts: ["codes": "codes", "scale_f32": "scale"]) {
            BitNetMatrix.storedParts(rows: $0, columns: $1, storage: .twoBit)
        }
        try expectStorage("bitnet-base3", parts: ["codes_5_per_byte": "codes", "scale_f32": "scale"]) {
            BitNetMatrix.storedParts(rows: $0, columns: $1, storage: .baseThree)
        }
    }

    @Test func `known weights have the documented bytes`() throws {
        let values: [Int8] = [-1, 0, 1, 1, -1, 0]
        let base = BitNetMatrix(rows: 1, columns: 6, values: values, scale: 1, storage: .baseThree)
        // 0 + 1·3 + 2·9 + 2·27 + 0·81, then 1; the scale 0x3f800000.
        #expect(base.packed() == [75, 1, 0, 0, 0x80, 0x3f])
        let two = BitNetMatrix(rows: 1, columns: 6, values: values, scale: 1, storage: .twoBit)
        // Two bytes of three each: weights 0, 2, 4 from the top bits of the first, 1, 3, 5 in the second.
        #expect(two.packed() == [0b0010_0000, 0b0110_0100, 0, 0, 0x80, 0x3f])
    }

    @Test func `zeros, what is no number, and codes without meaning`() throws {
        let zeros = try BitNetQuantizer().quantize([0, 0], rows: 1, columns: 2)
        #expect(zeros.values == [0, 0] && zeros.scale == 1e-5)
        #expect(throws: QuantizationError.nonFiniteWeight(index: 0)) {
            try BitNetQuantizer().quantize([.infinity], rows: 1, columns: 1)
        }
        #expect(throws: PackingError.unknownCode(3, index: 0)) {
            try BitNetMatrix(packed: [0xc0, 0, 0, 0, 0], rows: 1, columns: 1, storage: .twoBit)
        }
        #expect(throws: PackingError.unknownCode(243, index: 0)) {
            try BitNetMatrix(packed: [243, 0, 0, 0, 0], rows: 1, columns: 5, storage: .baseThree)
        }
    }
}
