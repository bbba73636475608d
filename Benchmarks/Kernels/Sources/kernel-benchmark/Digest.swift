import Execution
import Quantization

/// A number that depends on every bit of quantised matrices, decoded weights and products of all schemes: builds for
/// different processors must print the same.
enum Digest {
    static func print() throws {
        var generator = SeededGenerator(seed: 11)
        let (rows, columns, tokens) = (40, 700, 7)
        let weights = (0..<rows * columns).map { _ in generator.heavyTailed() * 0.02 }
        let activations = (0..<tokens * columns).map { _ in Float16(generator.heavyTailed()) }
        var total = Hash()
        for scheme in Scheme.all {
            for arithmetic in QuantizationArithmetic.allCases {
                let tensor = try Quantizer(scheme, arithmetic: arithmetic).quantize(
                    weights, rows: rows, columns: columns)
                for byte in PackedTensor(tensor).bytes { total.add(UInt64(byte)) }
                for weight in tensor.dequantized(arithmetic) { total.add(UInt64(weight.bitPattern)) }
                guard let prepared = PreparedWeights(tensor) else { continue }
                for pe in [PEArithmetic.reference, .rtl2024, .reference.withAccumulator(bits: 32)] {
                    for count in [1, tokens] {
                        let lanes = PreparedActivations(
                            Array(activations[0..<count * columns]), tokens: count, layout: prepared.layout)
                        for value in ExactProduct(pe)?(prepared, lanes) ?? [] {
                            total.add(UInt64(value.isNaN ? Float.nan.bitPattern : value.bitPattern))
                        }
                    }
                }
            }
        }
        Swift.print("## Digest of quantised weights and exact products, all schemes\n\n\(total.text)\n")
    }

    /// FNV-1a over words of 64 bits.
    private struct Hash {
        private var state: UInt64 = 0xcbf2_9ce4_8422_2325

        mutating func add(_ word: UInt64) { state = (state ^ word) &* 0x100_0000_01b3 }

        var text: String { String(state, radix: 16) }
    }
}
