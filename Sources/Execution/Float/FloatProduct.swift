import Quantization

/// Products of dequantised weights and activations in binary32, through OpenBLAS: what the exact path is compared with.
///
/// Deterministic for one machine: OpenBLAS runs on one thread, so that the order of its sums depends on shapes and the
/// processor only. Another processor may choose another kernel, whose last bits differ.
public struct FloatProduct: Sendable {
    /// Weights [rows x columns].
    public let weights: [Float]
    /// Output channels.
    public let rows: Int
    /// Input channels.
    public let columns: Int

    /// The product with a quantised matrix.
    ///
    /// - Parameter arithmetic: how weights are dequantised (`QuantizedTensor.dequantized`).
    public init(_ tensor: QuantizedTensor, _ arithmetic: QuantizationArithmetic = .exact) {
        self.init(weights: tensor.dequantized(arithmetic), rows: tensor.rows, columns: tensor.columns)
    }

    /// The product with a matrix of binary32 weights [rows x columns].
    ///
    /// - Precondition: `weights.count == rows * columns`, no dimension is larger than `Int32.max`, and the library is
    ///   there (``isAvailable``).
    public init(weights: [Float], rows: Int, columns: Int) {
        precondition(weights.count == rows * columns, "a weight for every element of the matrix")
        precondition(Int32(exactly: rows) != nil && Int32(exactly: columns) != nil, "OpenBLAS counts in 32 bits")
        self.weights = weights
        self.rows = rows
        self.columns = columns
    }

    /// Dot products of every row with every token's activations.
    ///
    /// - Parameter activations: token by token [tokens x columns].
    /// - Returns: token by token [tokens x rows].
    /// - Precondition: `activations.count == tokens * columns`.
    public func callAsFunction(_ activations: [Float], tokens: Int) -> [Float] {
        precondition(activations.count == tokens * columns, "an activation for every token and column")
        precondition(Int32(exactly: tokens) != nil, "OpenBLAS counts in 32 bits")
        var result = [Float](repeating: 0, count: tokens * rows)
        guard !result.isEmpty, columns > 0 else { return result }
        guard let blas = BLAS.shared else { preconditionFailure("libopenblas.so.0 is not there") }
        let (rowCount, columnCount) = (Int32(rows), Int32(columns))
        if tokens == 1 {
            blas.sgemv(
                BLAS.Constant.rowMajor, BLAS.Constant.plain, rowCount, columnCount, 1, weights, columnCount,
                activations, 1, 0, &result, 1)
        } else {
            blas.sgemm(
                BLAS.Constant.rowMajor, BLAS.Constant.plain, BLAS.Constant.transposed, Int32(tokens), rowCount,
                columnCount, 1, activations, columnCount, weights, columnCount, 0, &result, rowCount)
        }
        return result
    }

    /// Whether this machine has OpenBLAS.
    public static var isAvailable: Bool { BLAS.shared != nil }

    /// The library's version and what it chose for this processor, or nil where there is none.
    public static var libraryVersion: String? {
        BLAS.shared.map { blas in
            let words = blas.configuration.split(separator: " ").filter { $0 != "OpenBLAS" && !$0.contains("=") }
            return words.joined(separator: " ")
        }
    }
}
