/// Rounding of sixteen sums to binary16 that stays in binary32, as `OutputPrecision.float16` rounds one.
enum HalfPrecision {
    /// Rounds in place.
    @inline(never)
    static func round(_ value: inout RowFloats) { value = rounded(value) }

    /// To nearest, ties to even; 65,520 and more in magnitude become infinite, zero comes out positive, NaN stays.
    ///
    /// Adding and subtracting 1.5 · 2^(e + 13), for a value of exponent e ≥ −14, rounds at binary16's unit in the last place.
    static func rounded(_ value: RowFloats) -> RowFloats {
        let bits = StepArithmetic.bits(value)
        let power = RowFloats(bitPattern: bits & RowBits(repeating: 0x7f80_0000))
        let smallest = RowFloats(repeating: 0x1p-14)
        let magic = power.replacing(with: smallest, where: power .< smallest) * RowFloats(repeating: 0x1.8p13)
        let finite = (value + magic) - magic
        let infinite = RowFloats(bitPattern: (bits & RowBits(repeating: 0x8000_0000)) | RowBits(repeating: 0x7f80_0000))
        let magnitude = StepArithmetic.magnitude(value)
        let rounded = finite.replacing(with: infinite, where: magnitude .>= RowFloats(repeating: 65_520))
        return rounded.replacing(with: value, where: value .!= value)
    }
}
