import Testing
import _RandomTestSupport

@testable import Quantization

@Suite("BiLLM")
struct BiLLMTests {
    /// From the Hessian that a vector supplies, if any.
    private func quantized(
        _ vector: MethodVector, metadata: ScaleEncoding = .float32
    ) throws -> BiLLMMatrix {
        let quantizer = BiLLMQuantizer(
            blockSize: try Int(vector.parameter("blocksize")), salientLimit: try Int(vector.parameter("up_lim")),
            damping: try vector.parameter("percdamp"), metadata: metadata)
        let (rows, columns) = try vector.shape("weight")
        var factor: HessianFactor?
        if let diagonal = vector.inputs["hessian_diagonal"], vector.id.contains("hessian") {
            factor = try quantizer.factor(SecondMoment(diagonal: diagonal.map { $0 / 2 }))
        }
        return try quantizer.quantize(vector.input("weight"), rows: rows, columns: columns, factor: factor)
    }

    private func row(_ matrix: BiLLMMatrix, _ path: KeyPath<BiLLMConstants, Float>) -> [Float] {
        matrix.constants.map { $0[keyPath: path] }
    }

    /// Means are sums that cancel: they agree to 10⁻⁴ of the scale beside them.
    private func expectMeans(_ found: [Float], _ expected: [Float], _ scales: [Float], _ what: String) {
        for (index, scale) in scales.enumerated() {
            #expect((found[index] - expected[index]).magnitude <= 1e-4 * scale, "\(what) at \(index)")
        }
    }

    @Test func `the published structure and constants`() throws {
        let vectors = try MethodVector.named("billm")
        #expect(vectors.count >= 2)
        for vector in vectors {
            let matrix = try quantized(vector)
            let salient = matrix.salientColumns(block: 0)
            expectEqual(
                salient.map { Float($0) }, try vector.expected("salient_columns"), "\(vector.id) salient columns")
            let highs = matrix.highs.map { Float($0) }
            expectEqual(highs, try vector.expected("mask_high"), "\(vector.id) high group")
            let lows = highs.indices.map { matrix.isSalient[$0 % matrix.columns] ? 0 : 1 - highs[$0] }
            expectEqual(lows, try vector.expected("mask_low"), "\(vector.id) low group")
            for (name, path) in [
                ("low_scale", \BiLLMConstants.lowScale), ("high_scale", \.highScale),
                ("salient_scale1", \.salientScale), ("salient_scale2", \.residualScale),
            ] {
                expectClose(row(matrix, path), try vector.expected(name), relative: 1e-4, "\(vector.id) \(name)")
            }
            expectMeans(
                row(matrix, \.lowMean), try vector.expected("low_mean"), row(matrix, \.lowScale), "\(vector.id) low")
            expectMeans(
                row(matrix, \.highMean), try vector.expected("high_mean"), row(matrix, \.highScale),
                "\(vector.id) high")
            let sums = zip(try vector.expected("salient_mean1"), try vector.expected("salient_mean2")).map { $0 + $1 }
            expectMeans(row(matrix, \.salientMean), sums, row(matrix, \.residualScale), "\(vector.id) salient")
            expectClose(matrix.dequantized(), try vector.expected("dequant"), relative: 1e-4, "\(vector.id) weights")
            let halves = try quantized(vector, metadata: .float16)
            #expect(halves.negatives == matrix.negatives && halves.highs == matrix.highs)
            let largest = matrix.dequantized().map(\.magnitude).max() ?? 0
            for (half, single) in zip(halves.dequantized(), matrix.dequantized()) {
                #expect((half - single).magnitude <= largest * 0x1p-10, "\(vector.id)")
            }
        }
    }

    @Test func `the worked example`() {
        var weights = Array(exampleWeights.prefix(8))
        let first = BinaryOrder(weights, count: 8)
        let residual = weights.map { $0 - first.value($0) }
        let second = BinaryOrder(residual, count: 8)
        expectClose([first.mean, first.scale], [-0.00041157, 0.0174411], relative: 1e-4, "first order")
        expectClose([second.mean, second.scale], [-0.00436028, 0.0100476], relative: 1e-4, "second order")
        for index in weights.indices { weights[index] = first.value(weights[index]) + second.value(residual[index]) }
        let values = Set(weights.map { ($0 * 1e7).rounded() }).sorted()
        expectClose(
            values.map { $0 / 1e7 }, [-0.0322605, -0.0121654, 0.0026217, 0.0227168], relative: 1e-4, "values")
    }

