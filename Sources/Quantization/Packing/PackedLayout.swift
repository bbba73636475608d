/// Where the parts of a packed matrix lie in its buffer: one section after another, each row by row.
///
/// 1. Codes: each row's codes as a bit stream, lowest bits first, rounded up to a byte.
/// 2. Group scales: 1, 2 or 4 bytes per group, little endian.
/// 3. Zero points: 1 byte per group, two's complement with 8-bit scales, else unsigned.
/// 4. Selectors: each row's selectors as a bit stream, rounded up to a byte.
/// 5. Row scales: 2 or 4 bytes each, little endian.
/// 6. Tensor type: 1 byte, where the scheme has types.
///
/// Rows are whole bytes in every section, so that a shard of rows is a slice of each.
public struct PackedLayout: Sendable, Hashable {
    /// Bytes of one row's codes.
    public let codeRowBytes: Int
    /// Bytes of one row's group scales.
    public let scaleRowBytes: Int
    /// Bytes of one row's zero points.
    public let zeroPointRowBytes: Int
    /// Bytes of one row's selectors.
    public let selectorRowBytes: Int
    /// Bytes of one row's own scales.
    public let rowScaleBytes: Int
    /// Bytes for the tensor's type.
    public let tensorBytes: Int
    /// Output channels.
    public let rows: Int

    /// The layout of a matrix [rows x columns] under `scheme`.
    public init(_ scheme: Scheme, rows: Int, columns: Int) {
        let storage = scheme.storage
        let groups = storage.groups(columns: columns)
        self.rows = rows
        codeRowBytes = storage.codeBytesPerRow(columns: columns)
        scaleRowBytes = groups * storage.scaleBits / 8
        zeroPointRowBytes = groups * storage.zeroPointBits / 8
        selectorRowBytes = storage.selectorBytesPerRow(columns: columns)
        rowScaleBytes = storage.rowBits / 8
        tensorBytes = (storage.tensorBits + 7) / 8
    }

    /// Offset of the codes.
    public var codeOffset: Int { 0 }
    /// Offset of the group scales.
    public var scaleOffset: Int { codeOffset + rows * codeRowBytes }
    /// Offset of the zero points.
    public var zeroPointOffset: Int { scaleOffset + rows * scaleRowBytes }
    /// Offset of the selectors.
    public var selectorOffset: Int { zeroPointOffset + rows * zeroPointRowBytes }
    /// Offset of the row scales.
    public var rowScaleOffset: Int { selectorOffset + rows * selectorRowBytes }
    /// Offset of the tensor's type.
    public var tensorOffset: Int { rowScaleOffset + rows * rowScaleBytes }
    /// Bytes in all; the same as `StorageLayout.bytes`.
    public var byteCount: Int { tensorOffset + tensorBytes }
}
