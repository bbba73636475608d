extension IntegerOperators {
    /// DI-MatMul's accumulators of one token: Σ (x − z) w for each output channel [rows].
    ///
    /// - Precondition: a code for each input channel.
    public static func accumulators(_ token: DyadicToken, _ weights: ILLMMatrix) -> [Int] {
        precondition(token.codes.count == weights.columns, "a code for each input channel")
        return (0..<weights.rows).map { row in
            let start = row * weights.columns
            var sum = 0
            for (column, code) in token.codes.enumerated() {
                sum += (Int(code) - token.zeroPoint) * Int(weights.codes[start + column])
            }
            return sum
        }
    }

    /// The accumulators of output channels that have scales of their own, brought to one scale [rows].
    ///
    /// Each is multiplied with its multiplier and shifted to the largest shift of all, but no further than 12 bits from
    /// the smallest one: beyond, where a channel is 4096 times finer, its lowest bits are cut off toward minus infinity.
    /// The paper's formulas have one weight scale; this is the reconstruction for scales per channel.
    ///
    /// - Precondition: a scale for each accumulator, and accumulators of 32 bits.
    public static func aligned(
        _ accumulators: [Int], scales: [DyadicScale]
    ) -> (accumulators: [Int], scale: DyadicScale) {
        precondition(accumulators.count == scales.count, "a scale for each accumulator")
        precondition(accumulators.allSatisfy { $0.magnitude < 1 << 32 }, "accumulators of 32 bits")
        let smallest = scales.map(\.shift).min() ?? 0
        let shift = min(scales.map(\.shift).max() ?? 0, smallest + 12)
        let values = zip(accumulators, scales).map { accumulator, scale in
            (accumulator * Int(scale.multiplier)) << (shift - scale.shift)
        }
        return (values, DyadicScale(multiplier: 1, shift: shift))
    }

    /// DI-MatMul's requantisation of one token's accumulators to unsigned codes (equations 2 to 8).
    ///
    /// With p_min, p_max over the token and Q = 2^n − 1, as published: code = ⌊(P − p_min) Q / (p_max − p_min)⌋, zero point
    /// ⌊−p_min Q / (p_max − p_min)⌋. Both are rounded by themselves, so that a token may be off by a step as a whole;
    /// ``Rounding/nearest`` has no such error. For the scale (p_max − p_min) s1 s2 / Q the largest shift k with a multiplier of at
    /// most 256, rounded down; 256 is stored as 128 with a shift less. The range is extended to include 0, which
    /// changes nothing where a token has both signs: the zero point is a code then, and a code less it has n + 1 bits.
    ///
    /// - Parameters:
    ///   - inputScale: the scale of the token's codes.
    ///   - weightScale: the scale of the weights, or of what else the accumulators were multiplied with.
    ///   - bits: bits n of the codes, 2…8.
    ///   - rounding: how codes and zero point are rounded.
    /// - Precondition: the range times both multipliers is below 2^62.
    public static func requantized(
        _ accumulators: [Int], inputScale: DyadicScale, weightScale: DyadicScale, bits: Int = 8,
        rounding: Rounding = .published
    ) -> DyadicToken {
        precondition((2...8).contains(bits), "codes of 2 to 8 bits")
        let top = (1 << bits) - 1
        let low = min(accumulators.min() ?? 0, 0)
        let high = max(accumulators.max() ?? 0, 0)
        let range = high - low
        guard range > 0 else {
            return DyadicToken(
                codes: accumulators.map { _ in 0 }, zeroPoint: 0, scale: DyadicScale(multiplier: 128, shift: 7))
        }
        let factor = Int(inputScale.multiplier) * Int(weightScale.multiplier)
        precondition(range < 1 << 62 / max(factor, 1) && range <= Int.max / (top + 1), "a range within 62 bits")
        let codes: [UInt8]
        let zeroPoint: Int
        switch rounding {
        case .published:
            codes = accumulators.map { UInt8(($0 - low) * top / range) }
            zeroPoint = -low * top / range
        case .nearest:
            let zero = nearest(-low * top, range)
            codes = accumulators.map { UInt8(min(nearest($0 * top, range) + zero, top)) }
            zeroPoint = zero
        }
        return DyadicToken(
            codes: codes, zeroPoint: zeroPoint,
            scale: scale(range * factor, over: top, shift: inputScale.shift + weightScale.shift))
    }

    /// How ``requantized(_:inputScale:weightScale:bits:rounding:)`` rounds.
    public enum Rounding: Sendable, Hashable {
        /// Codes and zero point down, each by itself.
        case published
        /// The zero point to nearest, and codes to the nearest from it on, so that 0 stays 0 (ours).
        case nearest
    }

    /// The integer nearest to numerator / denominator, halves away from zero.
    private static func nearest(_ numerator: Int, _ denominator: Int) -> Int {
        (numerator + (numerator < 0 ? -denominator : denominator) / 2) / denominator
    }

    /// The scale numerator / (denominator · 2^shift) with a multiplier of 8 bits, rounded down.
    private static func scale(_ numerator: Int, over denominator: Int, shift: Int) -> DyadicScale {
        // The largest exponent e with numerator · 2^e ≤ 256 · denominator.
        let limit = 256 * denominator
        var exponent = numerator.leadingZeroBitCount - limit.leadingZeroBitCount
        if shifted(numerator, exponent, exceeds: limit) { exponent -= 1 }
        let multiplier = exponent >= 0 ? (numerator << exponent) / denominator : numerator / (denominator << -exponent)
        return multiplier == 256
            ? DyadicScale(multiplier: 128, shift: shift + exponent - 1)
            : DyadicScale(multiplier: UInt8(multiplier), shift: shift + exponent)
    }

    private static func shifted(_ value: Int, _ exponent: Int, exceeds limit: Int) -> Bool {
        exponent >= 0 ? value << exponent > limit : value > limit << -exponent
    }
}
