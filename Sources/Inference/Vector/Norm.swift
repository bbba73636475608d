import Checkpoints
import Documents
import Quantization
import Workload

/// A norm with its weights: RMSNorm, or LayerNorm, which removes the mean and adds a bias.
struct Norm: Sendable {
    private let gain: [Float]
    /// Empty for RMSNorm.
    private let bias: [Float]
    private let epsilon: Float
    private let arithmetic: NonLinearArithmetic
    /// What results of integers are divided by, channel by channel; empty for 1.
    private let divisors: [Float]
    /// The same norm by integers; nil for binary32.
    private let integers: IntegerNorm?

    /// RMSNorm where there is no bias.
    ///
    /// - Parameter divisors: what results are divided by, with integers only; empty for 1.
    init(
        gain: [Float], bias: [Float] = [], epsilon: Float, _ arithmetic: NonLinearArithmetic = .binary32,
        divisors: [Float] = []
    ) {
        precondition(bias.isEmpty || bias.count == gain.count, "a bias for each element")
        self.gain = gain
        self.bias = bias
        self.epsilon = epsilon
        self.arithmetic = arithmetic
        self.divisors = divisors
        integers =
            arithmetic == .binary32
            ? nil : IntegerNorm(gain: gain, bias: bias, epsilon: epsilon, divisors: divisors)
    }

    /// Reads the norm of a name, without `.weight`.
    ///
    /// - Throws: ``InputError`` (data) for a missing or misshapen vector, one that holds what is no number, or one too wide
    ///   for integers.
    init(_ name: String, width: Int, _ model: LanguageModel, _ arithmetic: NonLinearArithmetic) throws {
        guard arithmetic == .binary32 || width <= IntegerOperators.largestWidth else {
            throw InputError(
                .data, file: model.path, key: name, problem: "a norm of \(width) channels is too wide for integers",
                expected: "at most \(IntegerOperators.largestWidth)")
        }
        let hasBias = model.description.shape.normalization == .layerNorm
        self.init(
            gain: try model.weights.finiteVector(name + ".weight", count: width),
            bias: hasBias ? try model.weights.finiteVector(name + ".bias", count: width) : [],
            epsilon: Float(model.description.normEpsilon), arithmetic)
    }

    /// The norm of which integers are divided by the factors of the layers behind it; one in binary32 stays, as its
    /// results are divided later.
    func folding(divisors: [Float]) -> Norm {
        arithmetic == .binary32 || divisors.isEmpty
            ? self : Norm(gain: gain, bias: bias, epsilon: epsilon, arithmetic, divisors: divisors)
    }

    /// Normalises rows [rows x width] in place. Integers are not requantised then, but keep all their bits.
    func apply(to rows: UnsafeMutableBufferPointer<Float>) {
        if let integers {
            integers.apply(to: rows)
        } else if bias.isEmpty {
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

    /// What linear layers behind the norm take of rows [rows x width]: with integers their codes.
    func input(_ rows: [Float]) -> LinearInput {
        guard let integers, case .integer(let bits) = arithmetic else {
            return LinearInput(self(rows), tokens: rows.count / gain.count)
        }
        return LinearInput(integers.tokens(rows, bits: bits), columns: gain.count)
    }

    /// The activations behind the norm that such an input stands for, not divided [rows x width].
    func activations(_ input: LinearInput) -> [Float] {
        let activations = input.activations
        guard !divisors.isEmpty else { return activations }
        return activations.indices.map { activations[$0] * divisors[$0 % divisors.count] }
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
