import Accelerator
import Simulation
import Units
import Workload

/// One phase on all chips together; times are the mean over chips, so that they add up to the latency.
struct PhaseDocument: Encodable {
    let steps: Int
    let latencySeconds: Double
    let latencyCycles: Int
    let computeCycles: Int
    let energyJoules: EnergyDocument
    let dramBytes: Int
    let dramReadBytes: Int
    let dramWriteBytes: Int
    let linkBytes: Int
    let macs: Int
    let utilization: Double
    let latencyBreakdownSeconds: BreakdownDocument
    let dramBusySeconds: Double
    let communicationSeconds: Double
    let bubbleSeconds: Double
    let bound: String

    init?(_ result: RunResult, _ phase: PhaseStep.Phase, chip: Chip) {
        let outcome = result[phase]
        guard outcome.steps > 0 else { return nil }
        let summary = PhaseSummary(result, phase, chip: chip)
        steps = outcome.steps
        latencySeconds = outcome.latency.seconds
        latencyCycles = summary.latencyCycles
        computeCycles = outcome.chips.map { chip.clock.cycles(covering: $0.compute).count }.max() ?? 0
        energyJoules = EnergyDocument(outcome.total.energy)
        dramReadBytes = outcome.total.dramReadBytes.count
        dramWriteBytes = outcome.total.dramWriteBytes.count
        dramBytes = dramReadBytes + dramWriteBytes
        linkBytes = outcome.total.linkBytes.count
        macs = outcome.total.macs
        utilization = summary.utilization
        latencyBreakdownSeconds = BreakdownDocument(outcome.total, over: result.plan.chips)
        dramBusySeconds = Double(outcome.total.dramBusy.count) / Double(result.plan.chips) / 1e12
        communicationSeconds =
            Double(outcome.total.communicationTotal.count) / Double(result.plan.chips) / 1e12
        bubbleSeconds = Double(outcome.total.bubble.count) / Double(result.plan.chips) / 1e12
        bound = summary.bound.rawValue
    }
}

/// Where time goes. The parts add up to the latency.
struct BreakdownDocument: Encodable {
    let compute: Double
    let memory: Double
    let vector: Double
    let communicationExposed: Double
    let idle: Double

    /// A chip that computes or waits for DRAM.
    init(compute: Double, memory: Double) {
        self.compute = compute
        self.memory = memory
        vector = 0
        communicationExposed = 0
        idle = 0
    }

    init(_ cost: PhaseCost, over chips: Int = 1) {
        func mean(_ time: Picoseconds) -> Double { Double(time.count) / Double(chips) / 1e12 }
        compute = mean(cost.compute)
        memory = mean(cost.memory)
        vector = mean(cost.vector)
        communicationExposed = mean(cost.communication)
        idle = mean(cost.idle)
    }
}

/// Where energy goes. The parts add up to the total.
struct EnergyDocument: Encodable {
    let pe: Double
    let weightBuffer: Double
    let activationBuffer: Double
    let dram: Double
    let vector: Double
    let link: Double
    let `static`: Double
    let total: Double

    init(_ energy: EnergyBreakdown) {
        pe = energy.pe.joules
        weightBuffer = energy.weightBuffer.joules
        activationBuffer = energy.activationBuffer.joules
        dram = energy.dram.joules
        vector = energy.vector.joules
        link = energy.link.joules
        `static` = energy.static.joules
        total = energy.total.joules
    }
}

/// The figures of the whole run.
struct TotalsDocument: Encodable {
    let latencySeconds: Double
    let latencyCycles: Int
    let timeToFirstTokenSeconds: Double?
    @NullIfAbsent var timePerOutputTokenSeconds: Double?
    @NullIfAbsent var tokensPerSecond: Double?
    let energyJoules: Double
    let onChipEnergyJoules: Double
    @NullIfAbsent var energyPerTokenJoules: Double?
    let areaSquareMillimetersPerChip: Double

    init(_ result: RunResult, chip: Chip) {
        let summary = RunSummary(result, chip: chip)
        latencySeconds = result.latency.seconds
        latencyCycles = chip.clock.cycles(covering: result.latency).count
        timeToFirstTokenSeconds = result[.prefill].latency.seconds
        timePerOutputTokenSeconds = summary.timePerOutputTokenSeconds
        tokensPerSecond = summary.tokensPerSecond
        energyJoules = summary.energy.total.joules
        onChipEnergyJoules = summary.energy.onChip.joules
        energyPerTokenJoules = summary.energyPerTokenJoules
        areaSquareMillimetersPerChip = chip.areaSquareMillimeters
    }
}

/// One chip of the system.
struct ChipDocument: Encodable {
    struct Memory: Encodable {
        let weights: Int
        let keyValueCache: Int
        let total: Int
        let capacity: Int
    }

    struct Phase: Encodable {
        let latencyBreakdownSeconds: BreakdownDocument
        let energyJoules: EnergyDocument
        let dramBytes: Int
        let linkBytes: Int
        let macs: Int

        init?(_ result: PhaseResult, chipClass: Int) {
            guard result.steps > 0 else { return nil }
            let cost = result.chips[chipClass]
            latencyBreakdownSeconds = BreakdownDocument(cost)
            energyJoules = EnergyDocument(cost.energy)
            dramBytes = (cost.dramReadBytes + cost.dramWriteBytes).count
            linkBytes = cost.linkBytes.count
            macs = cost.macs
        }
    }

    let chip: Int
    let replica: Int
    let stage: Int
    let tensorIndex: Int
    let memoryBytes: Memory
    @NullIfAbsent var prefill: Phase?
    @NullIfAbsent var decode: Phase?

    init(_ result: RunResult, index: Int, chipClass: Int, capacity: Bytes) {
        chip = index
        replica = result.plan.replica(of: index)
        stage = result.plan.stage(of: index)
        tensorIndex = index % result.plan.tensorParallel
        let usage = result.memory[chipClass]
        memoryBytes = Memory(
            weights: usage.weights.count, keyValueCache: usage.keyValueCache.count, total: usage.total.count,
            capacity: capacity.count)
        prefill = Phase(result[.prefill], chipClass: chipClass)
        decode = Phase(result[.decode], chipClass: chipClass)
    }
}

/// One operator, or part of the model, on the first chip of its kind: all layers and steps of a phase together.
struct OperatorDocument: Encodable {
    let phase: String
    let chip: Int
    let part: String
    let name: String
    let count: Int
    let latencyCycles: Int
    let computeCycles: Int
    let vectorCycles: Int
    let memoryCycles: Int
    let macs: Int
    let activeElementCycles: Int
    let operandBytes: Int
    let dramReadBytes: Int
    let dramWriteBytes: Int
    let energyJoules: EnergyDocument

    init(phase: PhaseStep.Phase, row: OperatorRow, chip: Int) {
        self.phase = phase.rawValue
        self.chip = chip
        part = row.part
        name = row.name
        count = row.count
        latencyCycles = row.latencyCycles
        computeCycles = row.computeCycles
        vectorCycles = row.vectorCycles
        memoryCycles = row.memoryCycles
        macs = row.macs
        activeElementCycles = row.activeElementCycles
        operandBytes = row.operandBytes
        dramReadBytes = row.dramReadBytes
        dramWriteBytes = row.dramWriteBytes
        energyJoules = EnergyDocument(row.energy)
    }
}
