import Documents

/// Weights by name as binary32 numbers, whatever file they lie in.
///
/// Reading a part touches only the pages of that part, so that a rank that reads its shard has only its shard in memory.
public protocol WeightSource: Sendable {
    /// The file, for messages.
    var path: String { get }

    /// The extents of a tensor, the slowest first, or nil where there is none of that name.
    func shape(of name: String) -> [Int]?

    /// Reads a part of a matrix, or of a vector, which is a matrix of one row.
    ///
    /// - Parameters:
    ///   - name: an existing tensor.
    ///   - rows: some of its rows.
    ///   - columns: some of its columns.
    ///   - floats: room for the part, row by row [rows x columns].
    /// - Throws: ``InputError`` (data) if the tensor's type cannot be read as numbers.
    /// - Precondition: the part lies in the tensor, and there is room for it.
    func read(
        _ name: String, rows: Range<Int>, columns: Range<Int>, into floats: UnsafeMutableBufferPointer<Float>) throws
}

extension WeightSource {
    /// Reads a part of a matrix.
    ///
    /// - Returns: row by row [rows x columns].
    public func read(_ name: String, rows: Range<Int>, columns: Range<Int>) throws -> [Float] {
        var result = [Float](repeating: 0, count: rows.count * columns.count)
        try result.withUnsafeMutableBufferPointer { try read(name, rows: rows, columns: columns, into: $0) }
        return result
    }

    /// Reads a whole vector.
    ///
    /// - Throws: ``InputError`` (data) if it is absent or of another length.
    public func vector(_ name: String, count: Int) throws -> [Float] {
        try require(name, [count])
        return try read(name, rows: 0..<1, columns: 0..<count)
    }

    /// Makes sure that a tensor is there and has a shape.
    ///
    /// - Throws: ``InputError`` (data) otherwise.
    public func require(_ name: String, _ shape: [Int]) throws {
        guard let found = self.shape(of: name) else {
            throw InputError(.data, file: path, key: name, problem: "the tensor is missing")
        }
        guard found == shape else {
            throw InputError(
                .data, file: path, key: name, problem: "the tensor has the shape \(found)", expected: "\(shape)")
        }
    }
}
