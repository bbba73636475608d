import Accelerator
import Units
import Workload

/// Writes what happens in a phase as events of chips.
struct TimelineWriter {
    /// What is carried from one step to the next.
    struct State {
        /// Up to when each stage of each domain has been described, in picoseconds from the start of the phase.
        var described: [[Int]: Int] = [:]
        /// The last sample of each chip.
        var samples: [Int: TimelineSample] = [:]
    }

    let combination: PhaseCombination
    /// The start of the phase.
    let start: Picoseconds
    let detail: SystemSimulation.Detail
    private(set) var state: State
    private(set) var events: [TimelineEvent] = []
    private(set) var samples: [TimelineSample] = []

    init(combination: PhaseCombination, start: Picoseconds, detail: SystemSimulation.Detail, state: State) {
        self.combination = combination
        self.start = start
        self.detail = detail
        self.state = state
    }

    private var plan: Plan { combination.plan }
    private var chip: Chip { combination.chip }

    private var idleName: String {
        plan.pipelineParallel > 1 ? "waiting for other stages" : "waiting for other replicas"
    }

    /// What counts towards the limit.
    var size: Int { events.count + 2 * samples.count }

    // MARK: Phases

    /// Marks a phase on a chip.
    mutating func addPhase(_ phase: PhaseStep.Phase, _ duration: Picoseconds, chip: Int) {
        add(.phases, .phase, phase.rawValue, chip: chip, at: 0, duration.count)
    }

    /// Shows what is left of a phase on a chip as a whole: its figures without those of events that have been shown.
    mutating func addRest(
        of phase: PhaseCost, without shown: [TimelineEvent], domain: Int, stage: Int, chip: Int, upTo end: Int
    ) {
        func left(_ whole: Picoseconds, _ track: TimelineEvent.Track, _ kinds: Set<TimelineEvent.Kind>) -> Int {
            let sum = shown.reduce(0) { $1.track == track && kinds.contains($1.kind) ? $0 + $1.duration.count : $0 }
            return max(0, whole.count - sum)
        }
        let begin = state.described[[domain, stage], default: 0]
        let busy = left(phase.compute + phase.memory + phase.vector, .work, [.work])
        let vector = min(busy, left(phase.vector, .vectorUnit, [.work]))
        let compute = min(busy - vector, left(phase.compute, .peArray, [.work]))
        let exposed = left(phase.communication, .work, [.communication])
        let transfers = shown.reduce(0) { $1.track == .stageLink ? $0 + $1.duration.count : $0 }
        let exchanges = left(phase.communicationTotal - Picoseconds(transfers), .link, [.communication])
        let name = "all further steps"
        add(.work, .work, name, chip: chip, at: begin, busy)
        add(.dram, .work, name, chip: chip, at: begin, min(busy, left(phase.dramBusy, .dram, [.work])))
        add(.peArray, .work, name, chip: chip, at: begin + busy - vector - compute, compute)
        add(.vectorUnit, .work, name, chip: chip, at: begin + busy - vector, vector)
        add(.work, .communication, "exposed communication", chip: chip, at: begin + busy, exposed)
        add(.work, .waiting, "waiting", chip: chip, at: begin + busy + exposed, end - begin - busy - exposed)
        // Transfers between stages go on beside exchanges, so together they may be longer than the time that is left.
        let inOneLane = min(exchanges, end - begin)
        add(.link, .communication, "all further exchanges", chip: chip, at: begin, inOneLane)
        add(.stageLink, .communication, "all further exchanges", chip: chip, at: begin, exchanges - inOneLane)
        var rest = OperatorCost()
        rest.activeElementCycles = phase.activeElementCycles
        rest.dramReadBytes = (phase.dramReadBytes + phase.dramWriteBytes).count
        for cost in shown.lazy.compactMap(\.cost) {
            rest.activeElementCycles -= cost.activeElementCycles
            rest.dramReadBytes -= cost.dramReadBytes + cost.dramWriteBytes
        }
        sample(chip, at: begin, rest, end - begin)
        sample(chip, at: end, nil, 0)
    }

    // MARK: Stages

