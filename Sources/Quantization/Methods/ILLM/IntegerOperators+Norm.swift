extension IntegerOperators {
    /// DI-Norm of one token: (x − mean) / √(variance + ε) as integers of 2^−fractionBits, by integers only.
    ///
    /// The input's scale cancels but for ε. Mean and variance are taken of inputs with 8 more fraction bits, the mean rounded
    /// to nearest and the variance down; the deviation is the bit-by-bit root, and the quotient is rounded down. The fraction
    /// bits are a reconstruction, and ε is ours: without it tokens near zero would come out too large. Gains of the channels
    /// are multiplied in behind it, as weights of ``requantized``.
    ///
    /// - Parameters:
    ///   - values: codes less their zero point [channels], below 2^15.
    ///   - subtractsMean: true for LayerNorm, false for RMSNorm.
    ///   - fractionBits: fraction bits of the result, 0…20.
    ///   - epsilon: ε in units of 2^−16 of the square of an input's step, below 2^62.
    /// - Returns: zeros for a token without deviation.
    /// - Precondition: values, their number (below 2^16), `fractionBits` and `epsilon` in their ranges.
    public static func normalized(
        _ values: [Int], subtractsMean: Bool, fractionBits: Int = 8, epsilon: Int = 0
    ) -> [Int] {
        precondition(values.allSatisfy { $0.magnitude < 1 << 15 }, "a token of 16-bit values")
        precondition(
            values.count <= largestWidth && (0...20).contains(fractionBits), "a width and up to 20 fraction bits")
        precondition((0..<1 << 62).contains(epsilon), "a small number that is not negative")
        guard !values.isEmpty else { return [] }
        let count = values.count
        let mean = subtractsMean ? floorDivide((values.reduce(0, +) << 8) * 2 + count, 2 * count) : 0
        let deviations = values.map { $0 << 8 - mean }
        // Below 2^48 each, so that 64 bits hold the sum of all.
        let squares = deviations.reduce(UInt(0)) { $0 + $1.magnitude * $1.magnitude }
        let deviation = squareRoot(Int(squares / UInt(count)) + epsilon)
        guard deviation > 0 else { return [Int](repeating: 0, count: count) }
        return deviations.map { floorDivide($0 << fractionBits, deviation) }
    }

    /// Channels of a token that the sum of squares of ``normalized`` has room for.
    public static let largestWidth = 1 << 16 - 1
}
