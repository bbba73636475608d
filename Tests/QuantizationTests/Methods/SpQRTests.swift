import Testing
import _RandomTestSupport

@testable import Quantization

@Suite("SpQR")
struct SpQRTests {
    /// From the inputs that a vector supplies.
    private func quantized(
        _ vector: MethodVector, metadata: ScaleEncoding = .float32
    ) throws -> (matrix: SpQRMatrix, threshold: Float) {
        let quantizer = SpQRQuantizer(
            bits: try Int(vector.parameter("bits")), groupSize: try Int(vector.parameter("groupsize")),
            outlierThreshold: Float(vector.parameters["outlier_relative_threshold"] ?? .infinity),
            damping: try vector.parameter("percdamp"), metadata: metadata)
        let (rows, columns) = try vector.shape("weight")
        var factor: HessianFactor?
        if vector.inputs["calibration_x"] != nil {
            factor = try quantizer.factor(SecondMoment(samples: vector.input("calibration_x"), columns: columns))
        }
        return try quantizer.measured(vector.input("weight"), rows: rows, columns: columns, factor: factor)
    }

    private func mask(_ matrix: SpQRMatrix) -> [Float] {
        var mask = [Float](repeating: 0, count: matrix.rows * matrix.columns)
        for outlier in matrix.outliers { mask[outlier.row * matrix.columns + outlier.position] = 1 }
        return mask
    }

    /// [rows x groups] as [groups x rows].
    private func byGroup<Value>(_ values: [Value], groups: Int) -> [Value] {
        (0..<values.count).map { values[$0 % (values.count / groups) * groups + $0 / (values.count / groups)] }
    }

    @Test func `the published quantiser: codes, outliers, statistics, weights`() throws {
        let vectors = try MethodVector.named("spqr")
        #expect(vectors.count >= 6)
        #expect(vectors.contains { $0.inputs["calibration_x"] != nil })
        for vector in vectors {
            let (matrix, threshold) = try quantized(vector)
            let groups = matrix.groupsPerRow
            let permutation = matrix.permutation.map { $0.map { Float($0) } }
            expectEqual(
                permutation ?? (0..<matrix.columns).map { Float($0) }, try vector.expected("perm"), "\(vector.id) order"
            )
            expectEqual(matrix.codes.map { Float($0) }, try vector.expected("code"), "\(vector.id) codes")
            expectEqual(mask(matrix), try vector.expected("outlier_mask"), "\(vector.id) outliers")
            expectEqual(
                byGroup(matrix.scaleCodes, groups: groups).map { Float($0) }, try vector.expected("scale_code"),
                "\(vector.id) scale codes")
            expectEqual(
                byGroup(matrix.zeroCodes, groups: groups).map { Float($0) }, try vector.expected("zero_code"),
                "\(vector.id) zero codes")
            let statistics = byGroup(matrix.statistics, groups: groups)
            for (name, path) in [
                ("scale_scale", \SpQRStatistics.scaleScale), ("scale_zero", \.scaleZero),
                ("zero_scale", \.zeroScale), ("zero_zero", \.zeroZero),
            ] {
                expectClose(
                    statistics.map { $0[keyPath: path] }, try vector.expected(name), relative: 1e-4,
                    "\(vector.id) \(name)")
            }
            expectClose(matrix.dequantized(), try vector.expected("dequant"), relative: 1e-4, "\(vector.id) weights")
            if vector.parameters["outlier_relative_threshold"] != nil {
                expectClose(
                    [threshold], try vector.expected("outlier_threshold"), relative: 1e-4, "\(vector.id) threshold")
            } else {
                #expect(threshold == .infinity && matrix.outlierCount == 0)
            }
        }
    }

