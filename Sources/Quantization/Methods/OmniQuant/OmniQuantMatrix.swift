/// BitMoD grids shifted by a whole number per group, as its OmniQuant integration needs them: w = s (grid value + z).
///
/// Stored are the codes, and per group a scale of 16 bits, a selector of 2 and an offset of 8: b + 26 / groupSize bits per
/// weight. The paper's text counts no offset.
public struct OmniQuantMatrix: StoredMatrix, Hashable {
    /// Output channels.
    public let rows: Int
    /// Input channels.
    public let columns: Int
    /// Bits per weight: 3 or 4.
    public let bits: Int
    /// Weights along the inputs that share scale, offset and grid; a row's last group may be shorter.
    public let groupSize: Int
    /// How scales are stored: `.float16` or `.float32`.
    public let metadata: ScaleEncoding
    /// Codes of the BitMoD grids [rows x columns].
    public internal(set) var codes: [UInt8]
    /// Scales s [rows x groups].
    public internal(set) var scales: [Float] = []
    /// The grid of each group in BitMoD's order [rows x groups].
    public internal(set) var selectors: [UInt8] = []
    /// Offsets z in grid units [rows x groups].
    public internal(set) var offsets: [Int8] = []

    /// The grids, indexed by the selector.
    public var formats: [NumberFormat] {
        Scheme.specialValues(bits: bits, .all).map { bits == 3 ? .fp3(special: $0) : .fp4(special: $0) }
    }

    /// What is stored for a matrix [rows x columns].
    public static func storedParts(
        rows: Int, columns: Int, bits: Int, groupSize: Int = 128, metadata: ScaleEncoding = .float16
    ) -> [StoredPart] {
        let groups = rows * ((columns + groupSize - 1) / groupSize)
        return [
            StoredPart("codes", bits: bits * rows * columns),
            StoredPart("scales", bits: (metadata == .float32 ? 32 : 16) * groups),
            StoredPart("selectors", bits: 2 * groups), StoredPart("offsets", bits: 8 * groups),
        ]
    }

    /// What is stored.
    public var storedParts: [StoredPart] {
        Self.storedParts(rows: rows, columns: columns, bits: bits, groupSize: groupSize, metadata: metadata)
    }

    /// A matrix of zero codes whose groups are to be appended.
    init(rows: Int, columns: Int, bits: Int, groupSize: Int, metadata: ScaleEncoding) {
        self.rows = rows
        self.columns = columns
        self.bits = bits
        self.groupSize = groupSize
        self.metadata = metadata
        codes = [UInt8](repeating: 0, count: rows * columns)
    }

    /// A matrix from its bytes.
    ///
    /// - Throws: `PackingError` if the buffer's size does not fit.
    /// - Precondition: `bits` is 3 or 4, `groupSize` positive.
    public init(
        packed bytes: [UInt8], rows: Int, columns: Int, bits: Int, groupSize: Int = 128,
        metadata: ScaleEncoding = .float16
    ) throws(PackingError) {
        precondition((bits == 3 || bits == 4) && groupSize > 0, "BitMoD has 3 or 4 bits")
        let parts = Self.storedParts(
            rows: rows, columns: columns, bits: bits, groupSize: groupSize, metadata: metadata)
        var reader = try PackedReader(bytes, parts: parts, rows: rows, columns: columns)
        self.init(rows: rows, columns: columns, bits: bits, groupSize: groupSize, metadata: metadata)
        let groups = parts[3].bits / 8
        codes = reader.codes(rows * columns, width: bits)
        scales = reader.scales(groups, in: metadata)
        selectors = reader.codes(groups, width: 2)
        offsets = reader.bytes(groups).map { Int8(bitPattern: $0) }
    }

    /// The stored bits.
    public func packed() -> [UInt8] {
        var writer = PackedWriter()
        writer.append(codes, width: bits)
        writer.append(scales, in: metadata)
        writer.append(selectors, width: 2)
        writer.append(offsets.map { UInt8(bitPattern: $0) })
        return writer.bytes
    }

    /// The weights, in the published order of operations in binary32 [rows x columns].
    public func dequantized() -> [Float] {
        let values = formats.map(\.codeValues)
        let groups = (columns + groupSize - 1) / groupSize
        return codes.enumerated().map { index, code in
            let group = index / columns * groups + index % columns / groupSize
            return Float(values[Int(selectors[group])][Int(code)] + Int(offsets[group])) * scales[group]
        }
    }
}
