import Testing
import _RandomTestSupport

@testable import Quantization

@Suite("AWQ")
struct AWQTests {
    private static func samples(_ generator: inout SeededGenerator, tokens: Int, columns: Int) -> [Float] {
        let sizes = (0..<columns).map { $0 % 9 == 4 ? Float(8) : 0.5 + Float($0 % 5) / 4 }
        return (0..<tokens * columns).map { roundedToHalf(generator.normal() * sizes[$0 % columns]) }
    }

    private func bitmod(_ bits: Int, _ groupSize: Int) throws -> Scheme {
        try Scheme.named("bitmod-\(bits)b").with(scaleEncoding: .float16).with(groupSize: groupSize)
    }

    @Test func `the published search around BitMoD`() throws {
        let vectors = try MethodVector.named("awq+bitmod")
        #expect(vectors.count >= 2)
        for vector in vectors {
            let (rows, columns) = try vector.shape("weight")
            let quantizer = try AWQQuantizer(
                bitmod(Int(vector.parameter("bits")), Int(vector.parameter("group_size"))),
                search: AWQSearch(
                    groupSize: Int(vector.parameter("group_size")), ratioCount: Int(vector.parameter("n_grid")),
                    sampledTokens: Int(vector.parameter("n_sample_token"))))
            let matrix = try quantizer.quantize(
                vector.input("weight"), rows: rows, columns: columns, calibration: .samples(vector.input("x")))
            #expect(matrix.choice.ratio == vector.expected["best_ratio"]?.first, "\(vector.id) ratio")
            // The oracle multiplies in another order: one unit in the last place of a scale, a few clipped rows.
            expectClose(matrix.choice.scales, try vector.expected("scales"), relative: 0x1p-10, "\(vector.id) scales")
            let maxima = try vector.expected("clip_max")
            let differing = zip(matrix.clippingMaxima, maxima).filter { ($0 / $1 - 1).magnitude > 0.01 }.count
            #expect(differing <= rows / 16, "\(vector.id): \(differing) of \(rows) rows clipped otherwise")
            let expected = try vector.expected("quantized_scaled_weight")
            let found = matrix.tensor.dequantized()
            let rowsEqual = (0..<rows).filter { row in
                (row * columns..<(row + 1) * columns).allSatisfy { found[$0] == expected[$0] }
            }.count
            #expect(rowsEqual >= rows * 15 / 16, "\(vector.id): \(rowsEqual) of \(rows) rows have the same weights")
        }
    }

    @Test(arguments: [3, 4]) func `samples and their second moment give the same losses and choices`(bits: Int) throws {
        for seed in UInt64(1)...3 {
            var generator = SeededGenerator(seed: seed)
            let (rows, columns) = (12, 80)
            let weights = generator.weights(rows * columns).map(roundedToHalf)
            let samples = Self.samples(&generator, tokens: 40, columns: columns)
            let quantizer = try AWQQuantizer(
                bitmod(bits, 32), search: AWQSearch(groupSize: 32, arithmetic: .exact))
            let first = try quantizer.quantize(
                weights, rows: rows, columns: columns, calibration: .samples(samples))
            let second = try quantizer.quantize(
                weights, rows: rows, columns: columns, calibration: .secondMoment(of: samples, columns: columns))
            for (left, right) in zip(first.choice.losses, second.choice.losses) {
                #expect((left / right - 1).magnitude < 1e-9, "seed \(seed)")
            }
            #expect(first.choice.scales == second.choice.scales, "seed \(seed)")
            #expect(first.clippingMaxima == second.clippingMaxima, "seed \(seed)")
            #expect(first.tensor == second.tensor && first.source == .samples && second.source == .secondMoment)
            // The published roundings move the losses by little.
            let published = try AWQQuantizer(bitmod(bits, 32)).quantize(
                weights, rows: rows, columns: columns, calibration: .samples(samples))
            for (left, right) in zip(first.choice.losses, published.choice.losses) {
                #expect((left / right - 1).magnitude < 0.02, "seed \(seed)")
            }
        }
    }

    @Test func `the loss is the mean squared error of the outputs`() throws {
        var generator = SeededGenerator(seed: 81)
        let (rows, columns, tokens) = (5, 24, 16)
        let weights = generator.weights(rows * columns).map(roundedToHalf)
        let samples = Self.samples(&generator, tokens: tokens, columns: columns)
        let quantizer = try AWQQuantizer(
            bitmod(3, 24), search: AWQSearch(groupSize: 24, arithmetic: .exact), clips: false)
        let matrix = try quantizer.quantize(
            weights, rows: rows, columns: columns, calibration: .samples(samples))
        let effective = matrix.tensor.dequantized().enumerated().map { index, weight in
            roundedToHalf(weight / matrix.choice.scales[index % columns])
        }
        var sum = 0.0
        for token in 0..<tokens {
            for row in 0..<rows {
                let error = (0..<columns).reduce(0.0) { total, column in
                    let index = row * columns + column
                    return total
                        + (Double(effective[index]) - Double(weights[index]))
                        * Double(samples[token * columns + column])
                }
                sum += error * error
            }
        }
        let least = try #require(matrix.choice.losses.min())
        #expect((sum / Double(tokens * rows) / least - 1).magnitude < 1e-9)
        // Outlier channels make r = 0 lose.
        #expect(matrix.choice.ratio > 0 && least < matrix.choice.losses[0])
    }

