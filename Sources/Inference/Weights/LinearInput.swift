import Execution

/// Activations of some tokens, and what the PEs make of them, made once for all matrices with the same layout.
final class LinearInput {
    /// Token by token [tokens x columns].
    let values: [Float]
    let tokens: Int
    private var prepared: PreparedActivations?

    init(_ values: [Float], tokens: Int) {
        self.values = values
        self.tokens = tokens
    }

    /// The activations in binary16 as the PEs read them.
    func prepared(_ layout: KernelLayout) -> PreparedActivations {
        if let prepared, prepared.layout == layout { return prepared }
        let made = PreparedActivations(values.map { Float16($0) }, tokens: tokens, layout: layout)
        prepared = made
        return made
    }
}
