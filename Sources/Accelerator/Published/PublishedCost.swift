/// What one matrix product takes in the published model.
public struct PublishedCost: Hashable, Sendable {
    /// Array-sized pieces of work.
    public var tiles: Int
    /// Cycles of the PE array.
    public var computeCycles: Int
    /// Cycles of the DRAM bus, truncated.
    public var dramCycles: Int
    /// The larger of the two.
    public var latencyCycles: Int
    /// How often the weights are fetched.
    public var weightFetches: Int
    /// How often the inputs are fetched.
    public var inputFetches: Int
    /// Bytes of the weights.
    public var weightBytes: Int
    /// Bytes of the inputs.
    public var inputBytes: Int
    /// Bytes of the outputs.
    public var outputBytes: Int
    /// Bytes moved, refetches included.
    public var dramBytes: Int
    /// Energy of all PEs in all compute cycles.
    public var computeEnergyPicojoules: Double
    /// Energy of one access of each buffer per tile.
    public var bufferReadEnergyPicojoules: Double
    /// Energy of filling the buffers.
    public var bufferWriteEnergyPicojoules: Double
    /// The weight buffer's share of reads and writes.
    public var weightBufferEnergyPicojoules: Double
    /// Multiply-adds in the simulator's shapes.
    public var macs: Int
    /// Energy of the moved bytes.
    public var dramEnergyPicojoules: Double

    /// The input buffer's share of reads and writes.
    public var inputBufferEnergyPicojoules: Double {
        bufferReadEnergyPicojoules + bufferWriteEnergyPicojoules - weightBufferEnergyPicojoules
    }

    /// Compute and buffers.
    public var onChipEnergyPicojoules: Double {
        computeEnergyPicojoules + bufferReadEnergyPicojoules + bufferWriteEnergyPicojoules
    }
}
