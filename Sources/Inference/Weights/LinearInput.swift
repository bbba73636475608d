import Execution

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

    /// The same activations after a transform.
    func transformed(by transform: InputTransform) -> LinearInput {
        if transform.isIdentity { return self }
        if let known = transformed.first(where: { $0.transform == transform }) { return known.input }
        let result = transform(values, tokens: tokens)
        let input = LinearInput(result.values, tokens: tokens, scales: result.scales)
        transformed.append((transform, input))
        return input
    }
}
