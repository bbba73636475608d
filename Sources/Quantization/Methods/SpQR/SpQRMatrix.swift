/// A matrix of SpQR: codes of 3 or 4 bits in small groups whose scales and zeros are codes themselves, and single weights
/// in binary16 (Dettmers et al., ICLR 2024).
///
/// Stored are, in this order: where the outliers of each row begin (32 bits, rows + 1 times); each outlier's value
/// (binary16) and position (16 bits), row by row; the column at each position (16 bits), if columns were reordered; the
/// codes; a scale code and a zero code of 3 bits per row and group; and for each group and 16 rows four statistics in
/// binary16. For 3 bits, groups of 16 and a share ρ of outliers: 3.625 + 32 ρ bits per weight, and what rows and columns
/// take.
///
/// A weight is scale · (code − zero); where there is an outlier it *replaces* that value (the published Python semantics;
/// the published kernel adds it instead). The code stored there is the one of 0.
public struct SpQRMatrix: StoredMatrix, Hashable {
    /// Output channels.
    public let rows: Int
    /// Input channels.
    public let columns: Int
    /// Bits of a weight's code.
    public let bits: Int
    /// Positions of a row that share scale and zero; the last group may be shorter.
    public let groupSize: Int
    /// How statistics and outliers are stored: `.float16` as published, or `.float32`.
    public let metadata: ScaleEncoding
    /// The column at each position [columns], or nil if positions are columns.
    public internal(set) var permutation: [UInt16]?
    /// Codes of the weights by position [rows x columns].
    public internal(set) var codes: [UInt8]
    /// Codes of the scales [rows x groups].
    public internal(set) var scaleCodes: [UInt8]
    /// Codes of the zeros [rows x groups].
    public internal(set) var zeroCodes: [UInt8]
    /// What the codes of scales and zeros mean [row tiles x groups].
    public internal(set) var statistics: [SpQRStatistics]
    /// Where the outliers of each row begin, and the number of all [rows + 1].
    public internal(set) var outlierOffsets: [UInt32]
    /// Positions of the outliers, ascending in each row.
    public internal(set) var outlierPositions: [UInt16]
    /// Values of the outliers.
    public internal(set) var outlierValues: [Float]

    /// Bits of a scale's or a zero's code.
    public static let statisticBits = 3
    /// Rows that share the statistics of their scales and zeros; the last tile may have fewer.
    public static let tileRows = 16

    /// Groups of a row.
    public var groupsPerRow: Int { (columns + groupSize - 1) / groupSize }
    /// Outliers of all rows.
    public var outlierCount: Int { outlierValues.count }

    /// What is stored for a matrix [rows x columns] with so many outliers.
    public static func storedParts(
        rows: Int, columns: Int, bits: Int, groupSize: Int = 16, outliers: Int, isPermuted: Bool,
        metadata: ScaleEncoding = .float16
    ) -> [StoredPart] {
        let width = metadata == .float32 ? 32 : 16
        let groups = (columns + groupSize - 1) / groupSize
        return [
            StoredPart("row offsets", bits: 32 * (rows + 1)), StoredPart("outliers", bits: (width + 16) * outliers),
            StoredPart("column permutation", bits: isPermuted ? 16 * columns : 0),
            StoredPart("codes", bits: bits * rows * columns),
            StoredPart("scale codes", bits: statisticBits * rows * groups),
            StoredPart("zero codes", bits: statisticBits * rows * groups),
            StoredPart("statistics", bits: 4 * width * ((rows + tileRows - 1) / tileRows) * groups),
        ]
    }

    /// What is stored.
    public var storedParts: [StoredPart] {
        Self.storedParts(
            rows: rows, columns: columns, bits: bits, groupSize: groupSize, outliers: outlierCount,
            isPermuted: permutation != nil, metadata: metadata)
    }

    /// A matrix of zero codes and no outliers.
    init(rows: Int, columns: Int, bits: Int, groupSize: Int, metadata: ScaleEncoding) {
        precondition((1...8).contains(bits) && groupSize > 0, "codes of up to 8 bits in groups")
        precondition(columns <= 1 << 16, "positions of 16 bits")
        precondition(metadata == .float16 || metadata == .float32, "statistics in binary16 or binary32")
        self.rows = rows
        self.columns = columns
        self.bits = bits
        self.groupSize = groupSize
        self.metadata = metadata
        let groups = (columns + groupSize - 1) / groupSize
        codes = [UInt8](repeating: 0, count: rows * columns)
        scaleCodes = [UInt8](repeating: 0, count: rows * groups)
        zeroCodes = scaleCodes
        statistics = [SpQRStatistics](
            repeating: .none, count: (rows + Self.tileRows - 1) / Self.tileRows * groups)
        outlierOffsets = [UInt32](repeating: 0, count: rows + 1)
        outlierPositions = []
        outlierValues = []
    }

    /// A weight's code.
    public func code(row: Int, position: Int) -> UInt8 { codes[row * columns + position] }

    /// The scale of a group, expanded.
    public func scale(row: Int, group: Int) -> Float {
        statistics[row / Self.tileRows * groupsPerRow + group].scale(scaleCodes[row * groupsPerRow + group])
    }

    /// The zero of a group, expanded; in general no integer.
    public func zero(row: Int, group: Int) -> Float {
        statistics[row / Self.tileRows * groupsPerRow + group].zero(zeroCodes[row * groupsPerRow + group])
    }

    /// The outliers row by row, by ascending position.
    public var outliers: [(row: Int, position: Int, value: Float)] {
        (0..<rows).flatMap { row in
            (Int(outlierOffsets[row])..<Int(outlierOffsets[row + 1])).map {
                (row, Int(outlierPositions[$0]), outlierValues[$0])
            }
        }
    }

    /// The weights by column, outliers in the place of what their codes say [rows x columns].
    public func dequantized() -> [Float] {
        var weights = [Float](repeating: 0, count: rows * columns)
        for row in 0..<rows {
            let start = row * columns
            for group in 0..<groupsPerRow {
                let (scale, zero) = (scale(row: row, group: group), zero(row: row, group: group))
                for position in group * groupSize..<min((group + 1) * groupSize, columns) {
                    weights[start + column(at: position)] = scale * (Float(codes[start + position]) - zero)
                }
            }
            for index in Int(outlierOffsets[row])..<Int(outlierOffsets[row + 1]) {
                weights[start + column(at: Int(outlierPositions[index]))] = outlierValues[index]
            }
        }
        return weights
    }

    private func column(at position: Int) -> Int { permutation.map { Int($0[position]) } ?? position }
}
