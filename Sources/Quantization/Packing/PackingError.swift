/// Bytes that are no packed matrix of the scheme.
public enum PackingError: Error, Hashable {
    /// The buffer has not the size that scheme and shape need.
    case wrongSize(found: Int, expected: Int)
    /// A group (counted row by row), or the tensor, names a data type that the scheme does not have.
    case unknownFormat(Int, group: Int?)
    /// A code (counted from the first weight or byte) has no meaning in the method.
    case unknownCode(Int, index: Int)
    /// The matrix has no rows or no columns.
    case emptyMatrix(rows: Int, columns: Int)
}

extension PackingError: CustomStringConvertible {
    /// The message for users.
    public var description: String {
        switch self {
        case .wrongSize(let found, let expected): "\(found) bytes where the packed matrix has \(expected)"
        case .unknownFormat(let format, let group?): "group \(group) has the unknown data type \(format)"
        case .unknownFormat(let format, nil): "the tensor has the unknown data type \(format)"
        case .unknownCode(let code, let index): "the code \(code) at \(index) has no meaning"
        case .emptyMatrix(let rows, let columns): "a matrix of \(rows) x \(columns) weights holds nothing"
        }
    }
}
