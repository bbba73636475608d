/// How integer values are split into the terms of the bit-serial PE.
///
/// All values of a format have equally many terms, with the same significances in the same order, so that any four
/// weights can share their steps.
public enum TermRule: Sendable, Hashable {
    /// Radix-4 Booth digits of two's complement integers of `bits` bits; odd widths are sign-extended by one bit.
    ///
    /// BitMoD paper, section IV-A, and its `decoder.v`.
    case booth(bits: Int)
    /// The two leading ones of a magnitude of four integer bits and one fraction bit: FP4 and FP3 with special values.
    ///
    /// BitMoD paper, section IV-A: the first term is the leading one of the integer bits, the second the leading one
    /// of what is left, in the window one position lower. Both carry the value's sign.
    case leadingOnes
    /// Non-adjacent signed digits, each in the first free window 2^significance … 2^(significance + lane exponent).
    ///
    /// Not in the published decoder: FP5, FP6, powers of two and OliVe's outliers need it.
    case signedDigits(significances: [Int], laneExponentBits: Int)

    /// The significance of each term, in the order of the steps.
    public var significances: [Int] {
        switch self {
        case .booth(let bits): (0..<(bits + 1) / 2).map { 2 * $0 }
        case .leadingOnes: [1, 0]
        case .signedDigits(let significances, _): significances
        }
    }

    /// The terms of `value`, which sum to it; as many as `significances`.
    ///
    /// - Precondition: the rule can represent the value.
    public func terms(of value: Int) -> [BitSerialTerm] {
        let terms =
            switch self {
            case .booth(let bits): Self.boothTerms(of: value, bits: bits)
            case .leadingOnes: Self.leadingOneTerms(of: value)
            case .signedDigits(let significances, let laneExponentBits):
                Self.signedDigitTerms(of: value, significances: significances, laneExponentBits: laneExponentBits)
            }
        precondition(terms.reduce(0) { $0 + $1.value } == value, "\(value) does not fit \(self)")
        return terms
    }

    private static func boothTerms(of value: Int, bits: Int) -> [BitSerialTerm] {
        (0..<(bits + 1) / 2).map { digit in
            let window = ((value << 1) >> (2 * digit)) & 0b111
            let recoded = [0, 1, 1, 2, -2, -1, -1, 0][window]
            return BitSerialTerm(
                isNegative: recoded < 0, exponent: abs(recoded) == 2 ? 1 : 0, bit: recoded != 0,
                significance: 2 * digit)
        }
    }

    private static func leadingOneTerms(of value: Int) -> [BitSerialTerm] {
        var rest = abs(value)
        return [1, 0].map { significance in
            let window = (rest >> significance) & 0b1111
            let exponent = window == 0 ? 0 : 3 - (window.leadingZeroBitCount - (Int.bitWidth - 4))
            if window != 0 { rest -= 1 << (exponent + significance) }
            return BitSerialTerm(
                isNegative: value < 0, exponent: exponent, bit: window != 0, significance: significance)
        }
    }

    private static func signedDigitTerms(
        of value: Int, significances: [Int], laneExponentBits: Int
    ) -> [BitSerialTerm] {
        var terms = significances.map { BitSerialTerm.zero(significance: $0) }
        var rest = value
        var position = 0
        while rest != 0 {
            if rest & 1 != 0 {
                let isNegative = rest & 0b11 == 0b11
                rest += isNegative ? 1 : -1
                let free = terms.indices.filter {
                    !terms[$0].bit && (0..<1 << laneExponentBits).contains(position - terms[$0].significance)
                }
                guard let index = free.min(by: { terms[$0].significance < terms[$1].significance }) else { return [] }
                terms[index].isNegative = isNegative
                terms[index].exponent = position - terms[index].significance
                terms[index].bit = true
            }
            rest >>= 1
            position += 1
        }
        return terms
    }
}
