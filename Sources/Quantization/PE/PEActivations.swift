/// The activations of one PE step: sign, exponent and significand of four lanes.
///
/// A lane's value is (−1)^sign · significand · 2^(exponent − 25).
public struct PEActivations: Sendable, Hashable {
    /// Signs [4]: 0 or 1.
    public var signs: SIMD4<Int>
    /// Exponents [4]: the binary16 field, 1 for subnormals and zero.
    public var exponents: SIMD4<Int>
    /// Significands [4]: 11 bits, with the hidden bit of normal values.
    public var significands: SIMD4<Int>
    /// Whether a lane holds an infinity or NaN, which the lanes read as values of the binade 2^16.
    public var hasNonFinite: Bool

    /// Four binary16 values, given as their bits.
    ///
    /// Subnormals have exponent 1 and no hidden bit, zero is a subnormal. Infinities and NaN keep their exponent field
    /// of 31 and set `hasNonFinite`.
    public init(bits: SIMD4<UInt16>) {
        let fields = SIMD4<Int>(truncatingIfNeeded: bits)
        let exponentFields = (fields &>> 10) & 0x1f
        let isSubnormal = exponentFields .== 0
        signs = (fields &>> 15) & 1
        exponents = exponentFields.replacing(with: 1, where: isSubnormal)
        significands = ((fields & 0x3ff) | 0x400).replacing(with: fields & 0x3ff, where: isSubnormal)
        hasNonFinite = any(exponentFields .== 31)
    }

    /// Four binary16 values.
    public init(_ values: SIMD4<Float16>) {
        self.init(bits: unsafeBitCast(values, to: SIMD4<UInt16>.self))
    }

    /// Four integers of at most 11 bits, unnormalised at a common exponent of 25 (SmoothQuant's INT8 activations).
    ///
    /// With a common exponent the three guard bits hold every lane exponent 0…3, so that nothing is lost in the
    /// alignment; with an accumulator wide enough the group's sum is exact.
    ///
    /// - Precondition: −2047 ≤ each value ≤ 2047.
    public init(integers: SIMD4<Int>) {
        precondition(all(integers .>= -2047) && all(integers .<= 2047), "integer activations have at most 11 bits")
        let isNegative = integers .< 0
        signs = SIMD4<Int>.zero.replacing(with: 1, where: isNegative)
        exponents = SIMD4(repeating: 25)
        significands = integers.replacing(with: 0 &- integers, where: isNegative)
        hasNonFinite = false
    }
}
