import Execution
import Quantization

/// Activations of some tokens, and what the PEs make of them, made once for all matrices with the same layout.
final class LinearInput {
    /// Token by token [tokens x columns]: activations, or integers.
    let values: [Float]
    let tokens: Int
    /// What results of each token must be multiplied with [tokens]; empty where values are no integers.
    let scales: [Float]
    private var prepared: [PreparedActivations] = []
    private var transformed: [(transform: InputTransform, input: LinearInput)] = []
    private var rounded: [Float] = []

    init(_ values: [Float], tokens: Int, scales: [Float] = []) {
        self.values = values
        self.tokens = tokens
        self.scales = scales
    }

    /// Activations that are integers already.
    ///
    /// - Parameter tokens: each [columns]; nil stands for one with an infinity or NaN, whose results become NaN.
    convenience init(_ tokens: [DyadicToken?], columns: Int) {
        var values = [Float](repeating: 0, count: tokens.count * columns)
        for (index, token) in tokens.enumerated() {
            guard let token else { continue }
            for (channel, code) in token.codes.enumerated() {
                values[index * columns + channel] = Float(Int(code) - token.zeroPoint)
            }
        }
        self.init(values, tokens: tokens.count, scales: tokens.map { $0.map { Float($0.scale.value) } ?? .nan })
    }

    /// What the values stand for [tokens x columns].
    var activations: [Float] {
        guard !scales.isEmpty else { return values }
        let width = values.count / tokens
        return values.indices.map { values[$0] * scales[$0 / width] }
    }

    /// The activations in binary16, or the integers, as the PEs read them.
    func prepared(_ layout: KernelLayout) -> PreparedActivations {
        if let known = prepared.first(where: { $0.layout == layout }) { return known }
        let made =
            scales.isEmpty
            ? PreparedActivations(values.map { Float16($0) }, tokens: tokens, layout: layout)
            : PreparedActivations(integers: values.map { Int($0) }, tokens: tokens, layout: layout)
        prepared.append(made)
        return made
    }

    /// The numbers that the PEs read: values rounded to binary16, which integers are already.
    func readValues() -> [Float] {
        if rounded.isEmpty { rounded = scales.isEmpty ? values.map { Float(Float16($0)) } : values }
        return rounded
    }

    /// The same activations after a transform; integers are what a transform would make of them.
    func transformed(by transform: InputTransform) -> LinearInput {
        if transform.isIdentity || !scales.isEmpty { return self }
        if let known = transformed.first(where: { $0.transform == transform }) { return known.input }
        let result = transform(values, tokens: tokens)
        let input = LinearInput(result.values, tokens: tokens, scales: result.scales)
        transformed.append((transform, input))
        return input
    }
}
