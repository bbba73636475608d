import Accelerator
import Units
import Workload

/// Makes a ``Timeline`` of a run that has been simulated.
///
/// Passes are simulated once more, by the code that made the result, and this time recorded; when they begin follows from
/// the pipeline that made the result. So a timeline can show what was never kept.
struct TimelineBuilder {
    private let combination: PhaseCombination
    private let scope: TimelineScope
    private var timeline: Timeline
    /// What is shown from here on: less than was asked for once the limit is near.
    private var detail: SystemSimulation.Detail
    /// The chips that are shown, by the first domain of their kind and their stage.
    private var shown: [[Int]: [Int]] = [:]

    /// - Parameter combination: of the run.
    init(_ combination: PhaseCombination, scope: TimelineScope) {
        self.combination = combination
        self.scope = scope
        detail = scope.detail
        timeline = Timeline(scope: scope)
    }

    private var plan: Plan { combination.plan }
    private var request: RunRequest { combination.request }
    private var layout: PhaseLayout { combination.layout }

    /// The timeline.
    ///
    /// - Parameters:
    ///   - phases: what each phase took.
    ///   - passes: of each phase by kind, over all steps.
    mutating func build(
        phases: [PhaseStep.Phase: PhaseResult], passes: [PhaseStep.Phase: [PassTotals]],
        simulator: inout PassSimulator, chip: inout ChipSimulator
    ) throws -> Timeline {
        var start = Picoseconds.zero
        for phase in PhaseStep.Phase.allCases {
            guard let result = phases[phase] else { continue }
            timeline.phases[phase] = .init(start: start, duration: result.latency)
            start += result.latency
        }
        let isSummary = chooseChips()
        for phase in PhaseStep.Phase.allCases {
            guard let span = timeline.phases[phase], let result = phases[phase] else { continue }
            for chip in timeline.chips {
                var writer = TimelineWriter(
                    combination: combination, start: span.start, detail: .phases, state: .init())
                writer.addPhase(phase, span.duration, chip: chip)
                if isSummary { writer.summarise(result.chips[combination.classOfChip[chip]], chip: chip) }
                timeline.events += writer.events
                timeline.samples += writer.samples
            }
            try addSteps(
                of: phase, passes: passes[phase] ?? [], isShown: !isSummary, simulator: &simulator, chip: &chip)
        }
        return timeline
    }

    // MARK: Chips

    /// Events and sampled values that a pass takes on a chip when it is shown as one, at most: itself, three of its work,
    /// three of units, its exchanges, the waiting before it, a transfer, and two values for each of six of them.
    private static let eventsPerPass = 24
    /// The same for a whole phase.
    private static let eventsPerPhase = 24

    private var passesOfAStage: Int {
        PhaseStep.Phase.allCases.reduce(0) { $0 + request.stepCount(of: $1) } * plan.microBatches
    }

    /// Chooses the chips that are shown.
    ///
    /// - Returns: whether even their passes are too many.
    private mutating func chooseChips() -> Bool {
        let all = combination.classOfChip.count
        var chips = Array(0..<all)
        // Half of the limit is for what was asked for.
        if scope.onlyKinds || chips.count * passesOfAStage * Self.eventsPerPass > scope.limit / 2 {
            chips = combination.classes.indices.compactMap { combination.classOfChip.firstIndex(of: $0) }
        }
        let isSummary = chips.count * passesOfAStage * Self.eventsPerPass > scope.limit
        if isSummary {
            timeline.cuts.append(.phases)
            chips = Array(chips.prefix(scope.limit / (Self.eventsPerPhase * PhaseStep.Phase.allCases.count)))
        }
        if chips.count < (scope.onlyKinds ? combination.classes.count : all) {
            timeline.cuts.append(.chips(chips, of: all))
        }
        timeline.chips = chips
        for chip in chips {
            let domain = layout.domainKinds[plan.replica(of: chip) / plan.replicasPerDomain]
            shown[[domain, plan.stage(of: chip)], default: []].append(chip)
        }
        return isSummary
    }