    @Test func `scales are the least-squares scales of the signs`() throws {
        // With the mean fixed, Σ (w − μ) s / n is the best scale; and no other border of the list is better.
        for seed in UInt64(1)...5 {
            var generator = SeededGenerator(seed: seed)
            let (rows, columns) = (generator.integer(1...12), generator.integer(2...60))
            let weights = generator.weights(rows * columns)
            let matrix = try BiLLMQuantizer(metadata: .float32).quantize(weights, rows: rows, columns: columns)
            for row in 0..<rows {
                for isHigh in [UInt8(0), 1] {
                    let members = (0..<columns).filter {
                        !matrix.isSalient[$0] && matrix.highs[row * columns + $0] == isHigh
                    }
                    guard !members.isEmpty else { continue }
                    let constants = matrix.constants[row]
                    let (mean, scale) =
                        isHigh == 1
                        ? (constants.highMean, constants.highScale) : (constants.lowMean, constants.lowScale)
                    let sum = members.reduce(0.0) {
                        let index = row * columns + $1
                        return $0 + Double(weights[index] - mean) * (matrix.negatives[index] == 1 ? -1 : 1)
                    }
                    #expect((sum / Double(members.count) - Double(scale)).magnitude < 1e-6 * Double(scale) + 1e-12)
                }
            }
        }
    }

    @Test func `the structure is that of a plain search`() {
        for seed in UInt64(1)...4 {
            var generator = SeededGenerator(seed: seed)
            let (rows, columns) = (generator.integer(2...6), generator.integer(3...24))
            let metric = generator.weights(rows * columns, outlierEvery: 11)
            let limit = generator.integer(2...10)
            let structure = BiLLMStructure(metric, rows: rows, columns: columns, limit: limit)
            func error(_ members: [[Int]], orders: Int) -> Double {
                var total = 0.0
                for row in 0..<rows {
                    for group in members {
                        var rest = group.map { Double(metric[row * columns + $0]) }
                        for _ in 0..<orders where !rest.isEmpty {
                            let mean = rest.reduce(0, +) / Double(rest.count)
                            let scale = rest.reduce(0) { $0 + ($1 - mean).magnitude } / Double(rest.count)
                            rest = rest.map { $0 - mean - ($0 < mean ? -scale : scale) }
                        }
                        total += rest.reduce(0) { $0 + $1 * $1 }
                    }
                }
                return total
            }
            let scores = (0..<columns).map { column in
                (0..<rows).reduce(0.0) { $0 + Double(metric[$1 * columns + column].magnitude) }
            }
            let order = (0..<columns).sorted { scores[$0] > scores[$1] }
            let errors = (1..<min(limit, columns)).map { count in
                error([Array(order[..<count]), Array(order[count...])], orders: 2)
            }
            let found = errors[structure.salient.count - 1]
            #expect(found <= (errors.min() ?? 0) * (1 + 1e-5), "seed \(seed)")
            #expect(structure.salient == Array(order[..<structure.salient.count]), "seed \(seed)")
            #expect(structure.border.isFinite, "seed \(seed)")
        }
    }

    @Test func `quantiles interpolate between neighbours`() {
        let values = (0...100).map { Float($0) }
        let quantiles = BiLLMStructure.quantiles(ofSorted: values)
        #expect(quantiles.count == 81)
        for (index, quantile) in quantiles.enumerated() {
            #expect((quantile - Float(10 + index)).magnitude < 1e-4, "\(index)")
        }
        #expect(BiLLMStructure.quantiles(ofSorted: [3]).allSatisfy { $0 == 3 })
        expectClose([BiLLMStructure.quantiles(ofSorted: [0, 1])[15]], [0.25], relative: 1e-5, "between two")
    }

