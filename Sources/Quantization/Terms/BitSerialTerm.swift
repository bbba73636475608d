/// One term of a weight on the bit-serial PE: (−1)^sign · 2^exponent · bit · 2^significance.
///
/// BitMoD paper, equation (4). The four lanes of a step share the significance.
public struct BitSerialTerm: Sendable, Hashable {
    /// Whether the term is negative.
    public var isNegative: Bool
    /// The lane's exponent: 0…3 in the published PE.
    public var exponent: Int
    /// The one-bit mantissa: without it the term is zero, whatever sign and exponent are.
    public var bit: Bool
    /// The bit significance shared by the lanes.
    public var significance: Int

    /// A term from its four fields.
    public init(isNegative: Bool, exponent: Int, bit: Bool, significance: Int) {
        self.isNegative = isNegative
        self.exponent = exponent
        self.bit = bit
        self.significance = significance
    }

    /// A term that adds nothing.
    public static func zero(significance: Int) -> BitSerialTerm {
        BitSerialTerm(isNegative: false, exponent: 0, bit: false, significance: significance)
    }

    /// The term's value.
    public var value: Int {
        guard bit else { return 0 }
        return (isNegative ? -1 : 1) << (exponent + significance)
    }
}
