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
    /// How much is shown from here on.
    private var level = Level.asked
    /// The chips that are shown, by the first domain of their kind and their stage.
    private var shown: [[Int]: [Int]] = [:]

    /// - Parameter combination: of the run.
    init(_ combination: PhaseCombination, scope: TimelineScope) {
        self.combination = combination
        self.scope = scope
        timeline = Timeline(scope: scope)
    }

    /// Less and less, the nearer the limit is.
    private enum Level {
        /// As it was asked for.
        case asked
        /// Pass by pass.
        case passes
        /// The rest of each phase as a whole.
        case rest
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
        chooseChips()
        for phase in PhaseStep.Phase.allCases {
            guard let span = timeline.phases[phase], let result = phases[phase] else { continue }
            for chip in timeline.chips {
                var writer = TimelineWriter(
                    combination: combination, start: span.start, detail: .phases, state: .init())
                writer.addPhase(phase, span.duration, chip: chip)
                timeline.events += writer.events
            }
            let first = (timeline.events.count, timeline.samples.count)
            let state = try addSteps(of: phase, passes: passes[phase] ?? [], simulator: &simulator, chip: &chip)
            close(result, span, from: first, state)
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
    private mutating func chooseChips() {
        let all = combination.classOfChip.count
        var chips = Array(0..<all)
        // Half of the limit is for what was asked for.
        if scope.onlyKinds || chips.count * passesOfAStage * Self.eventsPerPass > scope.limit / 2 {
            chips = combination.classes.indices.compactMap { combination.classOfChip.firstIndex(of: $0) }
        }
        chips = Array(chips.prefix(scope.limit / (2 * Self.eventsPerPhase * PhaseStep.Phase.allCases.count)))
        if chips.count < (scope.onlyKinds ? combination.classes.count : all) {
            timeline.cuts.append(.chips(chips, of: all))
        }
        timeline.chips = chips
        for chip in chips {
            let domain = layout.domainKinds[plan.replica(of: chip) / plan.replicasPerDomain]
            shown[[domain, plan.stage(of: chip)], default: []].append(chip)
        }
    }

    /// Events and samples that there may be after a step at a level.
    private func room(_ level: Level, after step: Int, of phase: PhaseStep.Phase) -> Int {
        let passes = passesOfAStage * timeline.chips.count * Self.eventsPerPass
        if passes <= scope.limit {
            // There is room for the passes of all steps, and what they leave is for what was asked for.
            let steps = request.stepCount(of: phase) - step - 1 + (phase == .prefill ? request.generatedTokens : 0)
            return scope.limit - (steps * plan.microBatches + 1) * timeline.chips.count * Self.eventsPerPass
        }
        let rest = timeline.chips.count * Self.eventsPerPhase * PhaseStep.Phase.allCases.count
        return level == .asked ? (scope.limit - rest) / 2 : scope.limit - rest
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

    /// Adds the steps of a phase as far as there is room.
    ///
    /// - Returns: up to where the stages have been described.
    private mutating func addSteps(
        of phase: PhaseStep.Phase, passes: [PassTotals], simulator: inout PassSimulator, chip: inout ChipSimulator
    ) throws -> TimelineWriter.State {
        var state = TimelineWriter.State()
        guard let span = timeline.phases[phase] else { return state }
        let steps = request.stepCount(of: phase)
        var account = LinkAccount()
        let domains = try layout.passes.keys.sorted().map { first in
            var events = Array(repeating: [PipelineEvent](), count: steps)
            let domain = try combination.domain(first, phase, passes, &simulator) { events[$0.step].append($0) }
            let members = layout.domainKinds.count { $0 == first }
            for share in domain.shares.joined() { account.add(share, times: steps * members * plan.seats.count) }
            return Domain(first: first, members: members, events: events)
        }
        for step in 0..<steps where level != .rest || scope.withLinks {
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
            guard level != .rest, let page = page(step, of: phase, domains, span, records, simulator, state) else {
                continue
            }
            timeline.events += page.events
            timeline.samples += page.samples
            state = page.state
        }
        if scope.withLinks { timeline.links[phase] = account.links(on: simulator.network) }
        return state
    }

    /// What happens in a step, in as much detail as there is room for; nil where there is none.
    private mutating func page(
        _ step: Int, of phase: PhaseStep.Phase, _ domains: [Domain], _ span: Timeline.Span,
        _ records: [Int: PassRecord], _ simulator: PassSimulator, _ state: TimelineWriter.State
    ) -> TimelineWriter? {
        let begin = domains.flatMap { $0.events[step] }.map(\.span.lowerBound).min() ?? 0
        let start = span.start + Picoseconds(begin)
        if level == .asked {
            let room = room(.asked, after: step, of: phase) - timeline.size
            let page = write(step, domains, span, records, simulator, state, scope.detail, limit: room)
            if page.size <= room { return page }
            level = .passes
            if scope.detail != .phases { timeline.cuts.append(.steps(phase, from: step, at: start)) }
        }
        let room = room(.passes, after: step, of: phase) - timeline.size
        let page = write(step, domains, span, records, simulator, state, .phases, limit: room)
        if page.size <= room { return page }
        level = .rest
        timeline.cuts.append(.rest(phase, from: step, at: start))
        return nil
    }

    /// Ends a phase: with what the steps that are not shown take as a whole, or with idle time up to its end.
    ///
    /// - Parameters:
    ///   - first: the first event and sample of its steps.
    ///   - state: up to where stages have been described.
    private mutating func close(
        _ result: PhaseResult, _ span: Timeline.Span, from first: (event: Int, sample: Int),
        _ state: TimelineWriter.State
    ) {
        var writer = TimelineWriter(combination: combination, start: span.start, detail: .phases, state: state)
        let events = Dictionary(grouping: timeline.events[first.event...], by: \.chip)
        for (key, chips) in shown.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            if level == .rest {
                for chip in chips {
                    let cost = result.chips[combination.classOfChip[chip]]
                    writer.addRest(
                        of: cost, without: events[chip] ?? [], domain: key[0], stage: key[1], chip: chip,
                        upTo: span.duration.count)
                }
            } else {
                writer.finish(at: span.duration.count, domain: key[0], stage: key[1], chips: chips)
            }
        }
        timeline.events += writer.events
        timeline.samples += writer.samples
    }

    /// What happens in a step, or somewhat more than the limit of it.
    private func write(
        _ step: Int, _ domains: [Domain], _ span: Timeline.Span, _ records: [Int: PassRecord],
        _ simulator: PassSimulator, _ state: TimelineWriter.State, _ detail: SystemSimulation.Detail, limit: Int
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
