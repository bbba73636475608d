import Quantization

/// The softmax of attention's scores.
enum Softmax: Sendable {
    /// In binary32: ``VectorUnit/softmax(_:count:)``.
    case binary32
    /// DI-ClippedSoftmax on scores of 32 bits.
    case integer(IntegerSoftmax)

    /// The softmax of an arithmetic.
    init(_ arithmetic: NonLinearArithmetic) {
        self = arithmetic == .binary32 ? .binary32 : .integer(IntegerSoftmax(bits: Self.resultBits))
    }

    /// Bits of a probability. With 8 those below 1/128, most of a long row, would be 0 and rows far from summing to 1.
    private static let resultBits = 16

    /// Fraction bits of integer scores, whose other bits hold magnitudes up to 2^15; what is larger becomes that.
    private static let fractionBits = 16

    /// Replaces a row of scores by probabilities; a row with an infinity or NaN becomes NaN.
    func callAsFunction(_ values: UnsafeMutablePointer<Float>, count: Int) {
        switch self {
        case .binary32: VectorUnit.softmax(values, count: count)
        case .integer(let softmax):
            withUnsafeTemporaryAllocation(of: Int.self, capacity: count) { scores in
                for index in 0..<count {
                    guard values[index].isFinite else { return values.update(repeating: .nan, count: count) }
                    let scaled = (values[index] * Float(1 << Self.fractionBits)).rounded(.toNearestOrEven)
                    scores.initializeElement(at: index, to: Int(min(max(scaled, -0x1p31), 0x1p31)))
                }
                softmax.apply(to: scores, scale: DyadicScale(multiplier: 1, shift: Self.fractionBits))
                let unit = Float(softmax.scale.value)
                for index in 0..<count { values[index] = Float(scores[index]) * unit }
            }
        }
    }
}
