import Testing
import _RandomTestSupport

@testable import Quantization

@Suite("Quantisers")
struct QuantizerTests {
    private func groupErrors(_ tensor: QuantizedTensor, _ weights: [Float]) -> [Double] {
        let decoded = tensor.dequantized(.exact)
        let size = tensor.scheme.groupSize
        return stride(from: 0, to: weights.count, by: size).map { start in
            (start..<start + size).reduce(0.0) { sum, index in
                let difference = Double(decoded[index]) - Double(weights[index])
                return sum + difference * difference
            }
        }
    }

    @Test(arguments: [3, 4]) func `BitMoD's error is at most that of its restricted searches`(bits: Int) throws {
        var generator = SeededGenerator(seed: 31)
        let weights = generator.weights(60 * 64, outlierEvery: 97)
        for arithmetic in QuantizationArithmetic.allCases {
            let encoding = arithmetic == .exact ? ScaleEncoding.float32 : .float16
            let errors = try ["", "-er", "-ea"].map { suffix in
                let scheme = try Scheme.named("bitmod-\(bits)b\(suffix)").with(groupSize: 64)
                    .with(scaleEncoding: encoding)
                let tensor = try Quantizer(scheme, arithmetic: arithmetic).quantize(weights, rows: 6, columns: 640)
                return groupErrors(tensor, weights)
            }
            // Reference errors are means of squares rounded to steps of 2^−24, so that an equal mean hides this much.
            let slack = arithmetic == .exact ? 1e-12 : 64 * 0x1p-24
            for group in errors[0].indices {
                #expect(errors[0][group] <= errors[1][group] * (1 + 1e-5) + slack, "seed 31, group \(group), er")
                #expect(errors[0][group] <= errors[2][group] * (1 + 1e-5) + slack, "seed 31, group \(group), ea")
            }
        }
    }

    @Test func `powers of two change only the scales in exact arithmetic`() throws {
        var generator = SeededGenerator(seed: 32)
        let weights = generator.weights(3 * 50)
        for scheme in Scheme.coded where scheme.supportedScaleEncodings.contains(.float32) {
            let scheme = try scheme.with(scaleEncoding: .float32).with(groupSize: 16)
            let quantizer = Quantizer(scheme, arithmetic: .exact)
            let tensor = try quantizer.quantize(weights, rows: 3, columns: 50)
            for exponent in [-20, 3, 30] {
                let factor = Float(sign: .plus, exponent: exponent, significand: 1)
                let scaled = try quantizer.quantize(weights.map { $0 * factor }, rows: 3, columns: 50)
                #expect(scaled.codes == tensor.codes, "\(scheme.name)")
                #expect(scaled.selectors == tensor.selectors, "\(scheme.name)")
                #expect(scaled.zeroPoints == tensor.zeroPoints, "\(scheme.name)")
                #expect(scaled.groupScales == tensor.groupScales.map { $0 * factor }, "\(scheme.name)")
            }
        }
    }

    @Test func `a tail group is quantised like a group of its length`() throws {
        var generator = SeededGenerator(seed: 33)
        let weights = generator.weights(40)
        for scheme in Scheme.coded where scheme.groupScaleBits > 8 || scheme.scaleEncoding == .exponent8 {
            let quantizer = Quantizer(try scheme.with(groupSize: 32))
            let whole = try quantizer.quantize(weights, rows: 1, columns: 40)
            let tail = try quantizer.quantize(Array(weights[32...]), rows: 1, columns: 8)
            #expect(Array(whole.codes[32...]) == tail.codes, "\(scheme.name)")
            #expect(whole.dequantized().suffix(8) == tail.dequantized().suffix(8), "\(scheme.name)")
        }
    }

    @Test func `rows do not influence each other`() throws {
        var generator = SeededGenerator(seed: 34)
        let weights = generator.weights(3 * 64)
        for scheme in Scheme.coded where scheme.storage.tensorBits == 0 {
            let quantizer = Quantizer(scheme)
            let whole = try quantizer.quantize(weights, rows: 3, columns: 64).dequantized()
            let middle = try quantizer.quantize(Array(weights[64..<128]), rows: 1, columns: 64).dequantized()
            #expect(Array(whole[64..<128]) == middle, "\(scheme.name)")
        }
    }

    @Test func `zeros stay zeros in every scheme`() throws {
        let zeros = [Float](repeating: 0, count: 130)
        for scheme in Scheme.coded {
            for arithmetic in QuantizationArithmetic.allCases {
                let tensor = try Quantizer(scheme, arithmetic: arithmetic).quantize(zeros, rows: 1, columns: 130)
                #expect(tensor.dequantized() == zeros, "\(scheme.name) \(arithmetic)")
            }
        }
    }

