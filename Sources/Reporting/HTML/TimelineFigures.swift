import Simulation
import Units
import Workload

/// What chips do over time, drawn from the events of a ``Timeline``.
struct TimelineFigures {
    let result: RunResult
    let timeline: Timeline

    /// Chips that get a lane of their own.
    private static let mostLanes = 16
    /// Stretches that the whole run is cut into.
    private static let bins = 150

    /// All figures that the events allow.
    var figures: [Figure] {
        [overview] + PhaseStep.Phase.allCases.compactMap(closeUp)
    }

    // MARK: The whole run

    private var overview: Figure {
        let total = result.latency.count
        let chips = timeline.chips.prefix(Self.mostLanes)
        let events = Dictionary(grouping: timeline.events.filter { $0.track == .work }, by: \.chip)
        let lanes = chips.map { chip in
            LanePlot.Lane(name: name(of: chip), slices: slices(events[chip] ?? [], total: total))
        }
        let marks = PhaseStep.Phase.allCases.compactMap { phase in
            timeline.phases[phase].map { (time: $0.start.seconds, name: phase.rawValue) }
        }
        let rest = timeline.chips.count - chips.count
        return Figure(
            name: "timeline", title: "What chips do over the run",
            caption:
                "Each lane is a chip, or all chips that do the same; the height of a colour is its share of the time, in "
                + "\(Self.bins) stretches." + (rest > 0 ? " \(rest) more kinds of chip are left out." : ""),
            plot: LanePlot(
                axis: PlotAxis("Time", unit: "s", values: [0, result.latency.seconds], scale: .linear, isTight: true),
                kinds: BreakdownParts.latency, lanes: lanes, marks: marks))
    }

    private func name(of chip: Int) -> String {
        let kind = result.classOfChip[chip]
        let alike = result.classOfChip.indices.filter { result.classOfChip[$0] == kind }
        guard alike.count > 1 else { return "chip \(chip)" }
        let isRange = alike.last == chip + alike.count - 1
        return isRange ? "chips \(chip) to \(chip + alike.count - 1)" : "chip \(chip) and \(alike.count - 1) alike"
    }

    /// Shares of what an event is, in the order of ``BreakdownParts/latency``.
    private func shares(_ event: TimelineEvent) -> [Double] {
        switch event.kind {
        case .communication: return [0, 0, 0, 1, 0]
        case .waiting, .bubble, .phase, .pass: return [0, 0, 0, 0, 1]
        case .work:
            guard let cost = event.cost, cost.latencyCycles > 0 else { return summaryShares(event) }
            let cycles = Double(cost.latencyCycles)
            return [cost.computeCycles, cost.memoryCycles, cost.vectorCycles].map { Double($0) / cycles } + [0, 0]
        }
    }

    /// The same for all work of a phase, where the events do not tell.
    private func summaryShares(_ event: TimelineEvent) -> [Double] {
        guard
            let phase = timeline.phases.first(where: {
                $0.value.start <= event.start && event.start < $0.value.start + $0.value.duration
            })?.key
        else {
            return [0, 0, 0, 0, 1]
        }
        let cost = result[phase].chips[result.classOfChip[event.chip]]
        let parts = [cost.compute, cost.memory, cost.vector].map { Double($0.count) }
        let sum = max(1, parts.reduce(0, +))
        return parts.map { $0 / sum } + [0, 0]
    }

    private func slices(_ events: [TimelineEvent], total: Int) -> [LanePlot.Slice] {
        guard total > 0 else { return [] }
        let size = Double(total) / Double(Self.bins)
        var bins = Array(repeating: [0.0, 0, 0, 0, 0], count: Self.bins)
        for event in events {
            let shares = shares(event)
            var bin = min(Self.bins - 1, Int(Double(event.start.count) / size))
            while bin < Self.bins, Double(bin) * size < Double(event.end.count) {
                let begin = max(Double(event.start.count), Double(bin) * size)
                let end = min(Double(event.end.count), Double(bin + 1) * size)
                for (kind, share) in shares.enumerated() { bins[bin][kind] += share * max(0, end - begin) / size }
                bin += 1
            }
        }
        var slices: [LanePlot.Slice] = []
        for (number, bin) in bins.enumerated() {
            let rounded = bin.map { ($0 * 50).rounded() / 50 }
            let shares = rounded.map { $0 / max(0.02, rounded.reduce(0, +)) }
            let (start, end) = (Double(number) * size / 1e12, Double(number + 1) * size / 1e12)
            // Stretches that look alike are one box.
            if let last = slices.last, last.shares.map(\.share) == shares {
                slices[slices.count - 1].end = end
            } else {
                slices.append(
                    LanePlot.Slice(
                        start: start, end: end, shares: Array(shares.enumerated()).map { ($0.offset, $0.element) },
                        tip: ""))
            }
        }
        return slices.map { slice in
            var slice = slice
            let parts = slice.shares.filter { $0.share > 0 }.map { kind, share in
                "\(BreakdownParts.latency[kind].name) \(PlotNumber.short(share * 100)) %"
            }
            slice.tip =
                "\(PlotNumber.si(slice.start, "s")) to \(PlotNumber.si(slice.end, "s")): "
                + parts.joined(separator: ", ")
            return slice
        }
    }

