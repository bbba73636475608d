import Testing
import _RandomTestSupport

@testable import Quantization

@Suite("SliM-LLM")
struct SliMLLMTests {
    /// From the Hessian that a vector supplies.
    private func quantized(_ vector: MethodVector, metadata: ScaleEncoding = .float32) throws -> SliMMatrix {
        let quantizer = SliMQuantizer(
            bits: try Int(vector.parameter("bit_width")), blockSize: try Int(vector.parameter("blocksize")),
            pairs: try Int(vector.parameter("salient_block")), damping: try vector.parameter("percdamp"),
            norm: try vector.parameter("norm"), salienceWeight: try vector.parameter("lambda_salience"),
            metadata: metadata)
        let (rows, columns) = try vector.shape("weight")
        let diagonal = try #require(vector.inputs["hessian_diagonal"])
        let calibration = try quantizer.calibration(SecondMoment(diagonal: diagonal.map { $0 / 2 }))
        return try quantizer.quantize(
            vector.input("weight"), rows: rows, columns: columns, calibration: calibration)
    }

    private func outputError(_ matrix: SliMMatrix, _ weights: [Float], _ moment: SecondMoment) -> Double {
        let columns = matrix.columns
        let change = zip(matrix.dequantized(), weights).map { Double($0) - Double($1) }
        var sum = 0.0
        for row in 0..<matrix.rows {
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

    @Test func `the published widths, scales, zeros and weights`() throws {
        let vectors = try MethodVector.named("slim-llm")
        #expect(vectors.count >= 2)
        for vector in vectors {
            let matrix = try quantized(vector)
            expectEqual(matrix.widths.map { Float($0) }, try vector.expected("block_bits"), "\(vector.id) widths")
            expectClose(matrix.scales, try vector.expected("scale"), relative: 1e-4, "\(vector.id) scales")
            let zeros = try vector.expected("zero")
            for (index, zero) in zeros.enumerated() {
                // Means cancel: they agree to 10⁻⁴ of the scale beside them.
                let isMean = matrix.widths[index % matrix.blocksPerRow] == 1
                let difference = (matrix.zeros[index] - zero).magnitude
                #expect(difference <= (isMean ? 1e-4 * matrix.scales[index] : 0), "\(vector.id) zero \(index)")
            }
            expectClose(matrix.dequantized(), try vector.expected("dequant"), relative: 1e-4, "\(vector.id) weights")
            let halves = try quantized(vector, metadata: .float16)
            #expect(halves.widths == matrix.widths && halves.codes.count == matrix.codes.count)
            expectClose(halves.scales, matrix.scales, relative: 0x1p-11 * 1.01, "\(vector.id) binary16 scales")
        }
    }

    @Test func `the worked example`() {
        exampleWeights.withUnsafeBufferPointer { weights in
            var search = SliMRangeSearch(norm: 2.4, columns: 16)
            let (range, factor) = search.best(
                weights, width: 2, weighting: UnsafeBufferPointer(start: nil, count: 0))
            #expect(factor == Float(0.9))
            expectClose([range.scale, range.zero], [0.0212997, 2], relative: 1e-5, "range")
            #expect(weights.map { range.code($0, width: 2) } == [3, 1, 2, 3, 0, 2, 1, 2, 3, 2, 2, 1, 3, 2, 2, 2])
            let binary = SliMRowRange(binary: weights)
            expectClose([binary.zero, binary.scale], [0.0012004, 0.0145125], relative: 1e-4, "one bit")
        }
    }

    @Test func `powers and exponentials are those of the exact functions`() {
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<4000 {
            let base = Double(generator.normal().magnitude) * [1e-9, 1e-4, 1, 1e5][generator.integer(0...3)]
            guard base > 0 else { continue }
            for exponent in [0.5, 1, 2, 2.4, 3] {
                let (fast, exact) = (FastPower.power(base, exponent), deterministicPower(base, exponent))
                #expect((fast / exact - 1).magnitude < 1e-10, "\(base)^\(exponent)")
            }
            let logarithm = FastPower.logarithm(base)
            #expect((FastPower.exponential(logarithm) / base - 1).magnitude < 1e-9, "\(base)")
            let exponential = deterministicPower(2.718_281_828_459_045, base.truncatingRemainder(dividingBy: 20))
            let found = FastPower.exponential(base.truncatingRemainder(dividingBy: 20))
            #expect((found / exponential - 1).magnitude < 1e-9, "\(base)")
        }
        #expect(FastPower.power(0, 2.4) == 0)
        #expect(FastPower.power(1, 2.4) == 1)
    }

    @Test func `no other factor has a smaller error, by a plain sum`() {
        for seed in UInt64(1)...12 {
            var generator = SeededGenerator(seed: seed)
            let width = generator.integer(2...4)
            let weights = generator.weights(generator.integer(2...128), outlierEvery: 17)
            let top = Float((1 << width) - 1)
            var search = SliMRangeSearch(norm: 2.4, columns: weights.count)
            let found = weights.withUnsafeBufferPointer {
                search.best($0, width: width, weighting: UnsafeBufferPointer(start: nil, count: 0))
            }
            let low = min(weights.min() ?? 0, 0)
            let high = max(weights.max() ?? 0, 0)
            func error(_ factor: Float) -> Double {
                let range = SliMRowRange(low: low, high: high, factor: factor, top: top)
                return weights.reduce(0.0) {
                    let difference = range.value(range.code($1, width: width), width: width) - $1
                    return $0 + deterministicPower(Double(difference.magnitude), 2.4)
                }
            }
            let least = SliMRangeSearch.factors.map(error).min() ?? 0
            #expect(error(found.factor) <= least * (1 + 1e-8), "seed \(seed)")
            #expect(SliMRangeSearch.factors.count == 101)
        }
    }

    @Test func `the number of pairs is that of plain products and logarithms`() throws {
        for seed in UInt64(1)...4 {
            var generator = SeededGenerator(seed: seed)
            let (rows, blockSize, blocks, count) = (7, 8, 9, 11)
            let columns = blocks * blockSize + (seed % 2 == 0 ? 3 : 0)
            let weights = generator.weights(rows * columns, deviation: 0.3)
            let samples = CalibrationTests.samples(&generator, count: count, columns: columns)
            let bits = 2 + Int(seed % 2)
            let allocation = SliMAllocation(bits: bits, blockSize: blockSize)
            let order = allocation.order(
                allocation.salience(
                    weights, rows: rows, columns: columns, diagonal: [Double](repeating: 1, count: columns)))
            let (best, divergences) = allocation.pairs(
                weights, rows: rows, columns: columns, order: order, samples: samples)
            #expect(divergences.count == blocks / 2 - 1)
            func softmax(_ matrix: [Double], _ sample: Int) -> [Double] {
                let outputs = (0..<rows).map { row in
                    (0..<columns).reduce(0.0) {
                        $0 + Double(samples[sample * columns + $1]) * matrix[row * columns + $1]
                    }
                }
                let exponentials = outputs.map { deterministicPower(2.718_281_828_459_045, $0 + 100) }
                let sum = exponentials.reduce(0, +)
                return exponentials.map { max($0 / sum, 1e-6) }
            }
            for pairs in 1..<blocks / 2 {
                let widths = allocation.widths(order, pairs: pairs, columns: columns)
                #expect(widths.count { $0 == bits - 1 } == pairs && widths.count { $0 == bits + 1 } == pairs)
                var rounded = weights.map { Double($0) }
                for (block, width) in widths.enumerated() {
                    for row in 0..<rows {
                        let range = block * blockSize..<min((block + 1) * blockSize, columns)
                        let line = Array(weights[row * columns + range.lowerBound..<row * columns + range.upperBound])
                        let values = line.withUnsafeBufferPointer { line -> [Float] in
                            if width == 1 {
                                let binary = SliMRowRange(binary: line)
                                return line.map { binary.value(binary.code($0, width: 1), width: 1) }
                            }
                            let (low, high) = SliMRowRange.limits(line)
                            let range = SliMRowRange(
                                low: low, high: high, factor: 1, top: Float((1 << width) - 1))
                            return line.map { range.value(range.code($0, width: width), width: width) }
                        }
                        for (index, value) in values.enumerated() {
                            rounded[row * columns + range.lowerBound + index] = Double(value)
                        }
                    }
                }
                var sum = 0.0
                for sample in 0..<count {
                    let (found, expected) = (softmax(rounded, sample), softmax(weights.map { Double($0) }, sample))
                    for row in 0..<rows {
                        // ln(p / q) by the slope of the power at 0.
                        let ratio = found[row] / expected[row]
                        let step = 0x1p-20
                        let logarithm =
                            (deterministicPower(ratio, step) - deterministicPower(1 / ratio, step)) / (2 * step)
                        sum += found[row] * logarithm
                    }
                }
                let plain = sum / Double(count)
                #expect(
                    (divergences[pairs - 1] - plain).magnitude < 1e-5 * (1 + plain), "seed \(seed), \(pairs) pairs")
            }
            #expect(divergences[best - 1] == divergences.min(), "seed \(seed)")
            let quantizer = SliMQuantizer(bits: bits, blockSize: blockSize)
            let moment = try SecondMoment(samples: samples, columns: columns)
            let widths = quantizer.widths(
                weights, rows: rows, columns: columns,
                calibration: try quantizer.calibration(moment, samples: samples))
            #expect(widths.reduce(0, +) == bits * widths.count, "seed \(seed)")
            let usual = quantizer.widths(weights, rows: rows, columns: columns)
            let pairs = SliMBlocks.pairs(columns: columns, blockSize: blockSize)
            #expect(usual.count { $0 == bits + 1 } == pairs, "seed \(seed)")
        }
    }

    @Test func `error feedback lowers the error of the outputs, and salient blocks are wider`() throws {
        var generator = SeededGenerator(seed: 6)
        let (rows, columns) = (16, 192)
        var samples = CalibrationTests.samples(&generator, count: 400, columns: columns)
        for index in samples.indices where index % columns >= 64 && index % columns < 96 { samples[index] *= 10 }
        for index in samples.indices where index % columns >= 160 { samples[index] *= 0.01 }
        let moment = try SecondMoment(samples: samples, columns: columns)
        let weights = generator.weights(rows * columns)
        for bits in [2, 3] {
            let quantizer = SliMQuantizer(bits: bits, blockSize: 32, pairs: 1)
            let calibration = try quantizer.calibration(moment)
            let fed = try quantizer.quantize(weights, rows: rows, columns: columns, calibration: calibration)
            #expect(fed.widths == [bits, bits, bits + 1, bits, bits, bits - 1])
            // The same widths without feedback.
            let diagonal = try SecondMoment(diagonal: (0..<columns).map { moment.values[$0 * columns + $0] })
            let plain = try quantizer.quantize(
                weights, rows: rows, columns: columns, calibration: quantizer.calibration(diagonal))
            #expect(plain.widths == fed.widths)
            let (lower, higher) = (outputError(fed, weights, moment), outputError(plain, weights, moment))
            #expect(lower < 0.9 * higher, "\(bits) bits: \(lower) and \(higher)")
        }
    }

    @Test func `salient weights may count more`() throws {
        var generator = SeededGenerator(seed: 8)
        let (rows, columns) = (8, 64)
        let weights = generator.weights(rows * columns, outlierEvery: 30)
        func error(_ weight: Double, salient: Bool) throws -> Double {
            let matrix = try SliMQuantizer(bits: 3, blockSize: 64, pairs: 0, salienceWeight: weight).quantize(
                weights, rows: rows, columns: columns)
            return zip(matrix.dequantized(), weights).reduce(0.0) {
                let isSalient = $1.1.magnitude > 0.15
                return $0 + (isSalient == salient ? Double(($1.0 - $1.1).magnitude) : 0)
            }
        }
        #expect(try error(1000, salient: true) < error(1, salient: true))
        #expect(try error(0, salient: false) <= error(1, salient: false))
    }

    @Test func `packing is the identity and takes the counted bytes`() throws {
        for seed in UInt64(1)...16 {
            var generator = SeededGenerator(seed: seed)
            let (rows, columns) = (generator.integer(1...12), generator.integer(1...100))
            let metadata: ScaleEncoding = seed % 4 == 0 ? .float32 : .float16
            let quantizer = SliMQuantizer(
                bits: generator.integer(2...4), blockSize: generator.integer(1...20), metadata: metadata)
            let matrix = try quantizer.quantize(generator.weights(rows * columns), rows: rows, columns: columns)
            let bytes = matrix.packed()
            let context = "seed \(seed), \(rows) x \(columns)"
            #expect(bytes.count == matrix.packedByteCount, "\(context)")
            let copy = try SliMMatrix(
                packed: bytes, rows: rows, columns: columns, bits: matrix.bits, blockSize: matrix.blockSize,
                metadata: metadata)
            #expect(copy == matrix, "\(context)")
        }
        try expectStorage(
            "slim2",
            parts: [
                "codes_avg": "codes", "scale_f16": "scales", "zero_avg": "zeros", "block_width_2b": "widths",
            ]
        ) { rows, columns in
            SliMMatrix.storedParts(
                rows: rows, columns: columns, widths: [Int](repeating: 2, count: columns / 128))
        }
        // A block of one bit has a mean of 16 bits in the place of a zero of one.
        func bits(_ widths: [Int]) -> Int {
            SliMMatrix.storedParts(rows: 4, columns: 512, widths: widths).reduce(0) { $0 + $1.bits }
        }
        #expect(bits([1, 2, 3, 2]) - bits([2, 2, 2, 2]) == 15 * 4)
        #expect(bits([2, 3, 4, 3]) == bits([3, 3, 3, 3]))
    }

    @Test func `degenerate matrices, and what is no number or no matrix`() throws {
        let quantizer = SliMQuantizer(blockSize: 4)
        for value in [Float(0), 0.25, -0.5] {
            let constant = try quantizer.quantize(
                [Float](repeating: value, count: 3 * 18), rows: 3, columns: 18)
            #expect(constant.widths == [1, 2, 2, 3, 2])
            #expect((0..<4).allSatisfy { constant.dequantized()[$0] == value })
            #expect(constant.dequantized().allSatisfy { $0.isFinite })
        }
        #expect(throws: QuantizationError.nonFiniteWeight(index: 1)) {
            try quantizer.quantize([0, .nan], rows: 1, columns: 2)
        }
        #expect(throws: QuantizationError.emptyMatrix(rows: 0, columns: 2)) {
            try quantizer.quantize([], rows: 0, columns: 2)
        }
        #expect(throws: QuantizationError.scaleOverflow(row: 0, encoding: .float16)) {
            try quantizer.quantize([1e6, 0], rows: 1, columns: 2)
        }
        let matrix = try quantizer.quantize([1, 2, 3, 4, 5], rows: 1, columns: 5)
        var bytes = matrix.packed()
        #expect(throws: PackingError.wrongSize(found: bytes.count + 1, expected: bytes.count)) {
            try SliMMatrix(packed: bytes + [0], rows: 1, columns: 5, bits: 2, blockSize: 4)
        }
        bytes[0] |= 0b1100
        #expect(throws: PackingError.unknownCode(3, index: 1)) {
            try SliMMatrix(packed: bytes, rows: 1, columns: 5, bits: 2, blockSize: 4)
        }
    }
}