    @Test func `binary16 statistics hardly change the weights`() throws {
        for vector in try MethodVector.named("spqr") {
            let weights = try vector.input("weight")
            func error(_ matrix: SpQRMatrix) -> Double {
                zip(matrix.dequantized(), weights).reduce(0.0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
            }
            let (single, half) = (try quantized(vector).matrix, try quantized(vector, metadata: .float16).matrix)
            #expect((error(half) / error(single) - 1).magnitude < 0.02, "\(vector.id)")
        }
    }

    @Test func `the worked example, first level`() {
        let range = SpQRRange(low: exampleWeights.min() ?? 0, high: exampleWeights.max() ?? 0, top: 7)
        expectClose([range.scale, range.zero], [0.0101427, 3.92349], relative: 1e-5, "scale and zero")
        #expect(exampleWeights.map { range.code($0, top: 7) } == [7, 3, 4, 6, 0, 4, 2, 5, 7, 3, 4, 1, 5, 4, 4, 5])
        expectClose([range.value(range.code(0, top: 7))], [0.000776], relative: 1e-3, "zero")
    }

    @Test func `without feedback every weight has the nearest code, and outliers are those beyond the threshold`()
        throws
    {
        for seed in UInt64(1)...10 {
            var generator = SeededGenerator(seed: seed)
            let (rows, columns) = (generator.integer(2...50), generator.integer(1...80))
            let weights = generator.weights(rows * columns).map(roundedToHalf)
            let (matrix, threshold) = try SpQRQuantizer(bits: generator.integer(3...4)).measured(
                weights, rows: rows, columns: columns)
            let mask = mask(matrix)
            let restored = matrix.dequantized()
            for row in 0..<rows {
                for position in 0..<columns {
                    let index = row * columns + position
                    let (scale, zero) = (
                        matrix.scale(row: row, group: position / 16), matrix.zero(row: row, group: position / 16)
                    )
                    let values = (0..<1 << matrix.bits).map { scale * (Float($0) - zero) }
                    let nearest = values.map { (weights[index] - $0).magnitude }.min() ?? 0
                    // H = I with damping 1: U_jj² is ½.
                    let square = 2 * nearest * nearest
                    if square > threshold * 1.0001 { #expect(mask[index] == 1, "seed \(seed) at \(index)") }
                    if square < threshold * 0.9999 { #expect(mask[index] == 0, "seed \(seed) at \(index)") }
                    let found = (weights[index] - restored[index]).magnitude
                    #expect(found <= (mask[index] == 1 ? 0 : nearest * 1.00001 + 1e-7), "seed \(seed) at \(index)")
                }
            }
        }
    }

    @Test func `error feedback lowers the error of the outputs`() throws {
        for seed in UInt64(1)...3 {
            var generator = SeededGenerator(seed: seed)
            let (rows, columns) = (37, 150)
            let samples = CalibrationTests.samples(&generator, count: 400, columns: columns)
            let moment = try SecondMoment(samples: samples, columns: columns)
            let weights = generator.weights(rows * columns)
            func error(_ matrix: SpQRMatrix) -> Double {
                let change = zip(matrix.dequantized(), weights).map { Double($0) - Double($1) }
                return (0..<rows).reduce(0.0) { sum, row in
                    (0..<columns).reduce(sum) { sum, first in
                        (0..<columns).reduce(sum) {
                            $0 + change[row * columns + first] * moment.values[first * columns + $1]
                                * change[row * columns + $1]
                        }
                    }
                }
            }
            for ordersColumns in [false, true] {
                let quantizer = SpQRQuantizer(damping: 0.01, ordersColumns: ordersColumns)
                let plain = try quantizer.quantize(weights, rows: rows, columns: columns)
                let fed = try quantizer.quantize(
                    weights, rows: rows, columns: columns, factor: quantizer.factor(moment))
                #expect((fed.permutation != nil) == ordersColumns)
                #expect(error(fed) < 0.8 * error(plain), "seed \(seed): \(error(fed)) and \(error(plain))")
            }
        }
    }

    @Test func `packing is the identity and takes the counted bytes`() throws {
        for seed in UInt64(1)...16 {
            var generator = SeededGenerator(seed: seed)
            let (rows, columns) = (generator.integer(1...40), generator.integer(1...70))
            let metadata: ScaleEncoding = seed % 4 == 0 ? .float32 : .float16
            let quantizer = SpQRQuantizer(
                bits: generator.integer(3...4), groupSize: [8, 16][Int(seed % 2)], metadata: metadata)
            var factor: HessianFactor?
            if generator.flag() {
                let samples = CalibrationTests.samples(&generator, count: 30, columns: columns)
                factor = try quantizer.factor(SecondMoment(samples: samples, columns: columns))
            }
            let matrix = try quantizer.quantize(
                generator.weights(rows * columns, outlierEvery: 20), rows: rows, columns: columns, factor: factor)
            let bytes = matrix.packed()
            let context = "seed \(seed), \(rows) x \(columns)"
            #expect(bytes.count == matrix.packedByteCount, "\(context)")
            let copy = try SpQRMatrix(
                packed: bytes, rows: rows, columns: columns, bits: matrix.bits, groupSize: matrix.groupSize,
                isPermuted: factor != nil, metadata: metadata)
            #expect(copy == matrix, "\(context)")
            #expect(copy.dequantized().allSatisfy { $0.isFinite }, "\(context)")
        }
        try expectStorage(
            "spqr3",
            parts: [
                "codes": "codes", "scale_3b": "scale codes", "zero_3b": "zero codes",
                "second_level_4xf16": "statistics",
                "outlier_f16_idx16": "outliers", "row_offsets_u32": "row offsets",
                "column_permutation_u16": "column permutation",
            ]
        ) { rows, columns in
            SpQRMatrix.storedParts(
                rows: rows, columns: columns, bits: 3, outliers: rows * columns / 100, isPermuted: true)
        }
    }

    @Test func `bytes that are no matrix are refused`() throws {
        var generator = SeededGenerator(seed: 9)
        let quantizer = SpQRQuantizer()
        let (rows, columns) = (4, 33)
        let samples = CalibrationTests.samples(&generator, count: 40, columns: columns)
        let matrix = try quantizer.quantize(
            generator.weights(rows * columns, outlierEvery: 9), rows: rows, columns: columns,
            factor: quantizer.factor(SecondMoment(samples: samples, columns: columns)))
        try #require(matrix.outlierCount >= 2)
        let bytes = matrix.packed()
        func read(_ bytes: [UInt8]) throws -> SpQRMatrix {
            try SpQRMatrix(packed: bytes, rows: rows, columns: columns, bits: 3, isPermuted: true)
        }
        #expect(try read(bytes) == matrix)
        #expect(throws: PackingError.wrongSize(found: bytes.count - 1, expected: bytes.count)) {
            try read(Array(bytes.dropLast()))
        }
        var offsets = bytes
        offsets[4] = 0xff
        #expect(throws: PackingError.unknownCode(255, index: 1)) { try read(offsets) }
        var position = bytes
        position[4 * (rows + 1) + 2] = 33
        #expect(throws: PackingError.unknownCode(33, index: 0)) { try read(position) }
        var order = bytes
        let start = 4 * (rows + 1) + 4 * matrix.outlierCount
        order[start + 2] = order[start]
        #expect(throws: PackingError.unknownCode(Int(order[start]), index: 1)) { try read(order) }
        #expect(throws: PackingError.self) { try read([]) }
    }

    @Test func `degenerate matrices stay finite, and what is no number is refused`() throws {
        let quantizer = SpQRQuantizer()
        for (rows, columns) in [(1, 1), (1, 40), (2, 18), (16, 16), (17, 33)] {
            let zeros = try quantizer.quantize(
                [Float](repeating: 0, count: rows * columns), rows: rows, columns: columns)
            #expect(zeros.dequantized().allSatisfy { $0.isFinite }, "\(rows) x \(columns)")
        }
        // Nearly equal scales and zeros, and weights far from zero beside each other.
        let steep = (0..<34 * 18).map { (index: Int) -> Float in
            30_000 + Float(index % 18) * 1e-2 + Float(index / 18) * 1e-3
        }
        let found = try quantizer.quantize(steep, rows: 34, columns: 18).dequantized()
        #expect(found.allSatisfy { $0.isFinite })
        #expect(throws: QuantizationError.beyondBinary16(index: 1)) {
            try quantizer.quantize([0, 70_000], rows: 1, columns: 2)
        }
        #expect(throws: QuantizationError.nonFiniteWeight(index: 0)) {
            try quantizer.quantize([.nan, 0], rows: 1, columns: 2)
        }
        #expect(throws: QuantizationError.emptyMatrix(rows: 0, columns: 3)) {
            try quantizer.quantize([], rows: 0, columns: 3)
        }
    }
}