    // MARK: A close look

    private static let unitTracks: [(track: TimelineEvent.Track, kind: Int)] = [
        (.peArray, 0), (.dram, 1), (.vectorUnit, 2), (.link, 3),
    ]

    /// The lanes of a close look: units, and what is neither.
    private static let unitKinds = [
        BarPlot.Part(name: "PE array", color: "f0"), BarPlot.Part(name: "DRAM", color: "f1"),
        BarPlot.Part(name: "vector unit", color: "f2"), BarPlot.Part(name: "link", color: "f5"),
        BarPlot.Part(name: "idle", color: "quiet"),
    ]

    /// The first layers of a phase on the first chip, unit by unit; nil where operators are not shown.
    private func closeUp(_ phase: PhaseStep.Phase) -> Figure? {
        guard let chip = timeline.chips.first, let span = timeline.phases[phase] else { return nil }
        let own = timeline.events.filter {
            $0.chip == chip && $0.start >= span.start && $0.start < span.start + span.duration
        }
        let layers = own.filter { $0.track == .work && $0.kind == .work && $0.layer != nil }
        guard let first = layers.first?.layer else { return nil }
        // The first time through the layer.
        var end = span.start
        for event in own where event.track == .work && event.end > (layers.first?.start ?? .zero) {
            if event.layer != first { break }
            end = max(end, event.end)
        }
        guard let begin = layers.first?.start, end > begin else { return nil }
        let window = own.filter { $0.start >= begin && $0.start < end }
        let lanes =
            [LanePlot.Lane(name: "chip \(chip)", slices: workSlices(window, from: begin))]
            + Self.unitTracks.compactMap { track, kind in
                let slices = window.filter { $0.track == track }.map { event in
                    slice(event, [(kind, 1)], from: begin)
                }
                return slices.isEmpty ? nil : LanePlot.Lane(name: track.title, slices: slices)
            }
        return Figure(
            name: "timeline-\(phase.rawValue)",
            title: "Layer \(first) in \(phase == .prefill ? "prefill" : "the first decode step"), operator by operator",
            caption:
                "Starts and ends of operators are exact. Inside an operator units take turns tile by tile; there the busy "
                + "time of each unit is drawn in one piece, the DRAM's from the start, those of PE array and vector unit up to the end. In the chip's lane an operator has the "
                + "colour of what it spends most of its time on, waiting for DRAM included.",
            plot: LanePlot(
                axis: PlotAxis(
                    "Time from the start of the layer", unit: "s", values: [0, (end - begin).seconds], scale: .linear,
                    isTight: true), kinds: Self.unitKinds, lanes: lanes))
    }

    private func workSlices(_ events: [TimelineEvent], from begin: Picoseconds) -> [LanePlot.Slice] {
        events.filter { $0.track == .work }.map { event in
            let shares = shares(event).enumerated().map { (kind: $0.offset, share: $0.element) }
            let most = shares.max { $0.share < $1.share }.map { [$0] } ?? shares
            return slice(event, most.map { ($0.kind, 1) }, from: begin)
        }
    }

    private func slice(
        _ event: TimelineEvent, _ shares: [(kind: Int, share: Double)], from begin: Picoseconds
    ) -> LanePlot.Slice {
        let start = (event.start - begin).seconds
        return LanePlot.Slice(
            start: start, end: start + event.duration.seconds, shares: shares, label: event.name,
            tip: "\(event.name): \(PlotNumber.si(event.duration.seconds, "s"))")
    }
}
