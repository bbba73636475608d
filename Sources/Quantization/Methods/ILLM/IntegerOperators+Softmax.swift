extension IntegerOperators {
    /// DI-ClippedSoftmax of one row of scores: codes of 2^−(n−1), by integers only.
    ///
    /// The row's maximum is subtracted, what lies more than `clip` below it is clipped, the rest takes 8-bit codes of
    /// clip / 256 each (rounded down), and DI-Exp's results are divided by their sum, rounded down. That the quotient has
    /// n − 1 fraction bits is a reconstruction.
    ///
    /// - Parameters:
    ///   - scores: the scores as integers.
    ///   - scale: their scale, with a shift of 0…40.
    ///   - clip: the span that is kept, 1…255; the paper has 15.
    ///   - bits: bits n of the result.
    /// - Precondition: scores of 32 bits; `scale`, `clip` and `bits` (2…16) in their ranges.
    public static func clippedSoftmax(
        _ scores: [Int], scale: DyadicScale, clip: Int = 15, bits: Int = 8
    ) -> (codes: [Int], scale: DyadicScale) {
        precondition((0...40).contains(scale.shift) && (1...255).contains(clip), "a scale and a clip of 8 bits")
        precondition((2...16).contains(bits) && scores.allSatisfy { $0.magnitude < 1 << 32 }, "scores of 32 bits")
        let maximum = scores.max() ?? 0
        let exponential = IntegerExponential(scale: DyadicScale(multiplier: UInt8(clip), shift: 8))
        let values = scores.map { score in
            let code = floorDivide((score - maximum) * Int(scale.multiplier) << 8, clip << scale.shift)
            return exponential(max(code, -255))
        }
        let sum = values.reduce(0, +)
        let one = 1 << (bits - 1)
        // The maximum itself has the value 1, so that the sum is positive.
        return (values.map { $0 * one / sum }, DyadicScale(multiplier: 1, shift: bits - 1))
    }
}
