/// One activation as the PE's lane reads it, in the kernel's scale.
struct ActivationLane {
    /// The lane's value times 2^96; infinities and NaN as values of the binade 2^16.
    var scaled: Float
    /// The lane's exponent: the binary16 field, 1 for subnormals and zero; 25 for integers.
    var exponent: Int32
    /// Whether the significand's leading bit is set.
    var isNormalized: Bool
    /// Whether it is an infinity or NaN.
    var isNonFinite = false
    /// The value that the group-sum unit adds.
    var value: Float

    /// The lane of a binary16 number, decoded without conversions, which are function calls on processors without F16C.
    init(bits: UInt16) {
        let field = UInt32(bits >> 10) & 0x1f
        let fraction = UInt32(bits) & 0x3ff
        let sign = UInt32(bits & 0x8000) << 16
        if field == 0 {
            value = Float(bitPattern: sign | (Float(fraction) * 0x1p-24).bitPattern)
            scaled = value * 0x1p96
            exponent = 1
            isNormalized = false
        } else {
            let magnitude = (field + 112) << 23 | fraction << 13
            isNonFinite = field == 31
            value = Float(bitPattern: sign | (isNonFinite ? 0x7f80_0000 | fraction << 13 : magnitude))
            scaled = Float(bitPattern: sign | magnitude) * 0x1p96
            exponent = Int32(field)
            isNormalized = true
        }
    }

    /// The lane of an integer.
    init(integer: Int) {
        precondition((-2047...2047).contains(integer), "integer activations have at most 11 bits")
        value = Float(integer)
        scaled = value * 0x1p96
        exponent = 25
        isNormalized = false
    }

    /// The zero that fills a group's last quad: of the same kind.
    var padding: ActivationLane { !isNormalized && exponent == 25 ? Self(integer: 0) : Self(bits: 0) }

    /// 2^exponent in a scale in which its product with a term has the exponent field of a product.
    var power: Float { Float(bitPattern: UInt32(exponent + 112 + StepArithmetic.activationScaleExponent) << 23) }
}
