/// The weight terms of one PE step: four lanes that share a bit significance.
public struct PETerms: Sendable, Hashable {
    /// Signs [4]: 0 or 1.
    public var signs: SIMD4<Int>
    /// Lane exponents [4].
    public var exponents: SIMD4<Int>
    /// One-bit mantissas [4]: 0 or 1.
    public var bits: SIMD4<Int>
    /// The significance shared by the lanes.
    public var significance: Int

    /// Terms from their fields.
    public init(signs: SIMD4<Int>, exponents: SIMD4<Int>, bits: SIMD4<Int>, significance: Int) {
        self.signs = signs
        self.exponents = exponents
        self.bits = bits
        self.significance = significance
    }

    /// The terms of four weights.
    ///
    /// - Precondition: all have the same significance.
    public init(_ first: BitSerialTerm, _ second: BitSerialTerm, _ third: BitSerialTerm, _ fourth: BitSerialTerm) {
        significance = first.significance
        precondition(
            second.significance == significance && third.significance == significance
                && fourth.significance == significance, "the lanes of a step share the significance")
        signs = SIMD4(
            first.isNegative ? 1 : 0, second.isNegative ? 1 : 0, third.isNegative ? 1 : 0, fourth.isNegative ? 1 : 0)
        exponents = SIMD4(first.exponent, second.exponent, third.exponent, fourth.exponent)
        bits = SIMD4(first.bit ? 1 : 0, second.bit ? 1 : 0, third.bit ? 1 : 0, fourth.bit ? 1 : 0)
    }
}
