import Quantization

/// A quantised matrix in the form in which the kernel reads it: the terms of sixteen rows side by side.
///
/// Rows are taken in blocks of sixteen, the last one filled with zero rows. A step (quad and term) of a block is one
/// `TermWord` for each row: two bytes per weight for schemes of two terms, four for INT8.
public struct PreparedWeights: Sendable {
    /// The scheme of the matrix.
    public let scheme: Scheme
    /// Output channels.
    public let rows: Int
    /// How rows are cut into groups and quads.
    public let layout: KernelLayout

    /// Rows of a block.
    static let blockRows = 16
    /// [blocks x quads x terms]
    let words: [RowBits]
    /// The significances of the terms: [terms] where all rows' groups have the same, else [blocks x groups x terms].
    let significances: [RowBits]
    /// Distance of the significances of neighbouring groups: 0 or the number of terms.
    let significanceStride: Int
    /// Whether all groups have the two terms of `LeadingOnes`.
    let hasLeadingOnes: Bool
    /// [blocks x groups]
    let scales: [GroupScales]
    /// Scales of the rows [blocks x scaleCount]; 1 where no group uses them.
    let rowScales: [RowFloats]
    /// Scales per row: more than one with BitMoD's two families.
    let scaleCount: Int
    /// Whether the group-sum unit corrects zero points.
    let hasZeroPoints: Bool

    /// Input channels.
    public var columns: Int { layout.columns }
    /// Blocks of sixteen rows.
    var blocks: Int { (rows + Self.blockRows - 1) / Self.blockRows }
    /// Bytes of the matrix as the scheme packs it.
    public var packedBytes: Int { PackedLayout(scheme, rows: rows, columns: columns).byteCount }
    /// Bytes of the kernel's own form.
    public var preparedBytes: Int {
        (words.count + significances.count) * MemoryLayout<RowBits>.stride + scales.count
            * MemoryLayout<GroupScales>.stride
            + rowScales.count * MemoryLayout<RowFloats>.stride
    }

    /// Prepares a packed matrix; `nil` if its scheme does not run on the bit-serial PE.
    public init?(_ packed: PackedTensor) { self.init(packed.unpacked()) }

    /// Prepares a quantised matrix; `nil` if its scheme does not run on the bit-serial PE.
    public init?(_ tensor: QuantizedTensor) {
        guard let layout = KernelLayout(tensor.scheme, columns: tensor.columns) else { return nil }
        self.layout = layout
        scheme = tensor.scheme
        rows = tensor.rows
        hasZeroPoints = tensor.scheme.hasZeroPoints
        let decoder = RowDecoder(tensor)
        let table = TermWordTable(decoder, layout: layout)
        words = table.words()
        significances = table.termSignificances()
        significanceStride = significances.count == layout.termCount ? 0 : layout.termCount
        hasLeadingOnes = table.hasLeadingOnes
        let reader = GroupScaleReader(decoder)
        scaleCount = reader.scaleCount
        (scales, rowScales) = reader.read(groups: layout.groups)
    }
}
