/// What a scheme stores for a weight matrix, exactly as `PackedTensor` lays it out.
///
/// Every row's codes and every row's selectors start on a byte; scales and zero points are whole bytes anyway. For
/// column counts that fill their bytes (all common layer shapes) the formula is therefore the textbook one,
/// for instance 4 + 10/128 + 2·16/columns bits per weight for 4-bit BitMoD.
public struct StorageLayout: Sendable, Hashable, Codable {
    /// Bits of one weight's code.
    public var codeBits: Int
    /// Weights along the input dimension that share group metadata; the last group of a row may be shorter.
    public var groupSize: Int
    /// Bits of a group's scale: 0, 8, 16 or 32.
    public var scaleBits: Int
    /// Bits of a group's zero point: 0 or 8.
    public var zeroPointBits: Int
    /// Bits of a group's data-type selector: 0, 1 or 2.
    public var selectorBits: Int
    /// Bits of metadata per row (scales of the output channel).
    public var rowBits: Int
    /// Bits of metadata per tensor (the type in ANT and OliVe).
    public var tensorBits: Int

    /// Bits of metadata per column: factors of the inputs, a bitmap of salient columns.
    public var bitsPerColumn = 0
    /// Bits of metadata that all rows share, per group: a block's width.
    public var bitsPerColumnGroup = 0
    /// Bits of metadata that `rowTile` rows share, per group: SpQR's statistics of statistics, ShiftAddLLM's scales.
    public var bitsPerRowTile = 0
    /// Share of weights that are kept as outliers, of `outlierBits` each.
    public var outlierShare = 0.0
    /// Further bits per row of blocks narrower than the others (SliM-LLM's of one bit).
    public var bitsPerLowBlock = 0

    /// Rows that share `bitsPerRowTile`.
    public static let rowTile = 16
    /// Bits of an outlier: an FP16 value and its column.
    public static let outlierBits = 32

    /// A layout without metadata that rows share.
    init(
        codeBits: Int, groupSize: Int, scaleBits: Int, zeroPointBits: Int, selectorBits: Int, rowBits: Int,
        tensorBits: Int
    ) {
        self.codeBits = codeBits
        self.groupSize = groupSize
        self.scaleBits = scaleBits
        self.zeroPointBits = zeroPointBits
        self.selectorBits = selectorBits
        self.rowBits = rowBits
        self.tensorBits = tensorBits
    }

    /// Metadata bits of one group: scale, zero point and selector.
    public var bitsPerGroup: Int { scaleBits + zeroPointBits + selectorBits }

    /// The number of groups in a row of `columns` weights, the shorter tail group included.
    ///
    /// - Parameter offset: columns of the first group that come before and are not in the row.
    public func groups(columns: Int, offset: Int = 0) -> Int { (offset + columns + groupSize - 1) / groupSize }

    /// Bytes of one row's codes.
    public func codeBytesPerRow(columns: Int) -> Int { (columns * codeBits + 7) / 8 }

    /// Bytes of one row's selectors.
    public func selectorBytesPerRow(columns: Int, offset: Int = 0) -> Int {
        (groups(columns: columns, offset: offset) * selectorBits + 7) / 8
    }

    /// All bits of a matrix [rows x columns]: codes and metadata, with the rows' byte alignment.
    ///
    /// - Parameter offset: columns of the first group that come before and are not in the matrix.
    public func bits(rows: Int, columns: Int, offset: Int = 0) -> Int {
        let groupBytes = groups(columns: columns, offset: offset) * (scaleBits + zeroPointBits) / 8
        let rowBytes =
            codeBytesPerRow(columns: columns) + selectorBytesPerRow(columns: columns, offset: offset) + groupBytes
        return rows * (8 * rowBytes + rowBits) + tensorBits
            + sharedBits(rows: rows, columns: columns, offset: offset, outliers: outliers(rows: rows, columns: columns))
    }

    /// What rows share, and outliers.
    private func sharedBits(rows: Int, columns: Int, offset: Int, outliers: Int) -> Int {
        let groups = groups(columns: columns, offset: offset)
        return columns * bitsPerColumn + groups * bitsPerColumnGroup
            + (rows + Self.rowTile - 1) / Self.rowTile * groups * bitsPerRowTile + outliers * Self.outlierBits
            + rows * bitsPerLowBlock * SliMBlocks.pairs(columns: columns, blockSize: groupSize)
    }

    /// The outliers of a matrix that has the usual share of them.
    public func outliers(rows: Int, columns: Int) -> Int {
        Int((outlierShare * Double(rows * columns)).rounded())
    }

    /// Bytes of the packed buffer: `bits` rounded up once, for the bits per tensor.
    public func bytes(rows: Int, columns: Int, offset: Int = 0) -> Int {
        (bits(rows: rows, columns: columns, offset: offset) + 7) / 8
    }

    /// `bits` divided by the number of weights.
    public func averageBitsPerWeight(rows: Int, columns: Int) -> Double {
        Double(bits(rows: rows, columns: columns)) / Double(rows * columns)
    }
}