    // MARK: Steps

    /// A domain that stands for all of its kind.
    private struct Domain {
        var first: Int
        /// How many there are.
        var members: Int
        /// What happens on its stages, by step.
        var events: [[PipelineEvent]]
    }

    private mutating func addSteps(
        of phase: PhaseStep.Phase, passes: [PassTotals], isShown: Bool, simulator: inout PassSimulator,
        chip: inout ChipSimulator
    ) throws {
        guard let span = timeline.phases[phase] else { return }
        let steps = request.stepCount(of: phase)
        var account = LinkAccount()
        let domains = try layout.passes.keys.sorted().map { first in
            var events = Array(repeating: [PipelineEvent](), count: steps)
            let domain = try combination.domain(first, phase, passes, &simulator) { events[$0.step].append($0) }
            let members = layout.domainKinds.count { $0 == first }
            for share in domain.shares.joined() { account.add(share, times: steps * members * plan.seats.count) }
            return Domain(first: first, members: members, events: events)
        }
        var state = TimelineWriter.State()
        for step in 0..<steps {
            var records: [Int: PassRecord] = [:]
            for domain in domains {
                for kind in (layout.passes[domain.first] ?? []).joined() {
                    let record =
                        try records[kind]
                        ?? simulator.record(of: layout.kinds[kind], phase: phase, step: step, chip: &chip)
                    records[kind] = record
                    for (share, count) in record.shares {
                        account.add(share, times: count * domain.members * plan.seats.count)
                    }
                }
            }
            guard isShown else { continue }
            let limit = scope.limit - rest(after: step, of: phase)
            var page = write(step, domains, span, records, simulator, state, limit: limit)
            if page.size > limit - timeline.size, detail != .phases {
                detail = .phases
                let begin = domains.flatMap { $0.events[step] }.map(\.span.lowerBound).min() ?? 0
                timeline.cuts.append(.steps(phase, from: step, at: span.start + Picoseconds(begin)))
                page = write(step, domains, span, records, simulator, state, limit: .max)
            }
            timeline.events += page.events
            timeline.samples += page.samples
            state = page.state
        }
        timeline.links[phase] = account.links(on: simulator.network)
        guard isShown else { return }
        var end = TimelineWriter(combination: combination, start: span.start, detail: detail, state: state)
        for (key, chips) in shown.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            end.finish(at: span.duration.count, domain: key[0], stage: key[1], chips: chips)
        }
        timeline.events += end.events
        timeline.samples += end.samples
    }

    /// What the passes after a step take of the limit at most.
    private func rest(after step: Int, of phase: PhaseStep.Phase) -> Int {
        let steps = request.stepCount(of: phase) - step - 1 + (phase == .prefill ? request.generatedTokens : 0)
        return (steps * plan.microBatches + 1) * timeline.chips.count * Self.eventsPerPass
    }

    /// What happens in a step, or somewhat more than the limit of it.
    private func write(
        _ step: Int, _ domains: [Domain], _ span: Timeline.Span, _ records: [Int: PassRecord],
        _ simulator: PassSimulator, _ state: TimelineWriter.State, limit: Int
    ) -> TimelineWriter {
        var writer = TimelineWriter(combination: combination, start: span.start, detail: detail, state: state)
        for domain in domains {
            for event in domain.events[step] where writer.size <= limit {
                let chips = shown[[domain.first, event.stage]] ?? []
                guard !chips.isEmpty else { continue }
                guard event.kind == .pass else {
                    writer.add(event, domain: domain.first, chips: chips)
                    continue
                }
                guard let kind = layout.passes[domain.first]?[event.microBatch][event.stage], let record = records[kind]
                else { preconditionFailure("a pass without a record") }
                let members = simulator.members(of: layout.kinds[kind]).memberOfSeat
                writer.add(event, record, members: members, domain: domain.first, chips: chips)
            }
        }
        return writer
    }
}
