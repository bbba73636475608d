import Accelerator
import Documents
import Fabric
import MessagePassing
import Units
import Workload

/// Runs a request on the ranks of a communicator.
///
/// Every rank simulates the kinds of chip in its block of chips, all steps of a phase at once. Then the ranks meet: one
/// all-reduce (maximum) tells everyone when each exchange between chips begins, and the coordinator gathers what each
/// kind of chip did. The result is the same for every number of ranks.
public struct SystemSimulation {
    /// How much is kept.
    public enum Detail: String, Sendable, Codable, CaseIterable {
        /// Phases and chips.
        case phases
        /// Parts of the model too: embedding, attention, feed-forward, head.
        case layers
        /// Every operator too.
        case operators
    }

    private let request: RunRequest
    private let plan: Plan
    private let detail: Detail
    private let progress: (Progress) throws -> Void

    /// Where a run stands, for a progress line.
    public struct Progress: Sendable {
        /// The phase.
        public var phase: PhaseStep.Phase
        /// Steps that are simulated, of this rank's kinds of chip together.
        public var done: Int
        /// All steps of this rank in the phase.
        public var total: Int
    }

    /// Creates a run.
    ///
    /// - Parameters:
    ///   - request: validated.
    ///   - plan: from ``Planner``.
    ///   - detail: how much is kept.
    ///   - progress: called after each step on every rank; may throw to stop the run.
    public init(
        _ request: RunRequest, plan: Plan, detail: Detail = .phases,
        progress: @escaping (Progress) throws -> Void = { _ in }
    ) {
        self.request = request
        self.plan = plan
        self.detail = detail
        self.progress = progress
    }

    /// Simulates prefill and decode.
    ///
    /// - Returns: the result on the coordinator, nil on other ranks.
    /// - Throws: the same failure on all ranks if any of them fails.
    public func run(on communicator: some Communicator) throws -> RunResult? {
        let (classes, classOfChip) = plan.classes()
        let ownChips = Plan.chips(ofRank: communicator.rank, ranks: communicator.size, chips: plan.chips)
        let ownClasses = Set(classOfChip[ownChips]).sorted()
        var simulator = ChipSimulator(request)
        var phases: [PhaseStep.Phase: PhaseResult] = [:]
        for phase in PhaseStep.Phase.allCases {
            let steps = request.steps(of: phase).count
            guard steps > 0 else { continue }
            let costs: [Int: SegmentCosts] = try communicator.agree {
                try simulate(ownClasses.map { ($0, classes[$0]) }, phase: phase, simulator: &simulator)
            }
            var timeline = PhaseTimeline(segmentsPerStage: segmentsPerStage(phase), steps: steps)
            for index in ownClasses {
                if let cost = costs[index] { timeline.include(cost, stage: classes[index].stage) }
            }
            timeline.replace(with: try communicator.allReduce(timeline.slowest, .maximum))
            let reports = try communicator.agree {
                try ownClasses.compactMap { index in
                    try costs[index].map {
                        try report($0, index: index, chipClass: classes[index], timeline, simulator.chip)
                    }
                }
            }
            let gathered = try communicator.gather(value: reports)
            phases[phase] = try communicator.agree {
                try gathered.map {
                    try combine(
                        $0.flatMap { $0 }, classes: classes, classOfChip: classOfChip, phase: phase, steps: steps,
                        chip: simulator.chip)
                }
            }
        }
        guard communicator.isCoordinator else { return nil }
        let memory = MemoryModel(request)
        return RunResult(
            request: request, plan: plan, classes: classes, classOfChip: classOfChip,
            memory: classes.map { memory.usage(of: $0, in: plan) }, phases: phases)
    }

    // MARK: One rank

    private func simulate(
        _ own: [(index: Int, chipClass: Plan.ChipClass)], phase: PhaseStep.Phase, simulator: inout ChipSimulator
    ) throws -> [Int: SegmentCosts] {
        let parts = own.map { StagePart($0.chipClass, in: plan, model: request.model) }
        let total = Set(parts).count * request.steps(of: phase).count
        var done = 0
        var costs: [Int: SegmentCosts] = [:]
        // Inner pipeline stages of equal length do the same work.
        var costsOfPart: [StagePart: SegmentCosts] = [:]
        for ((index, chipClass), part) in zip(own, parts) {
            if let known = costsOfPart[part] {
                costs[index] = known
                continue
            }
            let simulated = try SegmentCosts.simulate(
                chipClass, in: plan, request: request, phase: phase, simulator: &simulator,
                withOperators: detail != .phases
            ) {
                done += 1
                try progress(Progress(phase: phase, done: done, total: total))
            }
            costs[index] = simulated
            costsOfPart[part] = simulated
        }
        return costs
    }

    private func segmentsPerStage(_ phase: PhaseStep.Phase) -> [Int] {
        guard let step = request.steps(of: phase).first else { return [] }
        return plan.stages.indices.map { stage in
            request.model.segments(
                of: Plan.ChipClass(stage: stage, shard: plan.shards[0]), in: plan, step: step, partialSumBytes: 4
            ).count
        }
    }

