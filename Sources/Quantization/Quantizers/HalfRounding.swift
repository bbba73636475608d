/// Rounding to binary16 that stays in binary32, because conversions are a function call each on processors without
/// F16C, and because loops of it vectorise.
///
/// Adding and subtracting 1.5 · 2^(e + 13), for a value of exponent e, rounds at binary16's unit in the last place, to
/// nearest, ties to even; exponents below −14 count as −14, which makes subnormals. Zero comes out positive.
@inline(__always)
func roundedToHalf(_ value: Float) -> Float {
    guard value.magnitude < 65_520 else { return value.isNaN ? value : (value < 0 ? -.infinity : .infinity) }
    return roundedToSmallHalf(value)
}

/// The same without branches, for magnitudes below 65,520; larger finite ones are rounded to 11 bits.
@inline(__always)
func roundedToSmallHalf(_ value: Float) -> Float {
    let power = Float(bitPattern: value.bitPattern & 0x7f80_0000)
    let magic = (power > 0x1p-14 ? power : 0x1p-14) * 0x1.8p13
    return (value + magic) - magic
}
