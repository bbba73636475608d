/// Powers and exponentials from arithmetic operations alone, without branches, so that loops of them vectorise and have the
/// same bits on every processor. Relative errors are below 10⁻¹⁰: `deterministicPower` is more exact, and slower.
enum FastPower {
    /// base^exponent.
    ///
    /// - Precondition: `base` is 0 or a normal number that is positive, `exponent` is positive, and the power is a normal
    ///   number.
    @inline(__always)
    static func power(_ base: Double, _ exponent: Double) -> Double {
        let power = exponential2(logarithm2(base) * exponent)
        return base > 0 ? power : 0
    }

    /// e^value; below e^−708 that.
    @inline(__always)
    static func exponential(_ value: Double) -> Double {
        exponential2((value > -708 ? value : -708) * 1.442_695_040_888_963_4)
    }

    /// The natural logarithm of a normal number that is positive.
    @inline(__always)
    static func logarithm(_ value: Double) -> Double { logarithm2(value) * 0.693_147_180_559_945_3 }

    /// The significand is brought to √½…√2; then the series of the area tangent.
    @inline(__always)
    private static func logarithm2(_ value: Double) -> Double {
        let half: UInt64 = 0x3fe6_a09e_667f_3bcd
        let shifted = value.bitPattern &- half &+ (1023 << 52)
        let biased = shifted >> 52
        let significand = Double(bitPattern: value.bitPattern &- (biased << 52) &+ (1023 << 52))
        // An integer below 2^52 in the significand of 2^52 and more.
        let binade = Double(bitPattern: biased | 0x4330_0000_0000_0000) - (0x1p52 + 1023)
        let ratio = (significand - 1) / (significand + 1)
        let square = ratio * ratio
        var series = 1.0 / 15
        series = series * square + 1.0 / 13
        series = series * square + 1.0 / 11
        series = series * square + 1.0 / 9
        series = series * square + 1.0 / 7
        series = series * square + 1.0 / 5
        series = series * square + 1.0 / 3
        series = series * square + 1
        return binade + ratio * series * 2.885_390_081_777_926_8
    }

    /// The whole part goes into the exponent; the rest, −½…½, through the exponential's series.
    @inline(__always)
    private static func exponential2(_ value: Double) -> Double {
        let magic = 0x1.8p52
        let rounded = value + magic
        let part = (value - (rounded - magic)) * 0.693_147_180_559_945_3
        var series = 1.0 / 39_916_800
        series = series * part + 1.0 / 3_628_800
        series = series * part + 1.0 / 362_880
        series = series * part + 1.0 / 40_320
        series = series * part + 1.0 / 5_040
        series = series * part + 1.0 / 720
        series = series * part + 1.0 / 120
        series = series * part + 1.0 / 24
        series = series * part + 1.0 / 6
        series = series * part + 0.5
        series = series * part + 1
        series = series * part + 1
        return Double(bitPattern: series.bitPattern &+ (rounded.bitPattern << 52))
    }
}