    @Test func `each group's clipping has the least loss of all that are tried`() throws {
        var generator = SeededGenerator(seed: 82)
        let (rows, columns) = (4, 48)
        let weights = generator.weights(rows * columns, outlierEvery: 11).map(roundedToHalf)
        let samples = Self.samples(&generator, tokens: 20, columns: columns)
        let scheme = try bitmod(3, 16)
        let matrix = try AWQQuantizer(scheme, search: AWQSearch(groupSize: 16, arithmetic: .exact)).quantize(
            weights, rows: rows, columns: columns, calibration: .samples(samples))
        let scaled = AWQSearch.scaled(weights, matrix.choice.scales)
        func loss(_ row: Int, _ group: Int, _ limit: Float) throws -> Double {
            let range = row * columns + 16 * group..<row * columns + 16 * group + 16
            let clipped = scaled[range].map { min(max($0, -limit), limit) }
            let found = try Quantizer(scheme, variant: .awq).quantize(clipped, rows: 1, columns: 16).dequantized()
            return (0..<20).reduce(0.0) { sum, token in
                let error = (0..<16).reduce(0.0) { total, index in
                    let column = 16 * group + index
                    return total + (Double(found[index]) - Double(scaled[range.lowerBound + index]))
                        * Double(samples[token * columns + column]) / Double(matrix.choice.scales[column])
                }
                return sum + error * error
            }
        }
        var clipped = 0
        for row in 0..<rows {
            for group in 0..<3 {
                let range = row * columns + 16 * group..<row * columns + 16 * group + 16
                let largest = scaled[range].map(\.magnitude).max() ?? 0
                let chosen = matrix.clippingMaxima[row * 3 + group]
                let found = try loss(row, group, chosen)
                for step in 0..<10 {
                    let other = try loss(row, group, roundedToHalf(largest * Float(1 - Double(step) / 20)))
                    #expect(found <= other * (1 + 1e-9), "row \(row), group \(group), step \(step)")
                }
                if chosen < largest { clipped += 1 }
            }
        }
        #expect(clipped > 0)
    }

    @Test func `without calibration nothing is scaled, and clipping lowers the error of the weights`() throws {
        var generator = SeededGenerator(seed: 83)
        let weights = generator.weights(6 * 70, outlierEvery: 13).map(roundedToHalf)
        let scheme = try bitmod(3, 32)
        let matrix = try AWQQuantizer(scheme).quantize(weights, rows: 6, columns: 70, calibration: nil)
        #expect(matrix.source == .weightsOnly && matrix.choice.scales.allSatisfy { $0 == 1 })
        let plain = try Quantizer(scheme, variant: .awq).quantize(weights, rows: 6, columns: 70)
        func error(_ found: [Float]) -> Double {
            zip(found, weights).reduce(0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
        }
        #expect(error(matrix.effectiveWeights()) < error(plain.dequantized()))
        let unclipped = try AWQQuantizer(scheme, clips: false).quantize(
            weights, rows: 6, columns: 70, calibration: nil)
        #expect(unclipped.tensor == plain && unclipped.clippingMaxima.isEmpty)
    }

    @Test func `any quantiser can be searched around`() throws {
        var generator = SeededGenerator(seed: 84)
        let weights = generator.weights(4 * 32).map(roundedToHalf)
        let samples = Self.samples(&generator, tokens: 12, columns: 32)
        let scheme = try Scheme.named("int3-asym").with(groupSize: 16)
        let choice = try AWQSearch(groupSize: 16).scales(
            weights, rows: 4, columns: 32, calibration: .samples(samples)
        ) { weights, rows, columns throws(QuantizationError) in
            try Quantizer(scheme).quantize(weights, rows: rows, columns: columns).dequantized()
        }
        #expect(choice.losses.count == 20)
        #expect(choice.losses.min() == choice.losses[Int((choice.ratio * 20).rounded())])
    }

    @Test func `channels that are never active do not break the search`() throws {
        var generator = SeededGenerator(seed: 85)
        let weights = generator.weights(2 * 8)
        let samples = [Float](repeating: 0, count: 24)
        let matrix = try AWQQuantizer(bitmod(4, 8)).quantize(
            weights, rows: 2, columns: 8, calibration: .samples(samples))
        // All losses are 0: the first ratio stays.
        #expect(matrix.choice.ratio == 0 && matrix.choice.scales.allSatisfy { $0 == 1 })
        #expect(throws: QuantizationError.nonFiniteWeight(index: 3)) {
            try AWQQuantizer(bitmod(4, 8)).quantize([0, 0, 0, .nan], rows: 1, columns: 4, calibration: nil)
        }
    }
}
