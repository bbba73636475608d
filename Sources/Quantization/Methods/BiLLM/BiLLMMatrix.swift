/// A matrix of BiLLM: signs with scales, a second sign in salient columns (Huang et al., ICML 2024).
///
/// Rows are cut into blocks of inputs. In a block, salient columns are the same for all rows; the other weights belong to a
/// low or a high group each. Per row and block there are seven constants, and a weight is
///
///     low + α_low s  |  high + α_high s  |  salient + α_1 s + α_2 s₂
///
/// with the signs s and, in salient columns, s₂. The published code keeps a mean for either order of the salient columns;
/// only their sum matters, and it is stored. Stored are, in this order: a bit per column that says whether it is salient;
/// all signs; the groups of the weights outside salient columns; the second signs; the constants in binary16: in blocks of
/// 128, 2.875 + 1 / rows bits per weight, of which the published figures count the first 1 + r.
public struct BiLLMMatrix: StoredMatrix, Hashable {
    /// Output channels.
    public let rows: Int
    /// Input channels.
    public let columns: Int
    /// Inputs of a block; a row's last one may have fewer.
    public let blockSize: Int
    /// How the constants are stored: `.float16` or `.float32`.
    public let metadata: ScaleEncoding
    /// Whether each column is salient [columns].
    public internal(set) var isSalient: [Bool]
    /// 1 for each sign that is −1, else 0 [rows x columns].
    public internal(set) var negatives: [UInt8]
    /// 1 for each weight of the high group, else 0; 0 in salient columns [rows x columns].
    public internal(set) var highs: [UInt8]
    /// 1 for each second sign that is −1, else 0; 0 outside salient columns [rows x columns].
    public internal(set) var residualNegatives: [UInt8]
    /// The constants [rows x blocks].
    public internal(set) var constants: [BiLLMConstants]

    /// Blocks of a row.
    public var blocksPerRow: Int { (columns + blockSize - 1) / blockSize }

    /// The salient columns of a block, ascending.
    public func salientColumns(block: Int) -> [Int] {
        (block * blockSize..<min((block + 1) * blockSize, columns)).filter { isSalient[$0] }
    }

    /// What is stored for a matrix [rows x columns] with so many salient columns.
    public static func storedParts(
        rows: Int, columns: Int, blockSize: Int = 128, salientColumns: Int, metadata: ScaleEncoding = .float16
    ) -> [StoredPart] {
        let width = metadata == .float32 ? 32 : 16
        return [
            StoredPart("salient columns", bits: columns), StoredPart("signs", bits: rows * columns),
            StoredPart("groups", bits: rows * (columns - salientColumns)),
            StoredPart("residual signs", bits: rows * salientColumns),
            StoredPart(
                "constants", bits: BiLLMConstants.count * width * rows * ((columns + blockSize - 1) / blockSize)),
        ]
    }

    /// What is stored.
    public var storedParts: [StoredPart] {
        Self.storedParts(
            rows: rows, columns: columns, blockSize: blockSize, salientColumns: isSalient.count { $0 },
            metadata: metadata)
    }

    /// A matrix of zeros without salient columns.
    init(rows: Int, columns: Int, blockSize: Int, metadata: ScaleEncoding) {
        precondition(blockSize > 0, "blocks of columns")
        precondition(metadata == .float16 || metadata == .float32, "constants in binary16 or binary32")
        self.rows = rows
        self.columns = columns
        self.blockSize = blockSize
        self.metadata = metadata
        isSalient = [Bool](repeating: false, count: columns)
        negatives = [UInt8](repeating: 0, count: rows * columns)
        highs = negatives
        residualNegatives = negatives
        constants = [BiLLMConstants](
            repeating: BiLLMConstants(), count: rows * ((columns + blockSize - 1) / blockSize))
    }

    /// A matrix from its bytes.
    ///
    /// - Throws: `PackingError` if the buffer's size does not fit.
    /// - Precondition: `blockSize` is positive.
    public init(
        packed bytes: [UInt8], rows: Int, columns: Int, blockSize: Int = 128, metadata: ScaleEncoding = .float16
    ) throws(PackingError) {
        guard rows > 0, columns > 0 else { throw .emptyMatrix(rows: rows, columns: columns) }
        // How long the other parts are is known from the first.
        var bitmap = [UInt8](repeating: 0, count: columns)
        if bytes.count >= (columns + 7) / 8 {
            BitStream.read(bytes[...], width: 1, count: columns, into: &bitmap, at: 0)
        }
        let parts = Self.storedParts(
            rows: rows, columns: columns, blockSize: blockSize, salientColumns: bitmap.count { $0 == 1 },
            metadata: metadata)
        var reader = try PackedReader(bytes, parts: parts, rows: rows, columns: columns)
        self.init(rows: rows, columns: columns, blockSize: blockSize, metadata: metadata)
        isSalient = reader.codes(columns, width: 1).map { $0 == 1 }
        negatives = reader.codes(rows * columns, width: 1)
        let groups = reader.codes(parts[2].bits, width: 1)
        let residuals = reader.codes(parts[3].bits, width: 1)
        var (group, residual) = (0, 0)
        for index in negatives.indices {
            if isSalient[index % columns] {
                residualNegatives[index] = residuals[residual]
                residual += 1
            } else {
                highs[index] = groups[group]
                group += 1
            }
        }
        for index in constants.indices {
            constants[index] = BiLLMConstants(reader.scales(BiLLMConstants.count, in: metadata))
        }
    }

    /// The stored bits.
    public func packed() -> [UInt8] {
        var writer = PackedWriter()
        writer.append(isSalient.map { $0 ? 1 : 0 }, width: 1)
        writer.append(negatives, width: 1)
        writer.append(highs.indices.filter { !isSalient[$0 % columns] }.map { highs[$0] }, width: 1)
        writer.append(
            residualNegatives.indices.filter { isSalient[$0 % columns] }.map { residualNegatives[$0] }, width: 1)
        for values in constants { writer.append(values.list, in: metadata) }
        return writer.bytes
    }

    /// The weights [rows x columns].
    public func dequantized() -> [Float] {
        var weights = [Float](repeating: 0, count: rows * columns)
        for row in 0..<rows {
            for column in 0..<columns {
                let index = row * columns + column
                let constants = constants[row * blocksPerRow + column / blockSize]
                weights[index] = constants.weight(
                    isNegative: negatives[index] == 1, isHigh: highs[index] == 1, isSalient: isSalient[column],
                    residualIsNegative: residualNegatives[index] == 1)
            }
        }
        return weights
    }
}
