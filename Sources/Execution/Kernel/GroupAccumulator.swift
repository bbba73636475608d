/// The accumulators of sixteen rows within a group: `PEArithmetic`'s third stage, group accumulate.
///
/// The last normalisation is left pending and merged with the next step's alignment, because two right shifts in a row
/// are one: with E the exponent before it, E + k after it and E′ = max(E + k, M) that of the next step, the last sum is
/// shifted by k + (E′ − (E + k)) = E′ − E. A step then needs two shifts by different amounts per row instead of three.
///
/// Exponents are offset by `StepArithmetic.exponentBias`.
struct GroupAccumulator: GroupSum {
    /// The last sum, before its normalisation.
    private var sum = RowIntegers(repeating: 0)
    /// The exponent of `sum`.
    private var sumExponent = RowIntegers(repeating: StepArithmetic.exponentBias)
    /// The accumulator's exponent: `sumExponent` plus the shift that normalises `sum`.
    private var exponent = RowIntegers(repeating: StepArithmetic.exponentBias)

    @inline(__always)
    init() {}

    /// The signed mantissas, 15 bits.
    @inline(__always)
    private var mantissa: RowIntegers { sum &>> (exponent &- sumExponent) }

    /// Adds terms where shifts are known to stay below the limits at which the PE clears operands.
    ///
    /// - Parameters:
    ///   - term: the dot products times 2^significance.
    ///   - maxExponent: M, offset.
    @inline(__always)
    mutating func add(_ term: RowIntegers, maxExponent: RowIntegers) {
        let common = exponent.replacing(with: maxExponent, where: maxExponent .> exponent)
        let alignedTerm = term &>> (common &- maxExponent)
        sum = (sum &>> (common &- sumExponent)) &+ alignedTerm
        sumExponent = common
        exponent = common &+ normalization
    }

    /// Adds terms whatever the distance of the exponents.
    @inline(__always)
    mutating func addAnyDistance(_ term: RowIntegers, maxExponent: RowIntegers) {
        let zero = RowIntegers(repeating: 0)
        let common = exponent.replacing(with: maxExponent, where: maxExponent .> exponent)
        let fall = common &- maxExponent
        let limit = RowIntegers(repeating: 23)
        let alignedTerm = (term &>> fall).replacing(with: zero, where: fall .>= limit)
        sum = alignedMantissa(to: common) &+ alignedTerm
        sumExponent = common
        exponent = common &+ normalization
    }

    /// Adds terms as the Verilog of 2024 does: terms are not aligned, sum and exponent wrap.
    @inline(__always)
    mutating func addWrapping(_ term: RowIntegers, maxExponent: RowIntegers) {
        let common = exponent.replacing(with: maxExponent, where: maxExponent .> exponent)
        let unused = RowIntegers(repeating: 32 - 23)
        sum = alignedMantissa(to: common) &+ term
        sum = (sum &<< unused) &>> unused
        // The one magnitude that does not fit counts as of no length, and its low bits are zero.
        sum.replace(with: RowIntegers(repeating: 0), where: sum .== RowIntegers(repeating: -1 << 22))
        let normalization = normalization
        let bias = RowIntegers(repeating: StepArithmetic.exponentBias)
        exponent = ((common &+ normalization &- bias) & RowIntegers(repeating: 63)) &+ bias
        sumExponent = exponent &- normalization
    }

    /// The mantissas shifted right to the exponent `common`; 0 for shifts of 14 and more.
    @inline(__always)
    private func alignedMantissa(to common: RowIntegers) -> RowIntegers {
        let rise = common &- exponent
        return (mantissa &>> rise).replacing(
            with: RowIntegers(repeating: 0), where: rise .>= RowIntegers(repeating: 14))
    }

    /// The shift that brings `sum` to 14 bits: what its exponent as a binary32 number, in units of 2^12, exceeds 1 by.
    @inline(__always)
    private var normalization: RowIntegers {
        let field = RowIntegers(bitPattern: StepArithmetic.bits(Self.magnitude(of: sum)) &>> RowBits(repeating: 23))
        let limit = RowIntegers(repeating: 128)
        return field.replacing(with: limit, where: field .< limit) &- limit
    }

    /// The group's sums: mantissa · 2^(exponent − 28), exact.
    @inline(__always)
    var value: RowFloats {
        let field = exponent &+ RowIntegers(repeating: 127 - 28 + 12 - StepArithmetic.exponentBias)
        let power = RowFloats(bitPattern: RowBits(bitPattern: field) &<< RowBits(repeating: 23))
        let mantissa = mantissa
        let sign = RowBits(bitPattern: mantissa) & RowBits(repeating: 0x8000_0000)
        return RowFloats(bitPattern: StepArithmetic.bits(Self.magnitude(of: mantissa)) | sign) * power
    }

    /// Magnitudes below 2^23 as binary32 numbers, in units of 2^12: put below the exponent of 2^11, whose last place is
    /// 2^−12, and 2^11 subtracted.
    ///
    /// Swift's own conversion of sixteen integers is compiled to four of four, with shuffles around them, which made the
    /// kernel nearly three times slower (`kernel-benchmark`).
    @inline(__always)
    private static func magnitude(of value: RowIntegers) -> RowFloats {
        let negated = RowIntegers(repeating: 0) &- value
        let magnitude = value.replacing(with: negated, where: value .< negated)
        let offset = RowIntegers(repeating: 0x4500_0000) | magnitude
        return RowFloats(bitPattern: RowBits(bitPattern: offset)) - RowFloats(repeating: 0x1p11)
    }
}
