import Quantization
import Units

/// What a product costs on the bit-serial PE, counted over the groups and quads that the kernel walks.
///
/// The counts are those of the hardware, which leaves nothing out; quads that the kernel may skip are counted too.
public struct ExecutionCounts: Sendable, Hashable {
    /// Steps of all PEs: quads times terms, summed over rows and tokens.
    public var steps: Int
    /// Cycles of one pass: a PE reduces a row and a token to one output, with the scaling of a group behind the next.
    public var passCycles: Int
    /// Passes: rows times tokens.
    public var passes: Int
    /// Cycles of group scaling in all passes that a group's steps hide.
    public var hiddenScalingCycles: Int
    /// Cycles of group scaling in all passes that its steps do not hide.
    public var exposedScalingCycles: Int
    /// Bytes of the packed matrix, read once.
    public var packedBytes: Bytes

    /// Cycles of all PEs: what the timing model calls active element cycles.
    public var activeElementCycles: Int { passes * passCycles }

    /// Cycles that the dequantisation unit takes for an 8-bit scale, one per bit.
    public static let serialScalingCycles = 8

    /// The counts of a product of `weights` with `tokens` tokens.
    public init(_ weights: PreparedWeights, tokens: Int) {
        self.init(weights.layout, scheme: weights.scheme, rows: weights.rows, tokens: tokens)
    }

    /// The counts of a product of a matrix with `tokens` tokens; no weights are needed.
    ///
    /// - Parameter columns: the columns that are multiplied, of those of the layout: others belong to cut groups and are on
    ///   other chips. By default all.
    public init(_ layout: KernelLayout, scheme: Scheme, rows: Int, columns: Range<Int>? = nil, tokens: Int) {
        self.init(
            GroupedRow(columns: layout.columns, groupSize: layout.groupSize, terms: layout.termCount), scheme: scheme,
            rows: rows, columns: columns, tokens: tokens)
    }

    /// How a row is cut into groups, and what a step of each takes.
    public struct GroupedRow: Sendable {
        /// Columns of the row.
        public var columns: Int
        /// Columns of a group; the last one may be shorter.
        public var groupSize: Int
        /// Terms of a weight.
        public var terms: Int
        /// The same for groups in which it differs, by group.
        public var exceptions: [Int: Int] = [:]

        /// A row of equal groups.
        public init(columns: Int, groupSize: Int, terms: Int) {
            self.columns = columns
            self.groupSize = groupSize
            self.terms = terms
        }
    }

    /// The counts of a product of any matrix whose rows are cut alike.
    ///
    /// - Parameter columns: the columns that are multiplied. By default all.
    public init(_ row: GroupedRow, scheme: Scheme, rows: Int, columns: Range<Int>? = nil, tokens: Int) {
        let columns = columns ?? 0..<row.columns
        let scaling = max(
            scheme.scaleEncoding == .int8 ? Self.serialScalingCycles : 0,
            scheme.operationsPerGroup * scheme.elementsPerUnit)
        passes = rows * tokens
        passCycles = 0
        steps = 0
        hiddenScalingCycles = 0
        exposedScalingCycles = 0
        for group in 0..<(row.columns + row.groupSize - 1) / row.groupSize {
            let places = group * row.groupSize..<min((group + 1) * row.groupSize, row.columns)
            let own = columns.clamped(to: places)
            guard !own.isEmpty else { continue }
            let quads =
                (own.upperBound - places.lowerBound + 3) / 4 - (own.lowerBound - places.lowerBound) / 4
            let groupSteps = quads * (row.exceptions[group] ?? row.terms)
            let exposed = max(scaling - groupSteps, 0)
            steps += groupSteps * passes
            passCycles += groupSteps + exposed
            hiddenScalingCycles += (scaling - exposed) * passes
            exposedScalingCycles += exposed * passes
        }
        let offset = columns.lowerBound % scheme.groupSize
        packedBytes = Bytes(scheme.storage.bytes(rows: rows, columns: columns.count, offset: offset))
    }
}
