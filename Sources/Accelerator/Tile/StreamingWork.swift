import Units

/// Work of the vector unit over a stream of elements, with what it reads from and writes to DRAM on the way.
///
/// Norms, RoPE, activation functions, residual sums, embedding look-ups, KV-cache appends. Elements stream through, so
/// transfers and arithmetic overlap: latency = DRAM access latency (if anything is moved) + max(arithmetic, transfers).
public struct StreamingWork: Hashable, Sendable {
    /// Elementary operations.
    public var operations: VectorOperations
    /// Bits read from the activation buffer.
    public var bufferReadBits: Int
    /// Bits written to the activation buffer.
    public var bufferWriteBits: Int
    /// Contiguous runs read from DRAM.
    public var readRuns: Int
    /// Bytes of each run that is read.
    public var readRunBytes: Int
    /// Contiguous runs written to DRAM.
    public var writeRuns: Int
    /// Bytes of each run that is written.
    public var writeRunBytes: Int

    /// Creates work; what is not given is zero.
    public init(
        operations: VectorOperations = VectorOperations(), bufferReadBits: Int = 0, bufferWriteBits: Int = 0,
        readRuns: Int = 0, readRunBytes: Int = 0, writeRuns: Int = 0, writeRunBytes: Int = 0
    ) {
        self.operations = operations
        self.bufferReadBits = bufferReadBits
        self.bufferWriteBits = bufferWriteBits
        self.readRuns = readRuns
        self.readRunBytes = readRunBytes
        self.writeRuns = writeRuns
        self.writeRunBytes = writeRunBytes
    }

    /// What it takes on a chip.
    public func cost(on chip: Chip) -> OperatorCost {
        let read = chip.dram.moved(runs: readRuns, of: readRunBytes)
        let written = chip.dram.moved(runs: writeRuns, of: writeRunBytes)
        let bus = chip.dram.busCycles(for: read + written)
        var cost = OperatorCost()
        cost.vectorCycles = chip.vectorUnit.cycles(for: operations)
        cost.latencyCycles = max(cost.vectorCycles, bus) + (read + written > 0 ? chip.dram.latencyCycles : 0)
        cost.dramBusCycles = bus
        cost.dramReadBytes = read
        cost.dramWriteBytes = written
        cost.energy.vector = chip.vectorUnit.energy(of: operations)
        cost.energy.activationBuffer =
            chip.activationBuffer.readEnergyPerBit * Double(bufferReadBits)
            + chip.activationBuffer.writeEnergyPerBit * Double(bufferWriteBits)
        cost.energy.dram =
            chip.dram.energy(moving: read, runs: readRuns, isWrite: false)
            + chip.dram.energy(moving: written, runs: writeRuns, isWrite: true)
        return cost
    }
}