    /// A wait for a transfer, or the transfer.
    mutating func add(_ event: PipelineEvent, domain: Int, chips: [Int]) {
        let before = (event.stage + plan.pipelineParallel - 1) % plan.pipelineParallel
        let name = event.stage == 0 ? "tokens from stage \(before)" : "activations from stage \(before)"
        guard event.kind == .waiting else {
            for chip in chips {
                add(.stageLink, .communication, name, chip: chip, at: event.span.lowerBound, event.span.count)
            }
            return
        }
        fill(upTo: event.span.lowerBound, domain: domain, stage: event.stage, chips: chips)
        for chip in chips {
            sample(chip, at: event.span.lowerBound, nil, 0)
            add(.work, .communication, name, chip: chip, at: event.span.lowerBound, event.span.count)
        }
        state.described[[domain, event.stage]] = event.span.upperBound
    }

    /// Shows that a stage does nothing until a moment.
    mutating func fill(upTo moment: Int, domain: Int, stage: Int, chips: [Int]) {
        let from = state.described[[domain, stage], default: 0]
        state.described[[domain, stage]] = moment
        guard moment > from else { return }
        for chip in chips {
            sample(chip, at: from, nil, 0)
            add(.work, .bubble, idleName, chip: chip, at: from, moment - from)
        }
    }

    /// Shows that a stage does nothing up to the end of the phase.
    mutating func finish(at end: Int, domain: Int, stage: Int, chips: [Int]) {
        fill(upTo: end, domain: domain, stage: stage, chips: chips)
        for chip in chips { sample(chip, at: end, nil, 0) }
    }

    /// A micro-batch's way through a stage.
    ///
    /// - Parameter members: the member of the pass at each seat.
    mutating func add(
        _ event: PipelineEvent, _ record: PassRecord, members: [Int], domain: Int, chips: [Int]
    ) {
        fill(upTo: event.span.lowerBound, domain: domain, stage: event.stage, chips: chips)
        state.described[[domain, event.stage]] = event.span.upperBound
        let name =
            "step \(event.step)" + (plan.microBatches > 1 ? ", micro-batch \(event.microBatch)" : "")
            + (plan.pipelineParallel > 1 ? ", stage \(event.stage)" : "")
        for chip in chips {
            let member = members[plan.seat(of: chip)]
            add(.phases, .pass, name, chip: chip, at: event.span.lowerBound, event.span.count)
            if detail == .phases {
                addWhole(record, member, name, chip: chip, event)
            } else {
                addInOrder(record, member, chip: chip, event)
            }
        }
    }

    private mutating func addInOrder(_ record: PassRecord, _ member: Int, chip: Int, _ event: PipelineEvent) {
        var begin = event.span.lowerBound
        let firstLayer = plan.stages[event.stage].firstLayer
        record.forEachInOrder { segment, layer in
            add(segment, member, layer: layer.map { $0 + firstLayer }, chip: chip, at: begin)
            begin += segment.duration.count
        }
    }

    /// All of a pass in one piece of each sort.
    private mutating func addWhole(
        _ record: PassRecord, _ member: Int, _ name: String, chip: Int, _ event: PipelineEvent
    ) {
        var cost = OperatorCost()
        var (busy, slowest, exchanges) = (0, 0, 0)
        for segment in record.segments {
            let times = segment.repetitions
            for work in segment.work[member] { cost += work.cost * times }
            busy += segment.ends[member].count * times
            slowest += segment.slowest.count * times
            for span in segment.exchanges { exchanges += (span.end - span.begin).count * times }
        }
        let (begin, end) = (event.span.lowerBound, event.span.upperBound)
        sample(chip, at: begin, cost, event.span.count)
        addWork(name, cost, chip: chip, at: begin, busy, layer: nil)
        add(.work, .waiting, "waiting for slower chips", chip: chip, at: begin + busy, slowest - busy)
        add(.work, .communication, "exposed communication", chip: chip, at: begin + slowest, end - begin - slowest)
        let count = record.shares.reduce(0) { $0 + $1.count }
        add(.link, .communication, "all exchanges", chip: chip, at: end - exchanges, exchanges, count: count)
    }

    // MARK: Segments

