/// One value for each of the sixteen rows of a block.
typealias RowFloats = SIMD16<Float>
/// One integer for each of the sixteen rows of a block.
typealias RowIntegers = SIMD16<Int32>

/// The first two stages of a PE step, exponent match and multiply-align-add, for sixteen rows in binary32.
///
/// Magnitudes of activations are scaled by 2^96 and those of terms by 2^−126 (`TermWord`), so that a product
/// v = |a| · |t| is exact (11 bits), never subnormal or infinite, and has the exponent field e + w + `exponentBias` of
/// the PE's lane exponent e + w. Signs are kept apart: magnitudes show their exponents without a mask.
///
/// The PE aligns by shifting magnitudes right to units u = 2^(M − 13), M being the exponent of leading bits, and
/// dropping what falls below. Here a product is truncated by adding a large number C = 1.5 · 2^23 · u, whose unit in
/// the last place is u:
///
///     bits(RN(C ± RN(v − β))) − bits(C) = ± trunc(v / u),    β = (1/2 − 2^−12) u
///
/// RN rounds to nearest. With x = v / u < 2^14 of 11 significant bits: for x < 1/2 the inner difference stays below 1/2
/// in magnitude; for 1/2 ≤ x < 2^12 it is exact and nearer to trunc(x) than to any other integer, because
/// x − trunc(x) is at most 1 − 2^−11; for x ≥ 2^12 it may round to x − 1/2, a tie that goes to x, which is even there.
/// Tests cover all significands and shifts.
enum StepArithmetic {
    /// What binary32 exponent fields of products exceed the PE's exponents by.
    static let exponentBias: Int32 = 82
    /// The exponent field of an activation's scale 2^96, less binary32's bias.
    static let activationScaleExponent: Int32 = 96

    /// The largest of the lanes' powers 2^(e + w), at least 2^(largest e): what the products' exponent fields say.
    ///
    /// The exponent field of the largest magnitude is the largest exponent field.
    @inline(__always)
    static func alignment(
        _ v0: RowFloats, _ v1: RowFloats, _ v2: RowFloats, _ v3: RowFloats, floor: Float
    ) -> RowFloats {
        let left = v0.replacing(with: v1, where: v1 .> v0)
        let right = v2.replacing(with: v3, where: v3 .> v2)
        let both = left.replacing(with: right, where: right .> left)
        let floors = RowFloats(repeating: floor)
        let largest = both.replacing(with: floors, where: floors .> both)
        return RowFloats(bitPattern: bits(largest) & RowBits(repeating: 0x7f80_0000))
    }

    /// The aligned sum of four products in units of 2^(M − 13), 17-bit signed.
    ///
    /// Two lanes are added to C and two subtracted from it, so that in the sum of the bits the four C cancel.
    ///
    /// - Parameters:
    ///   - signs: in bit 31, those of the products.
    ///   - alignment: 2^M in the products' scale.
    @inline(__always)
    static func alignedSum(_ products: LaneFloats, signs: LaneBits, alignment: RowFloats) -> RowIntegers {
        let magic = alignment * RowFloats(repeating: 0x1.8p10)
        let bias = alignment * RowFloats(repeating: 0x1p-14 - 0x1p-25)
        let sum0 = bits(magic + signed(products.0 - bias, signs.0))
        let sum1 = bits(magic + signed(products.1 - bias, signs.1))
        let sum2 = bits(magic - signed(products.2 - bias, signs.2))
        let sum3 = bits(magic - signed(products.3 - bias, signs.3))
        return RowIntegers(bitPattern: (sum0 &- sum2) &+ (sum1 &- sum3))
    }

    @inline(__always)
    private static func signed(_ value: RowFloats, _ sign: RowBits) -> RowFloats {
        RowFloats(bitPattern: bits(value) ^ (sign & RowBits(repeating: 0x8000_0000)))
    }

    @inline(__always)
    static func magnitude(_ value: RowFloats) -> RowFloats {
        RowFloats(bitPattern: bits(value) & RowBits(repeating: 0x7fff_ffff))
    }

    @inline(__always)
    static func bits(_ value: RowFloats) -> RowBits { unsafeBitCast(value, to: RowBits.self) }
}

/// A number for each lane of a step and each row of a block.
typealias LaneFloats = (RowFloats, RowFloats, RowFloats, RowFloats)
/// 32 bits for each lane of a step and each row of a block.
typealias LaneBits = (RowBits, RowBits, RowBits, RowBits)

/// The bits of sixteen binary32 numbers.
typealias RowBits = SIMD16<UInt32>

extension SIMD16<UInt32> {
    /// The bits of these integers.
    @inline(__always)
    init(bitPattern integers: RowIntegers) { self = unsafeBitCast(integers, to: Self.self) }
}

extension SIMD16<Int32> {
    /// The integers of these bits.
    @inline(__always)
    init(bitPattern bits: RowBits) { self = unsafeBitCast(bits, to: Self.self) }
}

extension SIMD16<Float> {
    /// The numbers of these bits.
    @inline(__always)
    init(bitPattern bits: RowBits) { self = unsafeBitCast(bits, to: Self.self) }
}
