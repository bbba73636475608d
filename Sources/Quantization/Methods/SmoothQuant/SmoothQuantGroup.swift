/// Matrices that share an input, smoothed and quantised together.
public struct SmoothQuantGroup: Sendable, Hashable {
    /// Where the factors come from.
    public enum Smoothing: String, Sendable, Hashable, Codable, CaseIterable {
        /// From the channels' largest activations.
        case calibrated
        /// There were no statistics, and all factors are 1: plain rounding to nearest, not SmoothQuant.
        case none
    }

    /// Where the factors come from.
    public let smoothing: Smoothing
    /// By what each channel's activations are divided [columns].
    ///
    /// They are not stored: the weight of the norm before is divided by them once.
    public let factors: [Float]
    /// The smoothed weights, in the order of the matrices.
    public let tensors: [QuantizedTensor]

    /// The smoothed weights of a matrix [rows x columns], each product rounded to binary16 as in the published code.
    public func dequantized(_ index: Int) -> [Float] { tensors[index].dequantized().map(roundedToHalf) }

    /// A token divided by the factors, in binary16: what the smoothed matrices are multiplied with [columns].
    ///
    /// - Precondition: an activation for each channel.
    public func smoothed(token: [Float]) -> [Float] {
        precondition(token.count == factors.count, "an activation for each channel")
        return zip(token, factors).map { roundedToHalf(roundedToHalf($0) / $1) }
    }
}
