/// Where the weights of a matrix lie: in a tensor of their own, or among the outputs of a larger one.
struct MatrixPlace: Sendable, Hashable {
    /// The tensor, without `.weight` and `.bias`.
    var tensor: String
    /// Whether the tensor is [inputs x outputs] and not [outputs x inputs].
    var isTransposed = false
    /// The matrix's first output among the tensor's.
    var firstOutput = 0
    /// All outputs of the tensor, or nil where they are the matrix's.
    var tensorOutputs: Int?

    /// The shape of the tensor for a matrix [outputs x inputs].
    func tensorShape(_ shape: [Int]) -> [Int] {
        let outputs = tensorOutputs ?? shape[0]
        return isTransposed ? [shape[1], outputs] : [outputs, shape[1]]
    }

    /// Outputs of the matrix as outputs of the tensor.
    func outputs(_ rows: Range<Int>) -> Range<Int> { rows.lowerBound + firstOutput..<rows.upperBound + firstOutput }
}
