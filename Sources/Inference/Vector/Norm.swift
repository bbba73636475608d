import Checkpoints
import Workload

/// A norm with its weights: RMSNorm, or LayerNorm, which removes the mean and adds a bias.
struct Norm: Sendable {
    private let gain: [Float]
    /// Empty for RMSNorm.
    private let bias: [Float]
    private let epsilon: Float

    /// RMSNorm where there is no bias.
    init(gain: [Float], bias: [Float] = [], epsilon: Float) {
        precondition(bias.isEmpty || bias.count == gain.count, "a bias for each element")
        self.gain = gain
        self.bias = bias
        self.epsilon = epsilon
    }

    /// Reads the norm of a name, without `.weight`.
    ///
    /// - Throws: ``InputError`` (data) for a missing or misshapen vector, or one that holds what is no number.
    init(_ name: String, width: Int, _ model: LanguageModel) throws {
        let hasBias = model.description.shape.normalization == .layerNorm
        self.init(
            gain: try model.weights.finiteVector(name + ".weight", count: width),
            bias: hasBias ? try model.weights.finiteVector(name + ".bias", count: width) : [],
            epsilon: Float(model.description.normEpsilon))
    }

    /// Normalises rows [rows x width] in place.
    func apply(to rows: UnsafeMutableBufferPointer<Float>) {
        if bias.isEmpty {
            VectorUnit.normalize(rows, gain: gain, epsilon: epsilon)
        } else {
            VectorUnit.normalize(rows, gain: gain, bias: bias, epsilon: epsilon)
        }
    }

    /// Normalised rows [rows x width].
    func callAsFunction(_ rows: [Float]) -> [Float] {
        var result = rows
        result.withUnsafeMutableBufferPointer { apply(to: $0) }
        return result
    }
}

extension VectorUnit {
    /// Layer normalisation: (x − mean) / sqrt(variance + ε) · gain + bias (Ba, Kiros and Hinton, arXiv:1607.06450).
    ///
    /// - Parameter rows: [rows x gain.count], changed in place.
    static func normalize(
        _ rows: UnsafeMutableBufferPointer<Float>, gain: [Float], bias: [Float], epsilon: Float
    ) {
        let width = gain.count
        guard width > 0, let start = rows.baseAddress else { return }
        for row in 0..<rows.count / width {
            let values = start + row * width
            let mean = sum(values, count: width) / Float(width)
            for index in 0..<width { values[index] -= mean }
            let variance = dot(values, values, count: width) / Float(width)
            let factor = 1 / (variance + epsilon).squareRoot()
            for index in 0..<width { values[index] = values[index] * factor * gain[index] + bias[index] }
        }
    }

    /// The sum of a vector, in the order of a dot product.
    @inline(__always)
    static func sum(_ values: UnsafePointer<Float>, count: Int) -> Float {
        var sum = Lanes(repeating: 0)
        var index = 0
        while index &+ 16 <= count {
            sum = sum + load(values + index)
            index &+= 16
        }
        if index < count { sum = sum + tail(values + index, count - index) }
        return total(sum)
    }
}