    @Test func `grid values are reproduced without error`() throws {
        for scheme in Scheme.coded where scheme.supportedScaleEncodings.contains(.float16) && !scheme.hasZeroPoints {
            for format in scheme.formats {
                let weights = format.grid.map { Float($0) / 64 }
                let scheme = try scheme.with(scaleEncoding: .float16)
                let tensor = try Quantizer(scheme).quantize(weights, rows: 1, columns: weights.count)
                #expect(tensor.dequantized() == weights, "\(scheme.name) \(format.name)")
            }
        }
    }

    @Test func `weights that are not finite are refused with their index`() throws {
        for scheme in Scheme.coded {
            for arithmetic in QuantizationArithmetic.allCases {
                let quantizer = Quantizer(scheme, arithmetic: arithmetic)
                for value in [Float.nan, .infinity, -.infinity] {
                    var weights = [Float](repeating: 0.5, count: 300)
                    weights[217] = value
                    #expect(throws: QuantizationError.nonFiniteWeight(index: 217), "\(scheme.name)") {
                        try quantizer.quantize(weights, rows: 2, columns: 150)
                    }
                }
            }
        }
        #expect(
            QuantizationError.nonFiniteWeight(index: 217).description
                == "the weight at index 217 is infinite or NaN")
    }

    @Test func `weights beyond binary16 are refused where the published code computes in it`() throws {
        let weights: [Float] = [1, 2, 70_000, 4]
        #expect(throws: QuantizationError.beyondBinary16(index: 2)) {
            try Quantizer(Scheme.named("bitmod-4b")).quantize(weights, rows: 1, columns: 4)
        }
        #expect(throws: QuantizationError.scaleOverflow(row: 0, encoding: .float16)) {
            let scheme = try Scheme.named("fp4").with(scaleEncoding: .float16)
            _ = try Quantizer(scheme, arithmetic: .exact).quantize([3e6, 1], rows: 1, columns: 2)
        }
        #expect(throws: QuantizationError.emptyMatrix(rows: 0, columns: 4)) {
            try Quantizer(Scheme.named("int4")).quantize([], rows: 0, columns: 4)
        }
        let wide = try Scheme.named("fp4").with(scaleEncoding: .float32)
        #expect(try Quantizer(wide, arithmetic: .exact).quantize(weights, rows: 1, columns: 4).codes.count == 4)
    }

    @Test func `a group whose candidates all miss by a mean square of 1000 is left at zero, as published`() throws {
        let scheme = try Scheme.named("bitmod-4b").with(scaleEncoding: .float16)
        let weights: [Float] = [60_000, 2600, -2400, 7400, -7600, 2500]
        let tensor = try Quantizer(scheme).quantize(weights, rows: 1, columns: 6)
        #expect(tensor.dequantized() == [0, 0, 0, 0, 0, 0])
        let exact = try Quantizer(scheme, arithmetic: .exact).quantize(weights, rows: 1, columns: 6)
        #expect(exact.dequantized()[0] == 60_000)
    }

    @Test func `OCP elements round to even codes and saturate at 6`() throws {
        // The largest value 7 has exponent 2: the shared exponent is 0 and elements are plain E2M1.
        let weights: [Float] = [7, 0.25, 0.75, 1.25, 1.75, 2.5, 3.5, 5, -5.1, -0.26]
        let tensor = try Quantizer(Scheme.named("ocp-mxfp4")).quantize(weights, rows: 1, columns: weights.count)
        #expect(tensor.scaleCodes == [127])
        #expect(tensor.dequantized() == [6, 0, 1, 1, 2, 2, 4, 4, -6, -0.5])
    }

    @Test func `the published OliVe example keeps the left of two outliers`() {
        let ratios = [1.2, -3.4, 0.4, 17, -2.6, 6.8, -31, 22.5, 0.1, -0.6, 90, -5]
        let type = OliveType.int
        let grid = SteppedGrid(normal: type.normal.grid, outliers: type.outlier.grid, unit: 1)
        let search = ClippedScaleSearch(grid: grid, percentages: stride(from: 75, to: 250, by: 2), hasPairs: true)
        var values: [Int?] = ratios.map { grid.nearestByScan($0) }
        #expect(values == [1, -3, 0, 16, -3, 7, -32, 24, 0, -1, 96, -5])
        search.markVictims(&values)
        #expect(values == [1, -3, nil, 16, -3, 7, -32, nil, 0, -1, 96, nil])
    }
}
