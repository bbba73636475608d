import Accelerator
import Units
import Workload

/// The outcome of a run: what every kind of chip did, and the sums over the system.
public struct RunResult: Sendable {
    /// What was asked for.
    public var request: RunRequest
    /// How the model was divided.
    public var plan: Plan
    /// The distinct kinds of chip.
    public var classes: [Plan.ChipClass]
    /// The class of every chip.
    public var classOfChip: [Int]
    /// What a chip of each class holds in DRAM.
    public var memory: [MemoryModel.Usage]
    /// The phases that have steps.
    public var phases: [PhaseStep.Phase: PhaseResult]
    /// What chips do when, in the scopes that were asked for.
    public var timelines: [Timeline] = []

    /// A phase's result, or an empty one where the phase has no steps.
    public subscript(phase: PhaseStep.Phase) -> PhaseResult { phases[phase] ?? PhaseResult() }

    /// Tokens that decode steps generated, over all sequences.
    public var decodedTokens: Int { request.batch * request.generatedTokens }

    /// Time of prefill and decode together.
    public var latency: Picoseconds { self[.prefill].latency + self[.decode].latency }
}

/// The outcome of a phase.
public struct PhaseResult: Hashable, Sendable {
    /// Steps of the phase.
    public var steps = 0
    /// From its start to the end of its last step.
    public var latency = Picoseconds.zero
    /// What a chip of each class took.
    public var chips: [PhaseCost] = []
    /// The sum over all chips, in the order of chips; with the bytes on links that chips cannot share evenly.
    public var total = PhaseCost()
    /// Costs by operator for a chip of each class; empty unless asked for.
    public var operators: [OperatorRow] = []

    /// No result.
    public init() {}
}

/// What one operator takes on a chip of a class over all layers and steps of a phase.
public struct OperatorRow: Hashable, Sendable, Codable {
    /// The class of chip.
    public var chipClass: Int
    /// The part of the model: embedding, attention, feedForward, residual or head.
    public var part: String
    /// The operator's name.
    public var name: String
    /// How many there were.
    public var count: Int
    /// Cycles of all of them.
    public var latencyCycles: Int
    /// Cycles of the PE array.
    public var computeCycles: Int
    /// Cycles of the vector unit alone.
    public var vectorCycles: Int
    /// Cycles of waiting for DRAM.
    public var memoryCycles: Int
    /// Multiply-adds.
    public var macs: Int
    /// Active PEs summed over cycles.
    public var activeElementCycles: Int
    /// Use of units beside the PEs.
    public var side: SideCounts
    /// Bytes of weights, keys and values as they are stored, each counted once in a step.
    public var operandBytes: Int
    /// Bytes read from DRAM.
    public var dramReadBytes: Int
    /// Bytes written to DRAM.
    public var dramWriteBytes: Int
    /// Energy without links and without what depends on time.
    public var energy: EnergyBreakdown

    init(_ total: OperatorTotal, chipClass: Int) {
        self.chipClass = chipClass
        part = total.key.part.rawValue
        name = total.key.name
        count = total.count
        latencyCycles = total.cost.latencyCycles
        computeCycles = total.cost.computeCycles
        vectorCycles = total.cost.vectorCycles
        memoryCycles = total.cost.memoryCycles
        macs = total.cost.macs
        activeElementCycles = total.cost.activeElementCycles
        side = total.cost.side
        operandBytes = total.cost.operandBytes
        dramReadBytes = total.cost.dramReadBytes
        dramWriteBytes = total.cost.dramWriteBytes
        energy = total.cost.energy
    }
}
