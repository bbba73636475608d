/// How the operand that the PEs take bit-serially (weights, keys, values) lies in memory and what it costs per step.
///
/// Filled in from a quantisation scheme; the accelerator itself knows no schemes.
public struct WeightFormat: Hashable, Sendable {
    /// Bits of one code, in units of 2^-16 bit: published averages are fractions such as 4.0625.
    public var codeBitsQ16: Int
    /// Codes that share a group's metadata, along the inputs.
    public var groupSize: Int
    /// Bits of metadata per group: scale, selector, zero point.
    public var bitsPerGroup: Int
    /// Bits of metadata per row: channel scales, bias.
    public var bitsPerRow: Int
    /// Cycles that a PE takes for one weight per lane.
    public var cyclesPerStep: Int
    /// Whether the group's partial sum is scaled bit-serially in the PE.
    public var scalesSerially: Bool
    /// Whether every group's partial sum is added to the output on its own in FP32.
    public var accumulatesPerGroup: Bool

    /// Creates a format.
    public init(
        codeBits: Double, groupSize: Int, bitsPerGroup: Int, bitsPerRow: Int, cyclesPerStep: Int, scalesSerially: Bool,
        accumulatesPerGroup: Bool
    ) {
        codeBitsQ16 = Int((codeBits * 65536).rounded())
        self.groupSize = groupSize
        self.bitsPerGroup = bitsPerGroup
        self.bitsPerRow = bitsPerRow
        self.cyclesPerStep = cyclesPerStep
        self.scalesSerially = scalesSerially
        self.accumulatesPerGroup = accumulatesPerGroup
    }

    /// Bytes of a block of rows, as packed in memory.
    ///
    /// - Parameters:
    ///   - rows: rows, that is outputs.
    ///   - columns: inputs, starting at a group's first.
    ///   - withRowMetadata: whether the block holds the rows' own metadata too.
    public func bytes(rows: Int, columns: Int, withRowMetadata: Bool) -> Int {
        let groups = (columns + groupSize - 1) / groupSize
        let metadata = groups * bitsPerGroup + (withRowMetadata ? bitsPerRow : 0)
        let bits = (rows * columns * codeBitsQ16 + 65535) >> 16 + rows * metadata
        return (bits + 7) / 8
    }
}
