/// The best values mean ± scale for some weights with signs against their mean: one order of BiLLM's residual
/// approximation.
///
/// Sums are taken in binary64 in the order of the weights, and rounded once to binary32.
struct BinaryOrder {
    var mean: Float
    var scale: Float

    /// Values that are known.
    @inline(__always)
    init(mean: Float, scale: Float) {
        self.mean = mean
        self.scale = scale
    }

    /// Fits the first `count` weights; zeros for none.
    init(_ weights: UnsafePointer<Float>, count: Int) {
        (mean, scale) = (0, 0)
        guard count > 0 else { return }
        var sum = 0.0
        for index in 0..<count { sum += Double(weights[index]) }
        mean = Float(sum / Double(count))
        var magnitudes = 0.0
        for index in 0..<count { magnitudes += Double((weights[index] - mean).magnitude) }
        scale = Float(magnitudes / Double(count))
    }

    /// Whether a weight gets the sign −1.
    ///
    /// The published code's sign of a weight equal to the mean is 0, which no bit can hold: here it is +1. The scale of a
    /// single weight is 0, so that its sign does not matter.
    @inline(__always)
    func isNegative(_ weight: Float) -> Bool { weight - mean < 0 }

    /// What stands for a weight.
    @inline(__always)
    func value(_ weight: Float) -> Float { isNegative(weight) ? mean - scale : scale + mean }
}
