extension IntegerOperators {
    /// DI-Norm of one token: (x − mean) / deviation as integers of 2^−fractionBits, by integers only.
    ///
    /// The input's scale cancels. Mean and variance are taken of inputs with 8 more fraction bits, the mean rounded to
    /// nearest and the variance down; the deviation is the bit-by-bit root, and the quotient is rounded down. The fraction
    /// bits are a reconstruction. Gains of the channels are multiplied in behind it, as weights of ``requantized``.
    ///
    /// - Parameters:
    ///   - values: codes less their zero point [channels], below 2^15.
    ///   - subtractsMean: true for LayerNorm, false for RMSNorm.
    ///   - fractionBits: fraction bits of the result, 0…20.
    /// - Returns: zeros for a token without deviation.
    /// - Precondition: values, their number (at most 2^14) and `fractionBits` in their ranges.
    public static func normalized(_ values: [Int], subtractsMean: Bool, fractionBits: Int = 8) -> [Int] {
        precondition(
            values.allSatisfy { $0.magnitude < 1 << 15 } && values.count <= 1 << 14, "a token of 16-bit values")
        precondition((0...20).contains(fractionBits), "up to 20 fraction bits")
        guard !values.isEmpty else { return [] }
        let count = values.count
        let mean = subtractsMean ? floorDivide((values.reduce(0, +) << 8) * 2 + count, 2 * count) : 0
        let deviations = values.map { $0 << 8 - mean }
        let variance = deviations.reduce(0) { $0 + $1 * $1 / count }
        let deviation = squareRoot(variance)
        guard deviation > 0 else { return [Int](repeating: 0, count: count) }
        return deviations.map { floorDivide($0 << fractionBits, deviation) }
    }
}
