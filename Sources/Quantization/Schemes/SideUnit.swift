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
    /// Multiplies single weights of high precision with activations fetched by their index, beside the array (SpQR).
    case sparseGather
    /// Further adder trees and accumulators in a PE, between which a bit per weight chooses (BiLLM).
    case maskedAccumulator
    /// Adds a partial sum shifted by each power of two of its scale, all in one operation (ShiftAddLLM).
    case shiftScaleAccumulator
    /// Rescales the activations of a token to integers: the largest magnitude, then a product each; on the vector unit.
    case tokenQuantizer
    /// 32-bit integer accumulation, without alignment and rounding.
    case wideAccumulator
    /// Multiplies inputs before, or outputs behind, a product by one factor each; on the vector unit (OneBit).
    case vectorScaler
    /// A step of one term: the published decoder makes two at least. Our extension.
    case singleTermMode
    /// Softmax, norms and activation functions on integers, and requantisation of 32-bit sums (I-LLM).
    case integerNonLinear
}
