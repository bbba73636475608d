import Accelerator
import Fabric
import Units
import Workload

/// Puts the passes of a phase together: when each stage works, and what every kind of chip took.
struct PhaseCombination {
    let request: RunRequest
    let plan: Plan
    let layout: PhaseLayout
    let classes: [Plan.ChipClass]
    let classOfChip: [Int]
    let detail: SystemSimulation.Detail
    let chip: Chip

    /// A domain in a phase.
    struct Domain {
        /// When its stages work.
        var timeline: PipelineTimeline
        /// For each stage, what a chip takes for its transfers to the next over the phase.
        var transfers: [(time: Int, bytes: SharedBytes, energy: Picojoules)]
        /// For each stage, a chip's share of each transfer, micro-batch by micro-batch; one for each step.
        var shares: [[ExchangeShare]]
    }

    /// The result of a phase.
    ///
    /// - Parameters:
    ///   - passes: by kind, over all steps.
    ///   - simulator: costs transfers between stages.
    /// - Throws: ``InputError`` where time cannot be counted.
    func result(
        of phase: PhaseStep.Phase, passes: [PassTotals], simulator: inout PassSimulator
    ) throws -> PhaseResult {
        var result = PhaseResult()
        result.steps = request.stepCount(of: phase)
        var domains: [Int: Domain] = [:]
        for first in layout.passes.keys.sorted() {
            domains[first] = try domain(first, phase, passes, &simulator)
        }
        result.latency = Picoseconds(domains.values.map(\.timeline.latency).max() ?? 0)
        try UncountableTime.check(Double(result.latency.count) * Double(plan.chips))
        var firstChip = Array(repeating: 0, count: classes.count)
        var chipsOfClass = firstChip
        for (chip, index) in classOfChip.enumerated().reversed() {
            firstChip[index] = chip
            chipsOfClass[index] += 1
        }
        // Parts of a byte that chips share are whole bytes of all of them together.
        var leftOver = 0.0
        for index in classes.indices {
            let replica = plan.replica(of: firstChip[index])
            let first = layout.domainKinds[replica / plan.replicasPerDomain]
            guard let domain = domains[first] else { preconditionFailure("a domain without passes") }
            var (cost, totals) = sum(classes[index], seat: plan.seat(of: firstChip[index]), first, passes, simulator)
            let stage = classes[index].stage
            let transfer = domain.transfers[stage]
            let exposed = Picoseconds(domain.timeline.exposedTransfers[stage])
            cost.communication += exposed
            // Like the waiting, the time belongs to the receiver: the sender goes on with other work.
            let before = (stage + plan.pipelineParallel - 1) % plan.pipelineParallel
            cost.communicationTotal += Picoseconds(domain.transfers[before].time)
            totals.linkBytes.add(transfer.bytes)
            cost.linkBytes = Bytes(totals.linkBytes.whole)
            cost.energy.link = totals.linkEnergy + transfer.energy
            cost.bubble =
                Picoseconds(domain.timeline.latency - domain.timeline.working[stage]) - exposed
            cost.idle = result.latency - cost.compute - cost.memory - cost.vector - cost.communication
            addPowerOverTime(
                to: &cost, activeElementCycles: totals.cost.activeElementCycles, latency: result.latency)
            leftOver += totals.linkBytes.fraction * Double(chipsOfClass[index])
            result.chips.append(cost)
            result.operators += rows(totals.operators, chipClass: index)
        }
        for index in classOfChip { result.total += result.chips[index] }
        result.total.linkBytes += Bytes(Int(leftOver.rounded()))
        return result
    }

