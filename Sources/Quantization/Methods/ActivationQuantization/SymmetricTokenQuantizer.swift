/// Quantises the activations of one token to signed integers with one scale, as integer matrix products need them.
public struct SymmetricTokenQuantizer: Sendable, Hashable {
    /// Whose rule and arithmetic is followed.
    public enum Rule: String, Sendable, Hashable, Codable, CaseIterable {
        /// SmoothQuant: scale = max(max|x|, 10⁻⁵) / (2^(n−1) − 1), code = round(x / scale), all in binary16, ties to even
        /// (`quantize_activation_per_token_absmax` in `smoothquant/fake_quant.py`).
        ///
        /// The published code simulates and does not limit its codes; for tokens whose maximum is below 10⁻³ the rounded
        /// scale is so coarse that codes pass 2^(n−1) − 1. Here they are limited to it, since they must be stored.
        case smoothQuant
        /// BitNet: scale = (2^(n−1) − 1) / max(max|x|, 10⁻⁵), code = round(x · scale) limited to −2^(n−1)…2^(n−1) − 1, in
        /// binary32, ties to even (`gpu/model.py`).
        case bitNet
    }

    /// Bits of a code, 2…8.
    public let bits: Int
    /// Whose rule and arithmetic is followed.
    public let rule: Rule

    /// A quantiser; both papers use 8 bits.
    ///
    /// - Precondition: 2 ≤ `bits` ≤ 8.
    public init(_ rule: Rule, bits: Int = 8) {
        precondition((2...8).contains(bits), "codes of 2 to 8 bits")
        self.rule = rule
        self.bits = bits
    }

    /// Quantises one token [channels]; `smoothQuant` first rounds the activations to binary16.
    ///
    /// - Throws: `ActivationError`.
    public func quantize(_ activations: [Float]) throws(ActivationError) -> SymmetricToken {
        let limit: Float = rule == .smoothQuant ? 65_520 : .infinity
        var maximum: Float = 0
        for (index, value) in activations.enumerated() {
            guard value.magnitude < limit else { throw .unusableActivation(index: index) }
            maximum = max(maximum, value.magnitude)
        }
        var codes = [Int8](repeating: 0, count: activations.count)
        let top = Float((1 << (bits - 1)) - 1)
        let scale: Float
        switch rule {
        case .smoothQuant:
            scale = roundedToHalf(max(roundedToHalf(maximum), roundedToHalf(1e-5)) / top)
            for (index, value) in activations.enumerated() {
                let ratio = roundedToHalf(roundedToSmallHalf(value) / scale).rounded(.toNearestOrEven)
                codes[index] = Int8(min(max(ratio, -top), top))
            }
        case .bitNet:
            scale = top / max(maximum, 1e-5)
            for (index, value) in activations.enumerated() {
                codes[index] = Int8(min(max((value * scale).rounded(.toNearestOrEven), -top - 1), top))
            }
        }
        return SymmetricToken(codes: codes, scale: scale, rule: rule)
    }
}

/// One token in signed integers.
public struct SymmetricToken: Sendable, Hashable {
    /// A code per channel.
    public var codes: [Int8]
    /// The token's scale: what a code is multiplied with (SmoothQuant) or divided by (BitNet) to have the activation.
    public var scale: Float
    /// Whose rule made it.
    public var rule: SymmetricTokenQuantizer.Rule

    /// A token.
    public init(codes: [Int8], scale: Float, rule: SymmetricTokenQuantizer.Rule) {
        self.codes = codes
        self.scale = scale
        self.rule = rule
    }

    /// The activations that the codes stand for [channels], rounded as in the published code.
    public var dequantized: [Float] {
        switch rule {
        case .smoothQuant: codes.map { roundedToHalf(Float($0) * scale) }
        case .bitNet: codes.map { Float($0) / scale }
        }
    }
}
