import Accelerator
import Units

/// What a phase takes on one chip, or on all chips together.
public struct PhaseCost: Hashable, Sendable, Codable {
    /// Time in which the PE array works.
    public var compute = Picoseconds.zero
    /// Time in which the chip waits for its DRAM.
    public var memory = Picoseconds.zero
    /// Time in which only the vector unit works.
    public var vector = Picoseconds.zero
    /// Time of exchanges with other chips that sticks out behind the chip's own work.
    public var communication = Picoseconds.zero
    /// Time spent waiting for slower chips or for other pipeline stages.
    public var idle = Picoseconds.zero
    /// Time in which exchanges of the chip are under way, hidden or not; no part of the latency.
    public var communicationTotal = Picoseconds.zero
    /// Part of the idle time in which the chip's stage has nothing to do and waits for others.
    public var bubble = Picoseconds.zero
    /// Time in which the DRAM bus moves data, whether or not anything waits for it; no part of the latency.
    public var dramBusy = Picoseconds.zero
    /// Energy by where it is spent.
    public var energy = EnergyBreakdown()
    /// Multiply-adds.
    public var macs = 0
    /// PEs that work, summed over cycles.
    public var activeElementCycles = 0
    /// Bytes read from DRAM.
    public var dramReadBytes = Bytes.zero
    /// Bytes written to DRAM.
    public var dramWriteBytes = Bytes.zero
    /// Bytes sent over links.
    public var linkBytes = Bytes.zero

    /// No cost.
    public init() {}

    /// All of the phase's time.
    public var latency: Picoseconds { compute + memory + vector + communication + idle }

    /// Adds another chip's cost.
    static func += (left: inout PhaseCost, right: PhaseCost) {
        left.compute += right.compute
        left.memory += right.memory
        left.vector += right.vector
        left.communication += right.communication
        left.idle += right.idle
        left.communicationTotal += right.communicationTotal
        left.bubble += right.bubble
        left.dramBusy += right.dramBusy
        left.energy += right.energy
        left.macs += right.macs
        left.activeElementCycles += right.activeElementCycles
        left.dramReadBytes += right.dramReadBytes
        left.dramWriteBytes += right.dramWriteBytes
        left.linkBytes += right.linkBytes
    }
}
