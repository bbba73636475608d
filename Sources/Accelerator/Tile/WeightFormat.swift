/// How the operand that the PEs take bit-serially (weights, keys, values) lies in memory and what it costs per step.
///
/// Filled in from a quantisation scheme; the accelerator itself knows no schemes.
public struct WeightFormat: Hashable, Sendable {
    /// Bits of one code, in units of 2^-16 bit: published averages are fractions such as 4.0625.
    public var codeBitsQ16: Int
    /// Codes that share a group's metadata, along the inputs.
    public var groupSize: Int
    /// Bytes of metadata per group: scale, zero point.
    public var bytesPerGroup: Int
    /// Bits that choose a group's data type; those of a row are packed together.
    public var selectorBits: Int
    /// Bits of metadata per row: channel scales, bias.
    public var bitsPerRow: Int
    /// Cycles that a PE takes for one weight per lane.
    public var cyclesPerStep: Int
    /// Whether the group's partial sum is scaled bit-serially in the PE.
    public var scalesSerially: Bool
    /// Whether every group's partial sum is added to the output on its own in FP32.
    public var accumulatesPerGroup: Bool
    /// Groups of a row that take another number of cycles for a step than the others, and that number. They are whole groups
    /// and stored behind and before the others: the order of the groups of a row is free.
    public var exceptionalGroups: ExceptionalGroups?
    /// Bits of metadata per column, for all rows together.
    public var bitsPerColumn = 0
    /// Bits of metadata per group of columns, for all rows together.
    public var bitsPerColumnGroup = 0
    /// Bits of metadata per group for ``rowTile`` rows together.
    public var bitsPerRowTile = 0
    /// Weights of high precision beside the codes, in units of 2^-32 of all weights; each takes ``outlierBits``.
    public var outlierShareQ32 = 0
    /// What units beside the PEs do.
    public var side = SideWork()

    /// Groups with a step of their own.
    public struct ExceptionalGroups: Hashable, Sendable {
        /// How many there are in a row.
        public var count: Int
        /// Cycles that a PE takes for one weight per lane of them.
        public var cyclesPerStep: Int

        /// Creates a description.
        public init(count: Int, cyclesPerStep: Int) {
            self.count = count
            self.cyclesPerStep = cyclesPerStep
        }
    }

    /// Rows that share ``bitsPerRowTile``.
    static let rowTile = 16
    /// Bits of an outlier with its column.
    static let outlierBits = 32

    /// Creates a format.
    public init(
        codeBits: Double, groupSize: Int, bytesPerGroup: Int, selectorBits: Int, bitsPerRow: Int, cyclesPerStep: Int,
        scalesSerially: Bool, accumulatesPerGroup: Bool
    ) {
        codeBitsQ16 = Int((codeBits * 65536).rounded())
        self.groupSize = groupSize
        self.bytesPerGroup = bytesPerGroup
        self.selectorBits = selectorBits
        self.bitsPerRow = bitsPerRow
        self.cyclesPerStep = cyclesPerStep
        self.scalesSerially = scalesSerially
        self.accumulatesPerGroup = accumulatesPerGroup
    }

    /// Bytes of a block of rows, as packed in memory: the codes and selectors of a row start on a byte.
    ///
    /// - Parameters:
    ///   - rows: rows, that is outputs.
    ///   - columns: inputs.
    ///   - offset: columns of the first group that come before and are not in the block.
    ///   - withRowMetadata: whether the block holds the rows' own metadata too.
    public func bytes(rows: Int, columns: Int, offset: Int = 0, withRowMetadata: Bool) -> Int {
        let groups = groups(columns: columns, offset: offset)
        let codes = (columns * codeBitsQ16 + (8 << 16) - 1) / (8 << 16)
        let row = codes + (groups * selectorBits + 7) / 8 + groups * bytesPerGroup
        let shared =
            columns * bitsPerColumn + groups * bitsPerColumnGroup
            + (rows + Self.rowTile - 1) / Self.rowTile * groups * bitsPerRowTile
            + outliers(rows: rows, columns: columns) * Self.outlierBits
        return rows * row + (shared + (withRowMetadata ? rows * bitsPerRow : 0) + 7) / 8
    }

    /// Outliers of a block, taken to be spread evenly.
    public func outliers(rows: Int, columns: Int) -> Int { (rows * columns * outlierShareQ32 + 1 << 31) >> 32 }

    /// Groups that a row has columns of.
    func groups(columns: Int, offset: Int) -> Int { (offset + columns + groupSize - 1) / groupSize }

    /// Whether elements carry scales that must be applied to products.
    public var hasScales: Bool { bytesPerGroup > 0 || bitsPerRow > 0 }
}
