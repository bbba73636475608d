/// Hardware beside the published bit-serial processing element that a scheme needs.
public enum SideUnit: String, Sendable, Hashable, Codable, CaseIterable {
    /// Sums the activations of each group once per token, shared by all rows, for zero points.
    case groupSum
    /// One floating-point multiply-add per row and group: FP16 group scales, zero-point corrections.
    case epilogueMultiplier
    /// Adds a block's shared exponent to the partial sum's exponent.
    case exponentAdder
    /// Recognises outlier-victim pairs at the edge of the array (OliVe).
    case pairDecoder
    /// A 3-bit instead of a 2-bit exponent per lane and term, for magnitudes above the published window.
    case wideLaneExponent
    /// Code-to-value table in front of the term decoders (ANT types).
    case decodeTable
    /// Signed-digit decoder for FP5 and FP6 values; the published decoder covers INT, FP4 and FP3.
    case signedDigitDecoder
}
