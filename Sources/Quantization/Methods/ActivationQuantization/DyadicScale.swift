/// A scale that integers can apply: multiplier / 2^shift, as I-LLM stores all scales.
///
/// Scales made here have multipliers 128…255, so that the relative step is at most 1/128.
public struct DyadicScale: Sendable, Hashable {
    /// The 8-bit multiplier m.
    public var multiplier: UInt8
    /// The exponent k of the divisor; negative for scales of 256 and more.
    public var shift: Int

    /// A scale of a given multiplier and shift.
    public init(multiplier: UInt8, shift: Int) {
        self.multiplier = multiplier
        self.shift = shift
    }

    /// The scale closest to a positive finite number.
    ///
    /// - Precondition: `value` is positive and finite.
    public init(nearest value: Double) {
        precondition(value > 0 && value.isFinite, "a positive scale")
        let exponent = Int(value.exponent)
        let scaled = (value.significand * 128).rounded(.toNearestOrEven)
        // 256 takes the next power of two.
        multiplier = scaled < 256 ? UInt8(scaled) : 128
        shift = scaled < 256 ? 7 - exponent : 6 - exponent
    }

    /// The scale as a number, exact.
    public var value: Double { Double(sign: .plus, exponent: -shift, significand: Double(multiplier)) }
}