    @Test func `error feedback lowers the error of the outputs`() throws {
        var generator = SeededGenerator(seed: 4)
        let (rows, columns) = (24, 160)
        let moment = try SecondMoment(
            samples: CalibrationTests.samples(&generator, count: 400, columns: columns), columns: columns)
        let weights = generator.weights(rows * columns)
        func error(_ matrix: BiLLMMatrix) -> Double {
            let change = zip(matrix.dequantized(), weights).map { Double($0) - Double($1) }
            var sum = 0.0
            for row in 0..<rows {
                for first in 0..<columns {
                    for second in 0..<columns {
                        sum +=
                            change[row * columns + first] * moment.values[first * columns + second]
                            * change[row * columns + second]
                    }
                }
            }
            return sum
        }
        let quantizer = BiLLMQuantizer(blockSize: 32, salientLimit: 12, metric: .magnitude)
        let plain = try quantizer.quantize(weights, rows: rows, columns: columns)
        let fed = try quantizer.quantize(weights, rows: rows, columns: columns, factor: quantizer.factor(moment))
        #expect(error(fed) < 0.9 * error(plain), "\(error(fed)) and \(error(plain))")
        // The first block has nothing to make up for.
        #expect(fed.salientColumns(block: 0) == plain.salientColumns(block: 0))
        #expect((0..<rows).allSatisfy { fed.constants[$0 * 5] == plain.constants[$0 * 5] })
    }

    @Test func `packing is the identity and takes the counted bytes`() throws {
        for seed in UInt64(1)...16 {
            var generator = SeededGenerator(seed: seed)
            let (rows, columns) = (generator.integer(1...12), generator.integer(1...90))
            let metadata: ScaleEncoding = seed % 4 == 0 ? .float32 : .float16
            let quantizer = BiLLMQuantizer(blockSize: generator.integer(1...40), salientLimit: 7, metadata: metadata)
            let matrix = try quantizer.quantize(generator.weights(rows * columns), rows: rows, columns: columns)
            let bytes = matrix.packed()
            let context = "seed \(seed), \(rows) x \(columns)"
            #expect(bytes.count == matrix.packedByteCount, "\(context)")
            let copy = try BiLLMMatrix(
                packed: bytes, rows: rows, columns: columns, blockSize: matrix.blockSize, metadata: metadata)
            #expect(copy == matrix, "\(context)")
        }
        try expectStorage(
            "billm",
            parts: [
                "sign": "signs", "split_mask": "groups", "residual_sign": "residual signs",
                "column_bitmap": "salient columns", "scales_7xf16": "constants",
            ]
        ) { rows, columns in
            BiLLMMatrix.storedParts(rows: rows, columns: columns, salientColumns: columns * 9 / 100)
        }
    }

    @Test func `degenerate matrices, and what is no number or no matrix`() throws {
        let quantizer = BiLLMQuantizer()
        for (rows, columns) in [(1, 1), (1, 2), (3, 129), (2, 200)] {
            let zeros = try quantizer.quantize(
                [Float](repeating: 0, count: rows * columns), rows: rows, columns: columns)
            #expect(zeros.dequantized().allSatisfy { $0 == 0 }, "\(rows) x \(columns)")
        }
        let single = try quantizer.quantize([0.25], rows: 1, columns: 1)
        #expect(single.dequantized() == [0.25] && single.salientColumns(block: 0).isEmpty)
        #expect(throws: QuantizationError.nonFiniteWeight(index: 1)) {
            try quantizer.quantize([0, .infinity], rows: 1, columns: 2)
        }
        #expect(throws: QuantizationError.emptyMatrix(rows: 1, columns: 0)) {
            try quantizer.quantize([], rows: 1, columns: 0)
        }
        #expect(throws: QuantizationError.scaleOverflow(row: 0, encoding: .float16)) {
            try quantizer.quantize([1e6], rows: 1, columns: 1)
        }
        #expect(throws: PackingError.wrongSize(found: 15, expected: 17)) {
            try BiLLMMatrix(packed: Array(single.packed().prefix(15)), rows: 1, columns: 1)
        }
        #expect(throws: PackingError.self) { try BiLLMMatrix(packed: [], rows: 1, columns: 1) }
    }
}
