/// One of OliVe's two kinds of tensors: what normal and outlier codes mean (Guo et al., ISCA 2023, section 3).
///
/// Two neighbouring weights form a pair. In a pair with an outlier one code is `victimCode`, read as zero, and the other
/// is an adaptive-biased float: sign and an index into outlier magnitudes.
public enum OliveType: Int, Sendable, Hashable, Codable, CaseIterable {
    /// Integers −7…7; outliers 12…96.
    case int
    /// Flint up to 16; outliers 24…192.
    case flint

    /// The name in the published code.
    public var name: String { self == .int ? "int" : "flint" }

    /// The code that marks a victim: −8 in two's complement, negative zero in flint, both free in normal weights.
    public static let victimCode: UInt8 = 0b1000

    /// The normal values; the victim's code decodes to zero and is never chosen for a normal value.
    public var normal: NumberFormat {
        switch self {
        case .int:
            NumberFormat(
                "olive-int4", bits: 4, codeValues: [0, 1, 2, 3, 4, 5, 6, 7, 0, -7, -6, -5, -4, -3, -2, -1],
                reserved: [Int(Self.victimCode)], significantBits: 4, termRule: .booth(bits: 4))
        case .flint:
            NumberFormat(
                "olive-flint4", bits: 4, codeValues: NumberFormat.flint4.codeValues,
                reserved: [Int(Self.victimCode)], significantBits: 2, termRule: .leadingOnes)
        }
    }

    /// The outlier values, in the units of the normal ones: sign and E2M1 with a bias, the smallest code unused.
    ///
    /// Their terms use the significances of the normal values, so that both can share a step, and need a 3-bit
    /// exponent per lane.
    public var outlier: NumberFormat {
        let unit = self == .int ? 4 : 8
        let magnitudes = [0, 3, 4, 6, 8, 12, 16, 24].map { $0 * unit }
        return NumberFormat(
            "olive-outlier\(unit)", bits: 4, codeValues: magnitudes + magnitudes.map(-), reserved: [0, 8],
            significantBits: 2,
            termRule: .signedDigits(significances: normal.termRule.significances, laneExponentBits: 3))
    }

    /// Normal and outlier values are multiples of this in the units of the published code, whose threshold is 32.
    var publishedUnit: Int { self == .int ? 4 : 2 }
}
