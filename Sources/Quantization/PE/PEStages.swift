/// Everything a PE step puts out, stage by stage, as the columns of an RTL trace.
public struct PEStages: Sendable, Hashable {
    /// Exponent match: the largest of the four lane exponents.
    public var maxExponent: Int
    /// Exponent match: each lane's distance from it [4].
    public var shifts: SIMD4<Int>
    /// The sign of each product [4]: 0 or 1.
    public var signs: SIMD4<Int>
    /// Multiply-align-add: the sum of the aligned products, 17-bit signed.
    public var dot: Int
    /// Group accumulate: the accumulator after the step.
    public var accumulator: PEAccumulator
}
