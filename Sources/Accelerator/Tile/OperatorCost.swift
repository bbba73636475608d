import Units

/// What one operator takes on one chip.
public struct OperatorCost: Hashable, Sendable, Codable {
    /// From its first transfer to its last.
    public var latencyCycles = 0
    /// Cycles in which the PE array works.
    public var computeCycles = 0
    /// Cycles in which only the vector unit works.
    public var vectorCycles = 0
    /// Multiply-adds.
    public var macs = 0
    /// Active PEs summed over cycles: `computeCycles x PEs x utilisation`.
    public var activeElementCycles = 0
    /// Bytes of weights, keys and values as they are stored, each counted once however often it is loaded.
    public var operandBytes = 0
    /// Cycles in which the DRAM bus moves data, whether or not anything waits for it.
    public var dramBusCycles = 0
    /// Bytes read from DRAM, whole bursts.
    public var dramReadBytes = 0
    /// Bytes written to DRAM, whole bursts.
    public var dramWriteBytes = 0
    /// Use of units beside the PEs; its energy is part of that of the PEs.
    public var side = SideCounts()
    /// Energy but for links and what depends on time (leakage, background power).
    public var energy = EnergyBreakdown()

    /// No cost.
    public init() {}

    /// Cycles in which the operator waits for DRAM.
    public var memoryCycles: Int { latencyCycles - computeCycles - vectorCycles }

    /// The costs one after the other.
    public static func += (left: inout OperatorCost, right: OperatorCost) {
        left.latencyCycles += right.latencyCycles
        left.computeCycles += right.computeCycles
        left.vectorCycles += right.vectorCycles
        left.macs += right.macs
        left.activeElementCycles += right.activeElementCycles
        left.operandBytes += right.operandBytes
        left.dramBusCycles += right.dramBusCycles
        left.dramReadBytes += right.dramReadBytes
        left.dramWriteBytes += right.dramWriteBytes
        left.side += right.side
        left.energy += right.energy
    }

    /// The same cost several times in a row.
    public static func * (left: OperatorCost, right: Int) -> OperatorCost {
        var product = left
        product.latencyCycles *= right
        product.computeCycles *= right
        product.vectorCycles *= right
        product.macs *= right
        product.activeElementCycles *= right
        product.operandBytes *= right
        product.dramBusCycles *= right
        product.dramReadBytes *= right
        product.dramWriteBytes *= right
        product.side = left.side * right
        product.energy = left.energy * Double(right)
        return product
    }
}
