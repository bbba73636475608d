import Testing
import _RandomTestSupport

@testable import Quantization

@Suite("OmniQuant's clipping around BitMoD")
struct OmniQuantTests {
    @Test func `the published grids, as a stored matrix`() throws {
        let vectors = try VectorFile.named("bitmod").filter { $0.id.contains("omniquant") }
        #expect(vectors.count >= 2)
        for vector in vectors {
            let matrix = try OmniQuantQuantizer(bits: vector.bits, metadata: .float32).quantize(
                vector.input, rows: vector.rows, columns: vector.columns)
            expectEqual(matrix.dequantized(), try #require(vector.numbers["dequant"]), vector.id)
        }
    }

    @Test func `the worked example`() throws {
        let matrix = try OmniQuantQuantizer(bits: 3, metadata: .float32).quantize(exampleWeights, rows: 1, columns: 16)
        #expect(matrix.selectors == [3] && matrix.offsets == [0])
        #expect((matrix.scales[0] - 0.0067632).magnitude < 1e-7)
        let values = matrix.codes.map { matrix.formats[3].codeValues[Int($0)] }
        #expect(values == [4, -2, 1, 4, -6, 0, -2, 2, 4, -1, 0, -4, 2, 1, 0, 1])
    }

    @Test(arguments: [3, 4]) func `our searches lower what they search for`(bits: Int) throws {
        for seed in UInt64(1)...3 {
            var generator = SeededGenerator(seed: seed)
            let (rows, columns, group) = (6, 90, 32)
            let weights = generator.weights(rows * columns, outlierEvery: 17)
            let samples = (0..<40 * columns).map { _ in generator.normal() }
            guard case .secondMoment(let moment, _) = AWQCalibration.secondMoment(of: samples, columns: columns) else {
                Issue.record("a second moment")
                return
            }
            func losses(_ clipping: OmniQuantQuantizer.Clipping) throws -> (weights: Double, outputs: Double) {
                let found = try OmniQuantQuantizer(bits: bits, groupSize: group, clipping: clipping).quantize(
                    weights, rows: rows, columns: columns,
                    secondMoment: clipping == .searchedByInputs ? moment : nil
                ).dequantized()
                let errors = zip(found, weights).map { Double($0) - Double($1) }
                var outputs = 0.0
                // The plain way: the outputs' parts of each group over the samples.
                for row in 0..<rows {
                    for start in stride(from: 0, to: columns, by: group) {
                        for token in stride(from: 0, to: samples.count, by: columns) {
                            let part = (start..<min(start + group, columns)).reduce(0.0) {
                                $0 + errors[row * columns + $1] * Double(samples[token + $1])
                            }
                            outputs += part * part
                        }
                    }
                }
                return (errors.reduce(0) { $0 + $1 * $1 }, outputs)
            }
            let initial = try losses(.initial)
            let byWeights = try losses(.searchedByWeights)
            let byInputs = try losses(.searchedByInputs)
            #expect(byWeights.weights < initial.weights && byWeights.weights <= byInputs.weights, "seed \(seed)")
            #expect(byInputs.outputs < initial.outputs && byInputs.outputs <= byWeights.outputs, "seed \(seed)")
        }
    }

    @Test func `binary16 scales are those of the stored matrix`() throws {
        var generator = SeededGenerator(seed: 91)
        let weights = generator.weights(4 * 64)
        let half = try OmniQuantQuantizer(bits: 4, groupSize: 32).quantize(weights, rows: 4, columns: 64)
        #expect(half.scales.allSatisfy { Float(Float16($0)) == $0 })
        // Half of the widest gap (6, between 10 and 16), half a unit of the offset, and what the clipping cuts off.
        let found = half.dequantized()
        for (index, weight) in weights.enumerated() {
            #expect((found[index] - weight).magnitude <= 4.3 * half.scales[index / 32], "\(index)")
        }
    }

    @Test func `packing is the identity and takes the counted bytes`() throws {
        for seed in UInt64(1)...8 {
            var generator = SeededGenerator(seed: seed)
            let (rows, columns) = (generator.integer(1...5), generator.integer(1...60))
            let (bits, group) = (generator.integer(3...4), generator.integer(1...40))
            for metadata in [ScaleEncoding.float16, .float32] {
                let matrix = try OmniQuantQuantizer(bits: bits, groupSize: group, metadata: metadata).quantize(
                    generator.weights(rows * columns), rows: rows, columns: columns)
                let bytes = matrix.packed()
                #expect(bytes.count == matrix.packedByteCount, "seed \(seed)")
                let copy = try OmniQuantMatrix(
                    packed: bytes, rows: rows, columns: columns, bits: bits, groupSize: group, metadata: metadata)
                #expect(copy == matrix, "seed \(seed)")
            }
        }
        let parts = OmniQuantMatrix.storedParts(rows: 4096, columns: 4096, bits: 4)
        let total = parts.reduce(0) { $0 + $1.bits }
        let groups = 4096 * 32
        #expect(total == 4 * 128 * groups + 26 * groups)
    }

    @Test func `groups far from zero keep offsets of 8 bits, and what is no number is refused`() throws {
        let matrix = try OmniQuantQuantizer(bits: 3, groupSize: 4).quantize([5, 5.01, 5.02, 5.01], rows: 1, columns: 4)
        #expect(matrix.offsets == [127])
        #expect(throws: QuantizationError.nonFiniteWeight(index: 0)) {
            try OmniQuantQuantizer(bits: 3).quantize([.nan], rows: 1, columns: 1)
        }
        #expect(throws: QuantizationError.emptyMatrix(rows: 1, columns: 0)) {
            try OmniQuantQuantizer(bits: 3).quantize([], rows: 1, columns: 0)
        }
    }
}
