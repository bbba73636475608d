/// The block of each matrix that a chip holds where matrices are divided both ways over `rows x columns` chips.
///
/// Chips of one column share the outputs of widening matrices (q, k, v, gate, up, head), of which each holds a part of the
/// inputs; the inputs of narrowing matrices (o, down), of which each holds a part of the outputs.
public struct GridBlock: Hashable, Sendable, Codable {
    /// Chips of a column: parts that the hidden vector is cut into.
    public var rows: Int
    /// Chips of a row: parts that heads, widths and vocabulary are cut into.
    public var columns: Int
    /// Elements of the hidden vector that the chip's matrices meet.
    public var hiddenSize: Int
    /// Elements of the hidden vector that the chip keeps between halves of a layer: its part of the row's.
    public var ownHiddenSize: Int
    /// Query heads of the column, all its chips together.
    public var queryHeads: Int
    /// KV heads of the column, each counted once.
    public var kvHeads: Int
    /// KV heads of the column, counted on each chip that keeps a copy.
    public var kvHeadCopies: Int
    /// Feed-forward width of the column.
    public var intermediateSize: Int
    /// Rows of the language-model head of the column.
    public var vocabularyRows: Int

    /// Creates a block.
    public init(
        rows: Int, columns: Int, hiddenSize: Int, ownHiddenSize: Int, queryHeads: Int, kvHeads: Int,
        kvHeadCopies: Int, intermediateSize: Int, vocabularyRows: Int
    ) {
        self.rows = rows
        self.columns = columns
        self.hiddenSize = hiddenSize
        self.ownHiddenSize = ownHiddenSize
        self.queryHeads = queryHeads
        self.kvHeads = kvHeads
        self.kvHeadCopies = kvHeadCopies
        self.intermediateSize = intermediateSize
        self.vocabularyRows = vocabularyRows
    }
}
