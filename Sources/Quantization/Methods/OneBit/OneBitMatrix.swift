/// A matrix of signs with one scale per output and one per input: w = ± g h (Xu et al., NeurIPS 2024).
///
/// Stored are the signs, eight per byte row by row from the lowest bit on, 1 for −1 (a weight of 0 counts as +1), and the
/// two vectors: 1 + 16 / columns + 16 / rows bits per weight.
public struct OneBitMatrix: StoredMatrix, Hashable {
    /// Output channels.
    public let rows: Int
    /// Input channels.
    public let columns: Int
    /// 1 for each negative weight, else 0 [rows x columns].
    public let negatives: [UInt8]
    /// Scales g of the outputs [rows].
    public let outputScales: [Float]
    /// Scales h of the inputs [columns].
    public let inputScales: [Float]
    /// How the scales are stored: `.float16` or `.float32`.
    public let metadata: ScaleEncoding

    /// What is stored for a matrix [rows x columns].
    public static func storedParts(rows: Int, columns: Int, metadata: ScaleEncoding = .float16) -> [StoredPart] {
        let width = metadata == .float32 ? 32 : 16
        return [
            StoredPart("signs", bits: rows * columns), StoredPart("input scales", bits: width * columns),
            StoredPart("output scales", bits: width * rows),
        ]
    }

    /// What is stored.
    public var storedParts: [StoredPart] { Self.storedParts(rows: rows, columns: columns, metadata: metadata) }

    /// A matrix of its parts.
    init(
        rows: Int, columns: Int, negatives: [UInt8], outputScales: [Float], inputScales: [Float],
        metadata: ScaleEncoding
    ) {
        self.rows = rows
        self.columns = columns
        self.negatives = negatives
        self.outputScales = outputScales
        self.inputScales = inputScales
        self.metadata = metadata
    }

    /// A matrix from its bytes.
    ///
    /// - Throws: `PackingError` if the buffer's size does not fit.
    public init(
        packed bytes: [UInt8], rows: Int, columns: Int, metadata: ScaleEncoding = .float16
    ) throws(PackingError) {
        var reader = try PackedReader(
            bytes, parts: Self.storedParts(rows: rows, columns: columns, metadata: metadata), rows: rows,
            columns: columns)
        self.rows = rows
        self.columns = columns
        self.metadata = metadata
        negatives = reader.codes(rows * columns, width: 1)
        inputScales = reader.scales(columns, in: metadata)
        outputScales = reader.scales(rows, in: metadata)
    }

    /// The stored bits.
    public func packed() -> [UInt8] {
        var writer = PackedWriter()
        writer.append(negatives, width: 1)
        writer.append(inputScales, in: metadata)
        writer.append(outputScales, in: metadata)
        return writer.bytes
    }

    /// The weights ± g h [rows x columns], each product rounded once to binary32.
    public func dequantized() -> [Float] {
        var weights = [Float](repeating: 0, count: rows * columns)
        for row in 0..<rows {
            for column in 0..<columns {
                let magnitude = outputScales[row] * inputScales[column]
                let index = row * columns + column
                weights[index] = negatives[index] == 1 ? -magnitude : magnitude
            }
        }
        return weights
    }
}
