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
