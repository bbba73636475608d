import Foundation
import Testing
import _RandomTestSupport

@testable import Quantization

@Suite("SmoothQuant")
struct SmoothQuantTests {
    private func group(_ vector: MethodVector, _ quantizer: SmoothQuantQuantizer) throws -> SmoothQuantGroup {
        try quantizer.quantize(
            [vector.input("weight")], columns: vector.shape("weight").columns,
            activationMaxima: vector.input("act_abs_max"))
    }

    private func tokens(_ vector: MethodVector, _ group: SmoothQuantGroup) throws -> [[Float]] {
        let columns = try vector.shape("x").columns
        let values = try vector.input("x")
        return stride(from: 0, to: values.count, by: columns).map {
            group.smoothed(token: Array(values[$0..<$0 + columns]))
        }
    }

    @Test func `factors, weights and tokens of the published code, bit for bit`() throws {
        let vectors = try MethodVector.named("smoothquant")
        #expect(vectors.count >= 2)
        for vector in vectors {
            let group = try group(vector, SmoothQuantQuantizer(alpha: vector.parameter("alpha")))
            let smoothed = try SmoothQuantQuantizer.smoothed(vector.input("weight"), group.factors)
            expectEqual(group.factors, try vector.expected("smooth_scale"), "\(vector.id) factors")
            expectEqual(smoothed, try vector.expected("smoothed_weight"), "\(vector.id) smoothed")
            expectEqual(group.dequantized(0), try vector.expected("weight_dequant"), "\(vector.id) weights")
            expectEqual(group.tensors[0].rowScales, try vector.expected("weight_scale"), "\(vector.id) scales")
            let codes = (0..<group.tensors[0].rows).flatMap { group.tensors[0].gridValues(row: $0).map(Float.init) }
            expectEqual(codes, try vector.expected("weight_code"), "\(vector.id) codes")
            expectEqual(try tokens(vector, group).flatMap { $0 }, try vector.expected("smoothed_x"), "\(vector.id) x")
        }
    }

    @Test func `the combination with BitMoD, bit for bit`() throws {
        let vectors = try MethodVector.named("smoothquant+bitmod")
        #expect(vectors.count >= 2)
        for vector in vectors {
            let scheme = try Scheme.named("bitmod-\(Int(vector.parameter("bits")))b").with(scaleEncoding: .float16)
                .with(groupSize: Int(vector.parameter("group_size")))
            let group = try group(
                vector, SmoothQuantQuantizer(alpha: vector.parameter("alpha"), scheme: scheme))
            expectEqual(group.dequantized(0), try vector.expected("weight_dequant"), "\(vector.id) weights")
            expectEqual(
                group.tensors[0].selectors.map(Float.init), try vector.expected("selector"), "\(vector.id) selectors")
            let tokens = try tokens(vector, group).map { try SymmetricTokenQuantizer(.smoothQuant).quantize($0) }
            expectEqual(tokens.flatMap(\.dequantized), try vector.expected("x_dequant"), "\(vector.id) tokens")
        }
    }

    @Test func `the worked example`() throws {
        let weights: [Float] = [0.5, -0.02, 0.1, 0.3, -0.25, 0.04, 0.2, -0.1]
        let group = try SmoothQuantQuantizer().quantize(
            [weights], columns: 4, activationMaxima: [1, 40, 4, 0.5])
        expectClose(group.factors, [1.41406, 31.6094, 4.47266, 1.29102], relative: 1e-5, "factors")
        expectClose(group.tensors[0].rowScales, [0.00556564, 0.00995636], relative: 1e-5, "scales")
        #expect(group.tensors[0].gridValues(row: 0) == [127, -114, 80, 70])
        #expect(group.tensors[0].gridValues(row: 1) == [-36, 127, 90, -13])
        let token = try SymmetricTokenQuantizer(.smoothQuant).quantize(group.smoothed(token: [0.8, -35, 3, 0.25]))
        let weightsBack = group.dequantized(0)
        let outputs = (0..<2).map { row in
            zip(weightsBack[4 * row..<4 * row + 4], token.dequantized).reduce(Float(0)) { $0 + $1.0 * $1.1 }
        }
        expectClose(outputs, [1.47697, -1.02694], relative: 1e-5, "outputs")
    }

    @Test func `matrices that share an input have the same factors, from the largest weight of all`() throws {
        var generator = SeededGenerator(seed: 71)
        let (first, second) = (generator.weights(5 * 24), generator.weights(3 * 24))
        let maxima = (0..<24).map { _ in generator.normal().magnitude * 10 }
        let quantizer = try SmoothQuantQuantizer(alpha: 0.7)
        let stacked = try quantizer.quantize([first + second], columns: 24, activationMaxima: maxima)
        let apart = try quantizer.quantize([first, second], columns: 24, activationMaxima: maxima)
        #expect(apart.factors == stacked.factors)
        #expect(apart.dequantized(0) + apart.dequantized(1) == stacked.dequantized(0))
        #expect(apart.smoothing == .calibrated)
    }

