/// DI-Exp: e^x for x ≤ 0 by shifts (I-LLM, Algorithm 1).
///
/// With m' = m + ⌊m / 2⌋ − ⌊m / 16⌋ (log2 e ≈ 1.4375) and T = round(2^k / m'), the steps in which the result
/// halves: x = −(q T + r), and the result is (T − ⌈r / 2⌉) >> q in units of 1 / T. The line between halvings errs by up to
/// 6.2 %, the constant by 0.4 % for each unit of x; for scales so coarse that T is small, rounding adds to it.
public struct IntegerExponential: Sendable, Hashable {
    /// The result for x = 0, which stands for 1: T, at least 1.
    public let one: Int

    /// The function for inputs of a scale.
    ///
    /// - Precondition: 0 ≤ shift ≤ 56 and the multiplier is not 0.
    public init(scale: DyadicScale) {
        precondition((0...56).contains(scale.shift) && scale.multiplier > 0, "a scale of at most 255")
        let multiplier = Int(scale.multiplier)
        let perHalving = multiplier + multiplier >> 1 - multiplier >> 4
        one = max(((1 << scale.shift) + perHalving / 2) / perHalving, 1)
    }

    /// e^x in units of 1 / ``one``.
    ///
    /// - Precondition: `value` ≤ 0.
    public func callAsFunction(_ value: Int) -> Int {
        precondition(value <= 0, "exponents that are not positive")
        let halvings = -value / one
        let rest = value + halvings * one
        return (rest >> 1 + one) >> halvings
    }
}
