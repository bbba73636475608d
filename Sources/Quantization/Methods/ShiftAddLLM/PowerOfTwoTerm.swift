/// One of the powers of two of which ShiftAddLLM makes a scale: a sign and an exponent in a byte.
///
/// The highest bit is the sign, the others the exponent plus 96, from 1 on: 2^−95…2^31. The byte 0 is no term. The packed
/// kernel of the published code keeps 8-bit shifts without signs, which changes scales of several terms; the sign costs
/// nothing here, because no weights need shifts beyond these.
public struct PowerOfTwoTerm: Sendable, Hashable {
    /// The stored byte.
    public let byte: UInt8

    /// No term, or the term of a stored byte; sign alone, which is never stored, is no term.
    public init(byte: UInt8 = 0) { self.byte = byte & 0x7f == 0 ? 0 : byte }

    /// The largest exponent.
    static let maximumExponent = 31
    private static let bias = 96

    /// The power of two nearest to a number in the exponent, 2^round(log2|x|) with the number's sign; no term for 0 and
    /// for less than 2^−95.
    ///
    /// No number of finite digits lies half-way between two exponents, because √2 is none.
    ///
    /// - Precondition: the exponent is at most 31.
    init(nearest value: Float) {
        guard value != 0, let exponent = Self.exponent(nearest: value), exponent > -Self.bias else {
            byte = 0
            return
        }
        precondition(exponent <= Self.maximumExponent, "scales below 2^32")
        byte = UInt8(exponent + Self.bias) | (value < 0 ? 0x80 : 0)
    }

    /// round(log2|x|), or `nil` for 0.
    static func exponent(nearest value: Float) -> Int? {
        guard value != 0, value.isFinite else { return nil }
        let significand = Double(value.magnitude.significand)
        return Int(value.exponent) + (significand * significand > 2 ? 1 : 0)
    }

    /// The number.
    public var value: Float {
        guard byte != 0 else { return 0 }
        let magnitude = Float(sign: .plus, exponent: Int(byte & 0x7f) - Self.bias, significand: 1)
        return byte & 0x80 == 0 ? magnitude : -magnitude
    }

    /// Terms whose sum approximates a number: the nearest power of two, then that of what remains, and so on.
    static func sum(of value: Float, terms count: Int) -> [PowerOfTwoTerm] {
        var rest = value
        var sum: Float = 0
        return (0..<count).map { _ in
            let term = PowerOfTwoTerm(nearest: rest)
            sum += term.value
            rest = value - sum
            return term
        }
    }
}
