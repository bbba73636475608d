/// The columns of stimuli and traces of the processing element, in the order in which they are written.
enum PEColumns {
    /// What goes in.
    static let stimuli = ["group"] + lanes("a") + lanes("s") + lanes("e") + lanes("b") + ["bsig"]

    /// What a trace adds.
    static let stages =
        ["maxExponent"] + lanes("d") + lanes("y") + ["dot", "accExponent", "accMantissa", "accSign"]

    /// The exponent of a term has two bits.
    static let maximumExponent = 3

    /// A shift of a 17-bit sum by this significance fills the 23 bits of a term.
    static let maximumSignificance = 6

    /// The largest digits of signs, exponents, bits and significance, in this order and padded with zeros.
    static let usualMaximums = SIMD16<UInt8>(
        lowHalf: SIMD8(
            1, 1, 1, 1, UInt8(maximumExponent), UInt8(maximumExponent), UInt8(maximumExponent),
            UInt8(maximumExponent)),
        highHalf: SIMD8(1, 1, 1, 1, UInt8(maximumSignificance), 0, 0, 0))

    private static func lanes(_ letter: String) -> [String] { (0..<4).map { "\(letter)\($0)" } }
}
