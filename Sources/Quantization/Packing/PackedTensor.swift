/// A quantised matrix in the bytes that its storage formula counts, laid out as `PackedLayout` says.
public struct PackedTensor: Sendable, Hashable {
    /// How the weights are represented.
    public let scheme: Scheme
    /// Output channels.
    public let rows: Int
    /// Input channels.
    public let columns: Int
    /// The buffer.
    public let bytes: [UInt8]

    /// Where the buffer's parts lie.
    public var layout: PackedLayout { PackedLayout(scheme, rows: rows, columns: columns) }

    /// A matrix from its bytes, for instance out of a file.
    ///
    /// - Throws: `PackingError` if the buffer's size does not fit or a code in it has no meaning.
    public init(scheme: Scheme, rows: Int, columns: Int, bytes: [UInt8]) throws(PackingError) {
        guard rows > 0, columns > 0 else { throw .emptyMatrix(rows: rows, columns: columns) }
        let expected = PackedLayout(scheme, rows: rows, columns: columns).byteCount
        guard bytes.count == expected else { throw .wrongSize(found: bytes.count, expected: expected) }
        self.scheme = scheme
        self.rows = rows
        self.columns = columns
        self.bytes = bytes
        try validate()
    }

    /// Packs a tensor; `unpacked()` gives it back unchanged.
    public init(_ tensor: QuantizedTensor) {
        scheme = tensor.scheme
        rows = tensor.rows
        columns = tensor.columns
        let layout = PackedLayout(scheme, rows: rows, columns: columns)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(layout.byteCount)
        if tensor.halfBits.isEmpty {
            for row in 0..<rows {
                BitStream.append(
                    tensor.codes[row * columns..<(row + 1) * columns], width: scheme.codeBits, to: &bytes)
            }
        } else {
            for half in tensor.halfBits { Self.append(half, to: &bytes) }
        }
        bytes += tensor.scaleCodes
        Self.append(tensor.groupScales, bits: scheme.groupScaleBits, to: &bytes)
        bytes += tensor.zeroPoints.map { UInt8(truncatingIfNeeded: $0) }
        if !tensor.selectors.isEmpty {
            let groups = tensor.groupsPerRow
            for row in 0..<rows {
                BitStream.append(
                    tensor.selectors[row * groups..<(row + 1) * groups], width: scheme.selectorBits, to: &bytes)
            }
        }
        Self.append(tensor.rowScales, bits: scheme.scaleEncoding == .rowFloat32 ? 32 : 16, to: &bytes)
        if layout.tensorBytes > 0 { bytes.append(tensor.tensorType) }
        assert(bytes.count == layout.byteCount, "the buffer has the counted size")
        self.bytes = bytes
    }

    private static func append(_ scales: [Float], bits: Int, to bytes: inout [UInt8]) {
        for scale in scales {
            if bits == 32 {
                append(scale.bitPattern, to: &bytes)
            } else {
                append(Float16(scale).bitPattern, to: &bytes)
            }
        }
    }

    private static func append<Bits: FixedWidthInteger>(_ bits: Bits, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: bits.littleEndian) { bytes.append(contentsOf: $0) }
    }
}
