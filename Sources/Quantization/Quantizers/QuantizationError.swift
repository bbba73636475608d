/// Weights that cannot be quantised.
public enum QuantizationError: Error, Hashable {
    /// A weight is infinite or NaN.
    case nonFiniteWeight(index: Int)
    /// A finite weight exceeds the largest binary16 value, in which the published arithmetic computes.
    case beyondBinary16(index: Int)
    /// A scale exceeds the largest value of its encoding.
    case scaleOverflow(row: Int, encoding: ScaleEncoding)
    /// The matrix has no rows or no columns.
    case emptyMatrix(rows: Int, columns: Int)
}

extension QuantizationError {
    /// The error for a weight that is not finite, or not in binary16.
    static func of(_ weight: Float, index: Int) -> QuantizationError {
        weight.isFinite ? .beyondBinary16(index: index) : .nonFiniteWeight(index: index)
    }
}

extension QuantizationError: CustomStringConvertible {
    /// The message for users; an index counts the matrix row by row.
    public var description: String {
        switch self {
        case .nonFiniteWeight(let index): "the weight at index \(index) is infinite or NaN"
        case .beyondBinary16(let index):
            "the weight at index \(index) exceeds 65504, the largest value of the published binary16 arithmetic"
        case .scaleOverflow(let row, let encoding):
            "a scale of row \(row) exceeds the largest \(encoding.rawValue) value"
        case .emptyMatrix(let rows, let columns): "a matrix of \(rows) x \(columns) weights has nothing to quantise"
        }
    }
}
