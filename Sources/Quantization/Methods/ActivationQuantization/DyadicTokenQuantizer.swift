/// Quantises the activations of one token to unsigned integers with a zero point and a dyadic scale, as I-LLM's integer
/// operators expect their first input (Hu et al., arXiv 2405.17849, section 3.2).
///
/// With Q = 2^n − 1: scale (max − min) / Q as the nearest m / 2^k, zero point z = round(−min / scale), code =
/// clamp(round(x / scale) + z, 0, Q); ties to even, in binary64. The paper shows the requantisation of accumulators
/// (``IntegerOperators/requantized(_:inputScale:weightScale:bits:)``) but no code is public; the entry from real numbers is
/// a reconstruction with the usual rounding. The range is extended to include zero, so that a code less the zero point has
/// n + 1 bits, which the PEs can take; for tokens of both signs that is the paper's formula.
public struct DyadicTokenQuantizer: Sendable, Hashable {
    /// Bits of a code, 2…8.
    public let bits: Int

    /// A quantiser; the paper uses 4, 6 and 8 bits.
    ///
    /// - Precondition: 2 ≤ `bits` ≤ 8.
    public init(bits: Int) {
        precondition((2...8).contains(bits), "codes of 2 to 8 bits")
        self.bits = bits
    }

    /// Quantises one token [channels].
    ///
    /// - Throws: `ActivationError`.
    public func quantize(_ activations: [Float]) throws(ActivationError) -> DyadicToken {
        var low = 0.0
        var high = 0.0
        for (index, value) in activations.enumerated() {
            guard value.isFinite else { throw .unusableActivation(index: index) }
            low = min(low, Double(value))
            high = max(high, Double(value))
        }
        guard high > low else {
            return DyadicToken(
                codes: activations.map { _ in 0 }, zeroPoint: 0, scale: DyadicScale(multiplier: 128, shift: 7))
        }
        let top = Double((1 << bits) - 1)
        let scale = DyadicScale(nearest: (high - low) / top)
        let zeroPoint = (-low / scale.value).rounded(.toNearestOrEven)
        let codes = activations.map { value in
            let code = (Double(value) / scale.value).rounded(.toNearestOrEven) + zeroPoint
            return UInt8(min(max(code, 0), top))
        }
        return DyadicToken(codes: codes, zeroPoint: Int(zeroPoint), scale: scale)
    }
}

/// One token in unsigned integers: an activation is (code − zero point) · scale.
public struct DyadicToken: Sendable, Hashable {
    /// A code per channel.
    public var codes: [UInt8]
    /// The code of zero, 0…2^n: the scale's rounding may put it one above the largest code.
    public var zeroPoint: Int
    /// The token's scale.
    public var scale: DyadicScale

    /// A token.
    public init(codes: [UInt8], zeroPoint: Int, scale: DyadicScale) {
        self.codes = codes
        self.zeroPoint = zeroPoint
        self.scale = scale
    }

    /// The activations that the codes stand for [channels].
    public var dequantized: [Float] { codes.map { Float(Double(Int($0) - zeroPoint) * scale.value) } }
}