    /// Runs the pipeline of a domain.
    ///
    /// - Parameter visit: told what happens on its stages.
    func domain(
        _ first: Int, _ phase: PhaseStep.Phase, _ passes: [PassTotals], _ simulator: inout PassSimulator,
        visit: (PipelineEvent) -> Void = { _ in }
    ) throws -> Domain {
        guard let kinds = layout.passes[first], let batches = layout.batches[first] else {
            preconditionFailure("a domain without passes")
        }
        let stages = plan.pipelineParallel
        let steps = request.stepCount(of: phase)
        var transfers: [(time: Int, bytes: SharedBytes, energy: Picojoules)] = Array(
            repeating: (0, SharedBytes(), .zero), count: stages)
        var shares = transfers.map { _ in [ExchangeShare]() }
        var times: [[Int]] = []
        var longest = 0.0
        for (microBatch, ofReplicas) in batches.enumerated() {
            // Of replicas in step, the one with most sequences counts.
            let sequences = ofReplicas.max() ?? 0
            let tokens = request.step(0, of: phase, batch: sequences).tokens
            times.append([])
            for stage in 0..<stages where stages > 1 {
                let share =
                    stage == stages - 1
                    ? simulator.tokenReturn(sequences: sequences) : simulator.handover(from: stage, tokens: tokens)
                times[microBatch].append(share.time.count)
                shares[stage].append(share)
                longest += Double(share.time.count) * Double(steps)
                try UncountableTime.check(longest)
                transfers[stage].time += share.time.count * steps
                transfers[stage].bytes.add(share.linkBytes, sharedBy: share.chips, times: steps)
                transfers[stage].energy += share.energy * Double(steps)
            }
            for kind in kinds[microBatch] {
                longest += passes[kind].durations.reduce(0) { $0 + Double($1) }
                try UncountableTime.check(longest)
            }
        }
        let timeline = PipelineTimeline(
            durations: kinds.map { $0.map { passes[$0].durations } }, transfers: times, visit: visit)
        return Domain(timeline: timeline, transfers: transfers, shares: shares)
    }

    /// What a chip does in all its passes.
    private func sum(
        _ chipClass: Plan.ChipClass, seat: Int, _ domain: Int, _ passes: [PassTotals], _ simulator: PassSimulator
    ) -> (PhaseCost, MemberTotals) {
        var totals = MemberTotals()
        for (kind, count) in counted((layout.passes[domain] ?? []).map { $0[chipClass.stage] }) {
            let member = simulator.members(of: layout.kinds[kind]).memberOfSeat[seat]
            totals.add(passes[kind].members[member], times: count)
        }
        var cost = PhaseCost()
        // A cycle need not be whole picoseconds: what rounding adds falls to the time waited for memory.
        let busy = totals.busy
        cost.compute = min(busy, chip.clock.duration(of: Cycles(totals.cost.computeCycles)))
        cost.vector = min(busy - cost.compute, chip.clock.duration(of: Cycles(totals.cost.vectorCycles)))
        cost.memory = busy - cost.compute - cost.vector
        cost.dramBusy = min(busy, chip.clock.duration(of: Cycles(totals.cost.dramBusCycles)))
        cost.communication = totals.exposedCommunication
        cost.communicationTotal = totals.communication
        cost.energy = totals.cost.energy
        // Sums of an exchange are made in the vector unit as they arrive.
        cost.energy.vector += chip.vectorUnit.addEnergy * totals.additions
        cost.macs = totals.cost.macs
        cost.activeElementCycles = totals.cost.activeElementCycles
        cost.dramReadBytes = Bytes(totals.cost.dramReadBytes)
        cost.dramWriteBytes = Bytes(totals.cost.dramWriteBytes)
        return (cost, totals)
    }

    /// Equal ones together, in order of their first.
    private func counted(_ kinds: [Int]) -> [(kind: Int, count: Int)] {
        var counts: [(kind: Int, count: Int)] = []
        for kind in kinds {
            if let index = counts.firstIndex(where: { $0.kind == kind }) {
                counts[index].count += 1
            } else {
                counts.append((kind, 1))
            }
        }
        return counts
    }

    private func rows(_ operators: [OperatorTotal], chipClass: Int) -> [OperatorRow] {
        guard detail == .layers else { return operators.map { OperatorRow($0, chipClass: chipClass) } }
        var parts: [OperatorTotal] = []
        for operation in operators {
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
        return parts.map { OperatorRow($0, chipClass: chipClass) }
    }

    /// Leakage and DRAM background power last as long as the phase; PEs that do nothing take their clock's share.
    private func addPowerOverTime(to cost: inout PhaseCost, activeElementCycles: Int, latency: Picoseconds) {
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
