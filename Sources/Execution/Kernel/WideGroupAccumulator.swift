/// The accumulators of sixteen rows where they are wider than the published 15 bits: the same stage in 64-bit integers.
///
/// `PEArithmetic.withAccumulator(bits:)`, for exact sums of integer activations. Slower than `GroupAccumulator`: twice the
/// bits per row, and a normalisation by comparisons.
struct WideGroupAccumulator {
    /// Eight rows' mantissas or exponents.
    private typealias HalfRows = SIMD8<Int64>

    private struct Half {
        var mantissa = HalfRows(repeating: 0)
        var exponent = HalfRows(repeating: Int64(StepArithmetic.exponentBias))

        @inline(__always)
        mutating func add(_ term: SIMD8<Int32>, maxExponent: SIMD8<Int32>, bits: Int64) {
            let zero = HalfRows(repeating: 0)
            let wideTerm = HalfRows(truncatingIfNeeded: term)
            let largest = HalfRows(truncatingIfNeeded: maxExponent)
            let common = exponent.replacing(with: largest, where: largest .> exponent)
            let rise = common &- exponent
            let fall = common &- largest
            // The limits of `PEArithmetic.accumulated`: term bits less one, accumulator bits less two.
            let alignedTerm = (wideTerm &>> fall).replacing(with: zero, where: fall .> HalfRows(repeating: 22))
            let aligned = (mantissa &>> rise).replacing(with: zero, where: rise .> HalfRows(repeating: bits &- 2))
            let sum = aligned &+ alignedTerm
            let magnitude = sum.replacing(with: zero &- sum, where: sum .< zero)
            var normalization = zero
            var limit = Int64(1) &<< (bits &- 1)
            // A sum is at most one bit longer than the longer operand, and a term has 22 bits and a sign.
            repeat {
                let isLong = magnitude .>= HalfRows(repeating: limit)
                normalization = normalization &+ zero.replacing(with: HalfRows(repeating: 1), where: isLong)
                limit = limit &<< 1
            } while limit <= 1 &<< 23
            mantissa = sum &>> normalization
            exponent = common &+ normalization
        }

        /// Mantissa · 2^(exponent − 28), rounded to binary64 and then to binary32 as in `PlainDotProduct`.
        func value(_ row: Int) -> Float {
            let power = Double(
                sign: .plus, exponent: Int(exponent[row]) - Int(StepArithmetic.exponentBias) - 28, significand: 1)
            return Float(Double(mantissa[row]) * power)
        }
    }

    private var low = Half()
    private var high = Half()
    private let bits: Int64

    /// The start of a group, for accumulators of `bits` bits.
    @inline(__always)
    init(bits: Int) { self.bits = Int64(bits) }
}

extension WideGroupAccumulator: GroupSum {
    /// Adds terms whatever the distance of the exponents.
    @inline(__always)
    mutating func add(_ term: RowIntegers, maxExponent: RowIntegers) {
        low.add(term.lowHalf, maxExponent: maxExponent.lowHalf, bits: bits)
        high.add(term.highHalf, maxExponent: maxExponent.highHalf, bits: bits)
    }

    var value: RowFloats {
        var result = RowFloats(repeating: 0)
        for row in 0..<8 {
            result[row] = low.value(row)
            result[row + 8] = high.value(row)
        }
        return result
    }
}
