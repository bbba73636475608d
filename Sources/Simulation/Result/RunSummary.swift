import Accelerator
import Units
import Workload

/// Derived figures of a whole run, the same for every kind of report.
public struct RunSummary: Sendable {
    /// Energy of all chips and both phases.
    public let energy: EnergyBreakdown
    /// Decode latency over decode steps, or nil without decode steps.
    public let timePerOutputTokenSeconds: Double?
    /// Decoded tokens of all sequences over decode latency, or nil without decode steps.
    public let tokensPerSecond: Double?
    /// All energy, prefill included, over decoded tokens of all sequences; nil without decode steps.
    public let energyPerTokenJoules: Double?

    /// Derives the figures.
    public init(_ result: RunResult, chip: Chip) {
        energy = result[.prefill].total.energy + result[.decode].total.energy
        let decode = result[.decode]
        if decode.steps > 0 {
            let seconds = decode.latency.seconds
            timePerOutputTokenSeconds = seconds / Double(decode.steps)
            tokensPerSecond = Double(result.decodedTokens) / seconds
            energyPerTokenJoules = energy.total.joules / Double(result.decodedTokens)
        } else {
            timePerOutputTokenSeconds = nil
            tokensPerSecond = nil
            energyPerTokenJoules = nil
        }
    }
}

/// Derived figures of a phase, the same for every kind of report.
public struct PhaseSummary: Sendable {
    /// What a phase's time depends on most.
    public enum Bound: String, Sendable, CaseIterable {
        /// The PE array.
        case compute
        /// DRAM.
        case memory
        /// The vector unit.
        case vector
        /// Exchanges between chips.
        case communication
        /// Waiting for other chips or stages.
        case idle
    }

    /// Cycles of the chip clock that cover the phase.
    public let latencyCycles: Int
    /// Multiply-adds over what all PEs could do in the time, at the cycles per step of the weights or of the KV cache,
    /// whichever are fewer.
    public let utilization: Double
    /// The resource that is busy for most of the time, over all chips.
    ///
    /// The DRAM counts with all the time that it moves data, not only with what the array waits for it: a phase whose
    /// memory is always busy is bound by it, however much of that is hidden behind computing.
    public let bound: Bound

    /// Derives the figures.
    public init(_ result: RunResult, _ phase: PhaseStep.Phase, chip: Chip) {
        let outcome = result[phase]
        latencyCycles = chip.clock.cycles(covering: outcome.latency).count
        let operands = [result.request.scheme, result.request.kvScheme].compactMap(\.cyclesPerStep)
        let cyclesPerStep = chip.array.kind == .bitSerial ? operands.min() ?? 1 : 1
        let peak =
            chip.peakMACsPerCycle(cyclesPerStep: cyclesPerStep) * Double(result.plan.chips) * Double(latencyCycles)
        utilization = peak > 0 ? Double(outcome.total.macs) / peak : 0
        let cost = outcome.total
        let parts: [(Bound, Picoseconds)] = [
            (.compute, cost.compute), (.memory, cost.dramBusy), (.vector, cost.vector),
            (.communication, cost.communication), (.idle, cost.idle),
        ]
        var largest = parts[0]
        for part in parts where part.1 > largest.1 { largest = part }
        bound = largest.0
    }
}
