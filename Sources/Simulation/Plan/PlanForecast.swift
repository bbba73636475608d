import Accelerator
import Units
import Workload

/// What a plan would take, from a few of its decode steps.
///
/// Steps differ only in the length of the context. Between simulated steps, the time of each kind of pass and all sums are
/// taken to lie on straight lines; the pipeline is then run over all steps. With no more steps than would be simulated
/// anyway nothing is interpolated.
struct PlanForecast {
    /// Decode steps that are simulated at most.
    static let samples = 5

    private let request: RunRequest
    private let plan: Plan

    init(_ request: RunRequest, plan: Plan) {
        self.request = request
        self.plan = plan
    }

    /// Its figures.
    ///
    /// - Parameter networks: nil where exchanges are taken to cost nothing: no objective can then be smaller with them, as
    ///   passes, transfers and energies only grow.
    func figures(chip: inout ChipSimulator, networks: Networks?) throws -> PlanFigures {
        var simulator = PassSimulator(
            request, plan: plan, withOperators: false, network: try networks?.network(of: plan))
        let layout = PhaseLayout(plan, request)
        let (classes, classOfChip) = plan.classes()
        let combination = PhaseCombination(
            request: request, plan: plan, layout: layout, classes: classes, classOfChip: classOfChip,
            detail: .phases, chip: chip.chip)
        var phases: [PhaseStep.Phase: PhaseResult] = [:]
        for phase in PhaseStep.Phase.allCases {
            let count = request.stepCount(of: phase)
            guard count > 0 else { continue }
            let steps = Self.steps(of: count)
            let passes = try layout.kinds.map { kind in
                let sampled = try steps.map {
                    try simulator.totals(of: kind, phase: phase, steps: CollectionOfOne($0), chip: &chip)
                }
                return Self.interpolate(sampled, at: steps, count: count)
            }
            phases[phase] = try combination.result(of: phase, passes: passes, simulator: &simulator)
        }
        return PlanFigures(
            plan, phases: phases, request: request,
            simulatedDecodeSteps: min(Self.samples, request.generatedTokens))
    }

    /// The steps that are simulated: first, last, and evenly between.
    static func steps(of count: Int) -> [Int] {
        count <= samples ? Array(0..<count) : (0..<samples).map { $0 * (count - 1) / (samples - 1) }
    }

    /// All steps from some of them.
    static func interpolate(_ sampled: [PassTotals], at steps: [Int], count: Int) -> PassTotals {
        guard steps.count < count else { return sampled.reduce(into: PassTotals()) { $0 += $1 } }
        var weights = Array(repeating: 0.0, count: steps.count)
        var durations: [Int] = []
        durations.reserveCapacity(count)
        var left = 0
        for step in 0..<count {
            if left + 2 < steps.count, step > steps[left + 1] { left += 1 }
            let part = Double(step - steps[left]) / Double(steps[left + 1] - steps[left])
            weights[left] += 1 - part
            weights[left + 1] += part
            let (from, to) = (Double(sampled[left].durations[0]), Double(sampled[left + 1].durations[0]))
            durations.append(Int((from + (to - from) * part).rounded()))
        }
        var totals = PassTotals(durations: durations, members: sampled[0].members.map { _ in MemberTotals() })
        for (index, sample) in sampled.enumerated() {
            for member in totals.members.indices {
                totals.members[member].add(sample.members[member].scaled(by: weights[index]))
            }
        }
        return totals
    }
}

extension MemberTotals {
    /// A fraction or a multiple, rounded to whole counts.
    fileprivate func scaled(by factor: Double) -> MemberTotals {
        func scale(_ count: Int) -> Int { Int((Double(count) * factor).rounded()) }
        var scaled = MemberTotals()
        scaled.cost.computeCycles = scale(cost.computeCycles)
        scaled.cost.vectorCycles = scale(cost.vectorCycles)
        scaled.cost.latencyCycles = scale(cost.latencyCycles)
        scaled.cost.macs = scale(cost.macs)
        scaled.cost.activeElementCycles = scale(cost.activeElementCycles)
        scaled.cost.dramBusCycles = scale(cost.dramBusCycles)
        scaled.cost.dramReadBytes = scale(cost.dramReadBytes)
        scaled.cost.dramWriteBytes = scale(cost.dramWriteBytes)
        scaled.cost.energy = cost.energy * factor
        scaled.busy = Picoseconds(scale(busy.count))
        scaled.exposedCommunication = Picoseconds(scale(exposedCommunication.count))
        scaled.communication = Picoseconds(scale(communication.count))
        scaled.linkBytes.add(scale(linkBytes.whole), sharedBy: 1, times: 1)
        scaled.linkEnergy = linkEnergy * factor
        scaled.additions = additions * factor
        return scaled
    }
}

extension PlanFigures {
    /// The figures of a plan's phases.
    init(
        _ plan: Plan, phases: [PhaseStep.Phase: PhaseResult], request: RunRequest, simulatedDecodeSteps: Int
    ) {
        let decode = phases[.decode]
        let latency = (phases[.prefill]?.latency ?? .zero) + (decode?.latency ?? .zero)
        let energy =
            ((phases[.prefill]?.total.energy ?? EnergyBreakdown()) + (decode?.total.energy ?? EnergyBreakdown()))
            .total.joules
        let tokens = Double(request.batch * request.generatedTokens)
        self.init(
            parallel: plan.degrees.text, microBatches: plan.microBatches, latencySeconds: latency.seconds,
            tokensPerSecond: decode.map { tokens / $0.latency.seconds },
            energyPerTokenJoules: tokens > 0 ? energy / tokens : nil, energyJoules: energy,
            simulatedDecodeSteps: simulatedDecodeSteps)
    }
}