    private mutating func add(
        _ segment: PassRecord.SegmentRecord, _ member: Int, layer: Int?, chip: Int, at begin: Int
    ) {
        let own = segment.ends[member].count
        let work = segment.work[member]
        if detail == .operators {
            for (index, operation) in work.enumerated() {
                let from = self.chip.clock.duration(of: Cycles(operation.begin)).count
                let to =
                    index + 1 < work.count ? self.chip.clock.duration(of: Cycles(work[index + 1].begin)).count : own
                sample(chip, at: begin + from, operation.cost, to - from)
                addWork(operation.name, operation.cost, chip: chip, at: begin + from, to - from, layer: layer)
            }
        } else if own > 0 {
            var cost = OperatorCost()
            for operation in work { cost += operation.cost }
            sample(chip, at: begin, cost, own)
            addWork(segment.part.title, cost, chip: chip, at: begin, own, layer: layer, count: work.count)
        }
        if segment.duration.count > own { sample(chip, at: begin + own, nil, 0) }
        let slowest = segment.slowest.count
        add(.work, .waiting, "waiting for slower chips", chip: chip, at: begin + own, slowest - own, layer: layer)
        let name = segment.exchanges.first?.collective.operation.rawValue ?? "exchange"
        add(
            .work, .communication, name, chip: chip, at: begin + slowest, segment.duration.count - slowest, layer: layer
        )
        for span in segment.exchanges {
            add(
                .link, .communication, name, chip: chip, at: begin + span.begin.count,
                (span.end - span.begin).count, layer: layer, bytes: span.collective.bytes)
        }
    }

    // MARK: Events

    /// Work, and what the units do in it.
    private mutating func addWork(
        _ name: String, _ cost: OperatorCost, chip: Int, at begin: Int, _ duration: Int, layer: Int?, count: Int = 1
    ) {
        func time(_ cycles: Int) -> Int { self.chip.clock.duration(of: Cycles(cycles)).count }
        // A cycle need not be whole picoseconds: what rounding adds is no busy time.
        let compute = min(duration, time(cost.computeCycles))
        let vector = min(duration - compute, time(cost.vectorCycles))
        let end = begin + duration
        add(.work, .work, name, chip: chip, at: begin, duration, layer: layer, count: count, cost: cost)
        add(.dram, .work, name, chip: chip, at: begin, min(duration, time(cost.dramBusCycles)), layer: layer)
        add(.peArray, .work, name, chip: chip, at: end - vector - compute, compute, layer: layer)
        add(.vectorUnit, .work, name, chip: chip, at: end - vector, vector, layer: layer)
    }

    private mutating func add(
        _ track: TimelineEvent.Track, _ kind: TimelineEvent.Kind, _ name: String, chip: Int, at begin: Int,
        _ duration: Int, layer: Int? = nil, count: Int = 1, cost: OperatorCost? = nil, bytes: Bytes? = nil
    ) {
        guard duration > 0 else { return }
        events.append(
            TimelineEvent(
                chip: chip, track: track, kind: kind, name: name, start: start + Picoseconds(begin),
                duration: Picoseconds(duration), layer: layer, count: count, cost: cost, bytes: bytes))
    }

    /// How much a chip does from a moment on; nothing without a cost.
    private mutating func sample(_ chip: Int, at begin: Int, _ cost: OperatorCost?, _ duration: Int) {
        var sample = TimelineSample(
            chip: chip, start: start + Picoseconds(begin), utilization: 0, dramBytesPerSecond: 0)
        if let cost, duration > 0 {
            let seconds = Double(duration) / 1e12
            let elementCycles = seconds * self.chip.clock.hertz * Double(self.chip.array.elements)
            sample.utilization = Double(cost.activeElementCycles) / elementCycles
            sample.dramBytesPerSecond = Double(cost.dramReadBytes + cost.dramWriteBytes) / seconds
        }
        if let last = state.samples[chip], last.utilization == sample.utilization,
            last.dramBytesPerSecond == sample.dramBytesPerSecond
        {
            return
        }
        state.samples[chip] = sample
        samples.append(sample)
    }
}

extension Segment.Part {
    /// The part in words.
    var title: String { self == .feedForward ? "feed-forward" : rawValue }
}