    @Test func `smoothing levels the channels and keeps the product`() throws {
        // At α = 1/2 the largest activation and weight of a channel become equal.
        var generator = SeededGenerator(seed: 72)
        let weights = generator.weights(16 * 40)
        let maxima = (0..<40).map { _ in generator.normal().magnitude * 30 + 0.1 }
        let group = try SmoothQuantQuantizer().quantize([weights], columns: 40, activationMaxima: maxima)
        let smoothed = try SmoothQuantQuantizer.smoothed(weights, group.factors)
        for column in 0..<40 {
            let largest = (0..<16).map { smoothed[$0 * 40 + column].magnitude }.max() ?? 0
            #expect((largest / (maxima[column] / group.factors[column]) - 1).magnitude < 0.01, "column \(column)")
        }
        // 8 bits of the largest weight of a row: half a step, and binary16 roundings.
        for row in 0..<16 {
            let scale = group.tensors[0].rowScales[row]
            for (found, value) in zip(
                group.dequantized(0)[row * 40..<(row + 1) * 40], smoothed[row * 40..<(row + 1) * 40])
            {
                #expect((found - value).magnitude <= scale * 0.57, "row \(row)")
            }
        }
    }

    @Test func `without statistics nothing is smoothed, and it is named so`() throws {
        var generator = SeededGenerator(seed: 73)
        let weights = generator.weights(4 * 33)
        let group = try SmoothQuantQuantizer().quantize([weights], columns: 33, activationMaxima: nil)
        #expect(group.smoothing == .none)
        #expect(group.factors.allSatisfy { $0 == 1 })
        let plain = try Quantizer(Scheme.named("int8").with(scaleEncoding: .rowFloat16)).quantize(
            weights, rows: 4, columns: 33)
        #expect(group.tensors == [plain])
    }

    @Test func `storage is 8 bits and a binary16 scale per row`() throws {
        let scheme = try Scheme.named("int8").with(scaleEncoding: .rowFloat16)
        try expectStorage("smoothquant", parts: ["codes": "codes", "scale_f16": "scales"]) { rows, columns in
            let storage = scheme.storage
            #expect(storage.bits(rows: rows, columns: columns) == rows * (8 * columns + 16))
            return [
                StoredPart("codes", bits: 8 * rows * columns), StoredPart("scales", bits: rows * storage.rowBits),
            ]
        }
    }

    @Test func `exact arithmetic has the nearest codes and refuses scales beyond binary16`() throws {
        let scheme = try Scheme.named("int8").with(scaleEncoding: .rowFloat16)
        let quantizer = Quantizer(scheme, arithmetic: .exact)
        let tensor = try quantizer.quantize([127, -63.5, 0.5, 1.5, 0, 0, 0, 0], rows: 2, columns: 4)
        #expect(tensor.gridValues(row: 0) == [127, -64, 0, 2])
        #expect(tensor.rowScales == [1, 0])
        #expect(throws: QuantizationError.scaleOverflow(row: 0, encoding: .rowFloat16)) {
            try quantizer.quantize([1e8], rows: 1, columns: 1)
        }
    }

    @Test func `weights beyond binary16 and empty matrices are refused`() throws {
        let quantizer = try SmoothQuantQuantizer()
        #expect(throws: QuantizationError.nonFiniteWeight(index: 1)) {
            try quantizer.quantize([[0, .nan]], columns: 2, activationMaxima: [1, 1])
        }
        #expect(throws: QuantizationError.beyondBinary16(index: 0)) {
            try SmoothQuantQuantizer(alpha: 1).quantize([[60_000, 1]], columns: 2, activationMaxima: [6e4, 1])
        }
        #expect(throws: QuantizationError.emptyMatrix(rows: 0, columns: 2)) {
            try quantizer.quantize([[]], columns: 2, activationMaxima: [1, 1])
        }
    }

    @Test func `powers from arithmetic agree with the system's`() {
        var generator = SeededGenerator(seed: 74)
        for _ in 0..<5000 {
            let base =
                Double(generator.normal().magnitude)
                * Double(sign: .plus, exponent: generator.integer(-30...30), significand: 1)
            let exponent = Double(generator.integer(-200...200)) / 100
            guard base > 0 else { continue }
            let expected = Foundation.pow(base, exponent)
            #expect((deterministicPower(base, exponent) / expected - 1).magnitude < 1e-14, "\(base)^\(exponent)")
        }
        #expect(deterministicPower(0, 0) == 1 && deterministicPower(0, 0.5) == 0 && deterministicPower(1, 0.3) == 1)
        #expect(deterministicPower(4, 0.5) == 2 && deterministicPower(8, 2) == 64)
    }
}
