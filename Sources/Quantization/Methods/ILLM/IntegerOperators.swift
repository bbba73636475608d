/// The integer-only operators of I-LLM as pure functions on integers (Hu et al., arXiv 2405.17849).
///
/// No code of the authors is public. The formulas are those of the paper as far as they are known to us, and where a
/// rounding is a reconstruction its function says so. Tokens are unsigned codes with a zero point and a dyadic scale.
public enum IntegerOperators {
    /// ⌊numerator / denominator⌋, toward minus infinity.
    ///
    /// - Precondition: `denominator` is positive.
    static func floorDivide(_ numerator: Int, _ denominator: Int) -> Int {
        precondition(denominator > 0, "a positive divisor")
        let quotient = numerator / denominator
        return numerator % denominator < 0 ? quotient - 1 : quotient
    }

    /// ⌊√value⌋ bit by bit, as DI-Norm takes it (Algorithm 4): each step tries the next lower bit of the root.
    ///
    /// - Precondition: `value` is not negative.
    public static func squareRoot(_ value: Int) -> Int {
        precondition(value >= 0, "a root of a number that is not negative")
        guard value > 0 else { return 0 }
        var rest = value
        var root = 0
        var bit = 1 << ((Int.bitWidth - 1 - value.leadingZeroBitCount) & ~1)
        while bit > 0 {
            if rest >= root + bit {
                rest -= root + bit
                root = root >> 1 + bit
            } else {
                root >>= 1
            }
            bit >>= 2
        }
        return root
    }
}
