import Testing
import _RandomTestSupport

@testable import Quantization

@Suite("Weights of quantised rows")
struct RowDecoderTests {
    private static let variants = Scheme.coded.flatMap { scheme in
        scheme.supportedScaleEncodings.compactMap { try? scheme.with(scaleEncoding: $0) }
    }

    @Test(arguments: variants) func `the fast form gives the bits of the plain one`(scheme: Scheme) throws {
        for seed in UInt64(1)...6 {
            var generator = SeededGenerator(seed: seed)
            let rows = 1 + Int(generator.next() % 3)
            let columns = 1 + Int(generator.next() % 300)
            let scheme = try scheme.with(groupSize: 1 + Int(generator.next() % 130))
            let tensor = try Quantizer(scheme).quantize(
                generator.weights(rows * columns), rows: rows, columns: columns)
            let decoder = RowDecoder(tensor)
            var weights = [Float](repeating: .nan, count: columns)
            for row in 0..<rows {
                for arithmetic in QuantizationArithmetic.allCases {
                    weights.withUnsafeMutableBufferPointer { decoder.dequantize(row: row, arithmetic, into: $0) }
                    let plain = decoder.dequantized(row: row, arithmetic)
                    #expect(
                        weights.map(\.bitPattern) == plain.map(\.bitPattern),
                        "\(scheme.name), seed \(seed), row \(row), \(arithmetic)")
                }
            }
        }
    }
}
