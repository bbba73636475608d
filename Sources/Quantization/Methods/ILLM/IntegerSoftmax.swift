/// DI-ClippedSoftmax of rows of scores, by integers only (I-LLM, section 3.4).
///
/// The row's maximum is subtracted, what lies more than `clip` below it is clipped, the rest takes 8-bit codes of clip / 256
/// each (rounded down), and DI-Exp's results are divided by their sum, rounded down. DI-Exp has 256 possible inputs, whose
/// results are a table. That the quotient has n − 1 fraction bits is a reconstruction, and so are the fraction bits that
/// codes get for DI-Exp: with none, 1 would be 12 steps, and all results below 1/12 be 0.
public struct IntegerSoftmax: Sendable, Hashable {
    /// Bits n of the result, codes of 2^−(n−1).
    public let bits: Int
    /// The span of scores that is kept.
    public let clip: Int
    /// e^−(code · clip / 256) by DI-Exp [256].
    private let exponentials: [Int]

    /// The function with a clip and bits of the result.
    ///
    /// - Parameters:
    ///   - clip: the span that is kept, 1…255; the paper has 15.
    ///   - bits: bits n of the result, 2…16.
    ///   - guardBits: fraction bits that codes get for DI-Exp, 0…16.
    /// - Precondition: all in their ranges.
    public init(clip: Int = 15, bits: Int, guardBits: Int = 16) {
        precondition((1...255).contains(clip), "a clip of 8 bits")
        precondition((2...16).contains(bits) && (0...16).contains(guardBits), "bits of results and guard bits")
        self.bits = bits
        self.clip = clip
        let exponential = IntegerExponential(scale: DyadicScale(multiplier: UInt8(clip), shift: 8 + guardBits))
        exponentials = (0...255).map { exponential(-$0 << guardBits) }
    }

    /// What the codes of a row stand for.
    public var scale: DyadicScale { DyadicScale(multiplier: 1, shift: bits - 1) }

    /// Replaces the scores of one row by the codes of their probabilities.
    ///
    /// - Parameter scale: that of the scores, with a shift of 0…40.
    /// - Precondition: scores of 32 bits, and the scale in its range.
    public func apply(to scores: UnsafeMutableBufferPointer<Int>, scale: DyadicScale) {
        precondition((0...40).contains(scale.shift), "a scale with a shift of 0 to 40")
        var maximum = Int.min
        for score in scores {
            precondition(score.magnitude < 1 << 32, "scores of 32 bits")
            maximum = max(maximum, score)
        }
        let step = clip << scale.shift
        let limit = 255 * step
        var sum = 0
        for index in scores.indices {
            let distance = (maximum - scores[index]) * Int(scale.multiplier) << 8
            let code = distance < limit ? (distance + step - 1) / step : 255
            scores[index] = exponentials[code]
            sum += exponentials[code]
        }
        // The maximum itself has the value 1, so that the sum is positive.
        let one = 1 << (bits - 1)
        for index in scores.indices { scores[index] = scores[index] * one / sum }
    }
}
