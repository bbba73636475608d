/// One value for each of the sixteen rows of a block.
typealias RowFloats = SIMD16<Float>
/// One integer for each of the sixteen rows of a block.
typealias RowIntegers = SIMD16<Int32>

/// The first two stages of a PE step, exponent match and multiply-align-add, for sixteen rows in binary32.
///
/// Activations are scaled by 2^96 and terms by 2^−126 (`TermWord`), so that a product v = a · t is exact (11 bits), never
/// subnormal or infinite, and has the exponent field e + w + `exponentBias` of the PE's lane exponent e + w.
///
/// The PE aligns by shifting magnitudes right to units u = 2^(M − 13), M being the exponent of leading bits, and dropping what falls below. Here a product is
/// truncated by adding a large number C = 1.5 · 2^23 · u, whose unit in the last place is u:
///
///     bits(RN(RN(v − copysign(β, v)) + C)) − bits(C) = trunc(v / u),    β = (1/2 − 2^−12) u
///
/// RN rounds to nearest. With x = |v| / u < 2^14 of 11 significant bits: for x < 1/2 the inner difference stays below 1/2
/// in magnitude; for 1/2 ≤ x < 2^12 it is exact and nearer to trunc(x) than to any other integer, because x − trunc(x) is at most
/// 1 − 2^−11; for x ≥ 2^12 it may round to x − 1/2, a tie that goes to x, which is even there. Tests cover all
/// significands and shifts.
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
        let m0 = RowIntegers(bitPattern: bits(magnitude(v0)))
        let m1 = RowIntegers(bitPattern: bits(magnitude(v1)))
        let m2 = RowIntegers(bitPattern: bits(magnitude(v2)))
        let m3 = RowIntegers(bitPattern: bits(magnitude(v3)))
        let left = m0.replacing(with: m1, where: m1 .> m0)
        let right = m2.replacing(with: m3, where: m3 .> m2)
        let both = left.replacing(with: right, where: right .> left)
        let floors = RowIntegers(repeating: Int32(bitPattern: floor.bitPattern))
        let largest = floors.replacing(with: both, where: both .> floors)
        return RowFloats(bitPattern: RowBits(bitPattern: largest) & RowBits(repeating: 0x7f80_0000))
    }

    /// The aligned sum of four products in units of 2^(M − 13), 17-bit signed, times 2^significance and times 2^8.
    ///
    /// The four C add 2^24 and a multiple of 2^25 to the sum of the bits, which the shift pushes out.
    ///
    /// - Parameters:
    ///   - alignment: 2^M in the products' scale.
    ///   - shift: 8 plus the significance.
    @inline(__always)
    static func alignedSum(
        _ v0: RowFloats, _ v1: RowFloats, _ v2: RowFloats, _ v3: RowFloats, alignment: RowFloats, shift: RowBits
    ) -> RowIntegers {
        let magic = alignment * RowFloats(repeating: 0x1.8p10)
        let bias = bits(alignment * RowFloats(repeating: 0x1p-14 - 0x1p-25))
        let sum =
            (bits(truncated(v0, bias: bias, magic: magic)) &+ bits(truncated(v1, bias: bias, magic: magic)))
            &+ (bits(truncated(v2, bias: bias, magic: magic)) &+ bits(truncated(v3, bias: bias, magic: magic)))
        return RowIntegers(bitPattern: sum &<< shift)
    }

    @inline(__always)
    private static func truncated(_ value: RowFloats, bias: RowBits, magic: RowFloats) -> RowFloats {
        let signedBias = RowFloats(bitPattern: (bits(value) & RowBits(repeating: 0x8000_0000)) | bias)
        return (value - signedBias) + magic
    }

    @inline(__always)
    static func magnitude(_ value: RowFloats) -> RowFloats {
        RowFloats(bitPattern: bits(value) & RowBits(repeating: 0x7fff_ffff))
    }

    @inline(__always)
    static func bits(_ value: RowFloats) -> RowBits { unsafeBitCast(value, to: RowBits.self) }
}

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
