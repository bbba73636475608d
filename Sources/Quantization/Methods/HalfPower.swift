/// A power in the manner of binary16 tensors: the exponent is rounded to binary16 first, the power is taken exactly enough
/// and rounded to binary32 and then to binary16 (what torch does; 0.85 acts as 0.85009765625).
///
/// - Precondition: `base` is not negative.
func halfPower(_ base: Float, _ exponent: Double) -> Float {
    roundedToHalf(Float(deterministicPower(Double(base), Double(Float16(exponent)))))
}

/// base^exponent from arithmetic operations alone, so that it has the same bits on every system; 0^0 is 1.
///
/// The relative error is below 10⁻¹⁴ for exponents up to 2 and finite bases of binary32.
///
/// - Precondition: `base` is not negative and neither is infinite.
func deterministicPower(_ base: Double, _ exponent: Double) -> Double {
    precondition(base >= 0 && base.isFinite && exponent.isFinite, "a power of a finite number that is not negative")
    if exponent == 0 { return 1 }
    if base == 0 { return exponent > 0 ? 0 : .infinity }
    // log2 of the significand, brought to √½…√2, by the series of the area tangent.
    var significand = base.significand
    var binade = Double(base.exponent)
    if significand * significand > 2 {
        significand /= 2
        binade += 1
    }
    let ratio = (significand - 1) / (significand + 1)
    let square = ratio * ratio
    var series = 0.0
    for term in stride(from: 27, through: 1, by: -2) { series = series * square + 1 / Double(term) }
    let logarithm = 2 * ratio * series * 1.442_695_040_888_963_4
    // The whole parts of the exponents are kept apart, so that they lose nothing.
    let whole = (binade * exponent + logarithm * exponent).rounded(.toNearestOrEven)
    let part = (binade * exponent - whole + logarithm * exponent) * 0.693_147_180_559_945_3
    var power = 1.0
    for term in stride(from: 18, through: 1, by: -1) { power = 1 + power * part / Double(term) }
    if whole > 1100 { return .infinity }
    return whole < -1100 ? 0 : Double(sign: .plus, exponent: Int(whole), significand: power)
}
