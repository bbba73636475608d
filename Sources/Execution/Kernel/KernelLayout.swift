import Quantization

/// What weights and activations must agree on to be multiplied: how a row is cut into groups, quads and terms.
///
/// A quad is four neighbouring columns of one group, the lanes of a PE step. The last quad of a group is padded with
/// zero activations and idle terms, as in `PlainDotProduct`.
public struct KernelLayout: Sendable, Hashable {
    /// Input channels of the matrix.
    public let columns: Int
    /// Columns of a group; the last one may be shorter.
    public let groupSize: Int
    /// Terms of a weight, that is PE steps of a quad; the same for all data types of a scheme.
    public let termCount: Int
    /// The largest significance of a term of any data type: with ANT and OliVe types differ.
    public let maximumSignificance: Int
    /// The largest exponent of a lane: 3 in the published PE, 7 with OliVe's outliers.
    public let maximumLaneExponent: Int

    /// The layout of a matrix of `columns` input channels, or `nil` if its scheme does not run on the bit-serial PE.
    public init?(_ scheme: Scheme, columns: Int) {
        var tables = scheme.termTables
        guard let termCount = tables.first?.termsPerCode else { return nil }
        precondition(
            tables.allSatisfy { $0.termsPerCode == termCount }, "the types of a scheme have equally many terms")
        if case .olive = scheme.family { tables += OliveType.allCases.map { TermTable($0.outlier) } }
        self.columns = columns
        groupSize = scheme.groupSize
        self.termCount = termCount
        maximumSignificance = tables.flatMap(\.significances).max() ?? 0
        maximumLaneExponent = tables.flatMap(\.terms).reduce(0) { $1.bit ? max($0, $1.exponent) : $0 }
    }

    /// Groups of a row, the shorter tail group included.
    public var groups: Int { (columns + groupSize - 1) / groupSize }
    /// Quads of a full group.
    public var quadsPerGroup: Int { (groupSize + 3) / 4 }
    /// Quads of a row.
    public var quads: Int { groups == 0 ? 0 : (groups - 1) * quadsPerGroup + quads(ofGroup: groups - 1).count }

    /// The columns of a group.
    public func columns(ofGroup group: Int) -> Range<Int> {
        group * groupSize..<min((group + 1) * groupSize, columns)
    }

    /// The quads of a group, counted along the row.
    public func quads(ofGroup group: Int) -> Range<Int> {
        let first = group * quadsPerGroup
        return first..<first + (columns(ofGroup: group).count + 3) / 4
    }
}
