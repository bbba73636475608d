import Accelerator
import Documents
import Fabric
import MessagePassing
import Units
import Workload

/// Runs a request on the ranks of a communicator.
///
/// The distinct work of a phase (kinds of pass x blocks of steps) is divided over the ranks; then they meet once: the
/// coordinator gathers how long each pass takes and what each kind of chip does in it, and puts the phase together. The
/// result is the same for every number of ranks.
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
    private let timelines: [TimelineScope]
    private let progress: (Progress) throws -> Void

    /// Where a run stands, for a progress line.
    public struct Progress: Sendable {
        /// The phase.
        public var phase: PhaseStep.Phase
        /// Steps that are simulated, of this rank's share of all kinds of pass together.
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
    ///   - timelines: of which scopes the result shall have a timeline. The coordinator makes them, by simulating all passes
    ///     once more.
    ///   - progress: called after each step on every rank; may throw to stop the run.
    public init(
        _ request: RunRequest, plan: Plan, detail: Detail = .phases, timelines: [TimelineScope] = [],
        progress: @escaping (Progress) throws -> Void = { _ in }
    ) {
        self.request = request
        self.plan = plan
        self.detail = detail
        self.timelines = timelines
        self.progress = progress
    }

    /// Simulates prefill and decode.
    ///
    /// - Returns: the result on the coordinator, nil on other ranks.
    /// - Throws: the same failure on all ranks if any of them fails.
    public func run(on communicator: some Communicator) throws -> RunResult? {
        var chip = ChipSimulator(request)
        return try run(on: communicator, chip: &chip, networks: Networks(request.fabric))
    }

    /// The same with costs of work and exchanges that are known already.
    func run(
        on communicator: some Communicator, chip: inout ChipSimulator, networks: Networks
    ) throws -> RunResult? {
        var simulator = try communicator.agree {
            PassSimulator(
                request, plan: plan, withOperators: detail != .phases, network: try networks.network(of: plan))
        }
        let layout = PhaseLayout(plan, request)
        let (classes, classOfChip) = communicator.isCoordinator ? plan.classes() : ([], [])
        let combination = PhaseCombination(
            request: request, plan: plan, layout: layout, classes: classes, classOfChip: classOfChip, detail: detail,
            chip: chip.chip)
        var phases: [PhaseStep.Phase: PhaseResult] = [:]
        var passesOfPhases: [PhaseStep.Phase: [PassTotals]] = [:]
        for phase in PhaseStep.Phase.allCases {
            let steps = request.stepCount(of: phase)
            guard steps > 0 else { continue }
            let units = WorkUnit.all(kinds: layout.kinds.count, steps: steps)
            let own = WorkUnit.own(units, rank: communicator.rank, ranks: communicator.size)
            let totals = try communicator.agree {
                try simulate(own, layout: layout, phase: phase, simulator: &simulator, chip: &chip)
            }
            let gathered = communicator.size == 1 ? [totals] : try communicator.gather(value: totals)
            phases[phase] = try communicator.agree {
                guard let blocks = gathered?.flatMap({ $0 }) else { return nil }
                var passes = layout.kinds.map { _ in PassTotals() }
                for (unit, block) in zip(units, blocks) { passes[unit.kind] += block }
                if !timelines.isEmpty { passesOfPhases[phase] = passes }
                return try combination.result(of: phase, passes: passes, simulator: &simulator)
            }
        }
        let shown =
            try timelines.isEmpty
            ? []
            : communicator.agree { () -> [Timeline] in
                guard communicator.isCoordinator else { return [] }
                return try timelines.map { scope in
                    var builder = TimelineBuilder(combination, scope: scope)
                    return try builder.build(
                        phases: phases, passes: passesOfPhases, simulator: &simulator, chip: &chip)
                }
            }
        guard communicator.isCoordinator else { return nil }
        let memory = MemoryModel(request)
        return RunResult(
            request: request, plan: plan, classes: classes, classOfChip: classOfChip,
            memory: classes.map { memory.usage(of: $0, in: plan) }, phases: phases, timelines: shown)
    }

    private func simulate(
        _ own: ArraySlice<WorkUnit>, layout: PhaseLayout, phase: PhaseStep.Phase, simulator: inout PassSimulator,
        chip: inout ChipSimulator
    ) throws -> [PassTotals] {
        let total = own.reduce(0) { $0 + $1.steps.count }
        var done = 0
        return try own.map { unit in
            try simulator.totals(of: layout.kinds[unit.kind], phase: phase, steps: unit.steps, chip: &chip) {
                done += 1
                try progress(Progress(phase: phase, done: done, total: total))
            }
        }
    }
}