    /// What a rank tells the coordinator of one kind of chip.
    private struct ClassReport: Codable {
        var index: Int
        /// The group's time in its own stage: the same for all kinds of chip of the stage.
        var stageBusy: Picoseconds
        var cost: PhaseCost
        var activeElementCycles: Int
        var operators: [OperatorRow]
    }

    private func report(
        _ costs: SegmentCosts, index: Int, chipClass: Plan.ChipClass, _ timeline: PhaseTimeline, _ chip: Chip
    ) throws -> ClassReport {
        var cost = PhaseCost()
        // A cycle need not be whole picoseconds: what rounding adds falls to the time waited for memory.
        let busy = costs.entries.reduce(Picoseconds.zero) { $0 + $1.duration * $1.repetitions }
        cost.compute = min(busy, chip.clock.duration(of: Cycles(costs.total.computeCycles)))
        cost.vector = min(busy - cost.compute, chip.clock.duration(of: Cycles(costs.total.vectorCycles)))
        cost.memory = busy - cost.compute - cost.vector
        cost.dramBusy = min(busy, chip.clock.duration(of: Cycles(costs.total.dramBusCycles)))
        cost.communication = costs.exchanges.time
        let stageBusy = try timeline.busy(costs, stage: chipClass.stage)
        cost.idle = stageBusy - busy - costs.exchanges.time
        cost.energy = costs.total.energy
        cost.energy.link = costs.exchanges.energyPerChip
        // Sums of an all-reduce are made in the vector unit as they arrive.
        cost.energy.vector += chip.vectorUnit.addEnergy * Double(costs.exchanges.additionsPerChip)
        cost.macs = costs.total.macs
        cost.dramReadBytes = Bytes(costs.total.dramReadBytes)
        cost.dramWriteBytes = Bytes(costs.total.dramWriteBytes)
        cost.linkBytes = costs.exchanges.sentBytesPerChip
        return ClassReport(
            index: index, stageBusy: stageBusy, cost: cost, activeElementCycles: costs.total.activeElementCycles,
            operators: operatorRows(costs, index: index))
    }

    private func operatorRows(_ costs: SegmentCosts, index: Int) -> [OperatorRow] {
        guard detail == .layers else { return costs.operators.map { OperatorRow($0, chipClass: index) } }
        var parts: [OperatorTotal] = []
        for operation in costs.operators {
            let name = operation.key.part.rawValue
            if let last = parts.indices.last(where: { parts[$0].key.part == operation.key.part }) {
                parts[last].cost += operation.cost
            } else {
                // A part runs as often as its first operator.
                parts.append(
                    OperatorTotal(
                        key: .init(part: operation.key.part, name: name), count: operation.count, cost: operation.cost))
            }
        }
        return parts.map { OperatorRow($0, chipClass: index) }
    }

    // MARK: Coordinator

    private func combine(
        _ reports: [ClassReport], classes: [Plan.ChipClass], classOfChip: [Int], phase: PhaseStep.Phase, steps: Int,
        chip: Chip
    ) throws -> PhaseResult {
        let handover = StageHandover(request, plan: plan, phase: phase)
        var result = PhaseResult()
        result.steps = steps
        var byClass: [Int: ClassReport] = [:]
        for report in reports { byClass[report.index] = report }
        var stageBusy = Array(repeating: Picoseconds.zero, count: plan.stages.count)
        for report in reports { stageBusy[classes[report.index].stage] = report.stageBusy }
        let handed =
            Double(handover.activations.time.count) * Double(plan.stages.count) + Double(handover.tokens.time.count)
        try UncountableTime.check(stageBusy.reduce(handed) { $0 + Double($1.count) } * Double(plan.chips))
        result.latency =
            stageBusy.reduce(handover.time(stages: plan.stages.count)) { $0 + $1 }
        for index in classes.indices {
            guard let report = byClass[index] else { preconditionFailure("a kind of chip was not simulated") }
            let stage = classes[index].stage
            let sent = handover.sent(by: stage, stages: plan.stages.count)
            var cost = report.cost
            cost.communication += sent.time
            cost.linkBytes += sent.sentBytesPerChip
            cost.energy.link += sent.energyPerChip
            cost.idle += result.latency - report.stageBusy - sent.time
            addPowerOverTime(to: &cost, activeElementCycles: report.activeElementCycles, latency: result.latency, chip)
            result.chips.append(cost)
            result.operators += report.operators
        }
        for index in classOfChip { result.total += result.chips[index] }
        return result
    }

    /// Leakage and DRAM background power last as long as the phase; PEs that do nothing take their clock's share.
    private func addPowerOverTime(
        to cost: inout PhaseCost, activeElementCycles: Int, latency: Picoseconds, _ chip: Chip
    ) {
        // A milliwatt for a picosecond is a thousandth of a picojoule.
        let milliwatts = Double(latency.count) / 1000
        let elementCycles = Double(chip.clock.cycles(covering: latency).count) * Double(chip.array.elements)
        let idle = max(0, elementCycles - Double(activeElementCycles))
        cost.energy.static =
            Picojoules(chip.leakageMilliwatts * milliwatts)
            + chip.array.energyPerActiveCycle * (chip.array.idleFraction * idle)
        cost.energy.dram += Picojoules(chip.dram.backgroundMilliwatts * milliwatts)
    }
}
