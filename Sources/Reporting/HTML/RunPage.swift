import Fabric
import Foundation
import Simulation
import Units
import Workload

/// A run as a page of its own.
public struct RunPage {
    private let figures: RunFigures
    /// The whole run; nil in published fidelity, which has no timeline and no network.
    private let result: RunResult?

    /// The detail of the timeline that the page is drawn from.
    public static let timelineScope = TimelineScope(
        detail: .operators, limit: 100_000, onlyKinds: true, withLinks: true)

    /// Creates the page of a result whose last timeline is of ``timelineScope``.
    ///
    /// - Throws: where the result cannot be written as JSON.
    public init(_ result: RunResult) throws {
        self.result = result
        figures = try RunFigures(document: JSONText.encode(RunDocument(result, detail: .phases)))
    }

    /// Creates the page of a run in published fidelity.
    public init(_ run: PublishedRun) throws {
        result = nil
        figures = try RunFigures(document: JSONText.encode(PublishedRunDocument(run, withOperators: false)))
    }

    /// The whole page.
    public var html: String { page.text }

    /// Its plots as SVG files, by name without ending.
    public var drawings: [(name: String, svg: String)] { page.drawings }

    private var page: HTMLPage {
        HTMLPage(
            title: title, sections: [summary, breakdowns] + whereTimeGoes + network + alternatives + [Glossary.section])
    }

    private var title: String {
        let request = figures.request
        let chips = request.chips == 1 ? "one chip" : "\(request.chips) chips"
        let pruning = request.pruning.map {
            ", pruned \(PruningText.short(ratio: $0.ratio, firstLayer: $0.firstLayer, lastLayer: $0.lastLayer)),"
        }
        return "\(request.model)\(pruning ?? "") on \(chips) of kind \(request.accelerator)"
    }

    // MARK: Sections

    private var summary: HTMLPage.Section {
        let (request, totals) = (figures.request, figures.totals)
        var tiles: [(name: String, value: String)] = []
        func add(_ name: String, _ value: Double?, _ unit: String) {
            if let value { tiles.append((name, PlotNumber.si(value, unit))) }
        }
        add("time to first token", totals.timeToFirstTokenSeconds, "s")
        add("time per output token", totals.timePerOutputTokenSeconds, "s")
        if let rate = totals.tokensPerSecond { tiles.append(("tokens per second", PlotNumber.short(rate))) }
        add("total latency", totals.latencySeconds, "s")
        add("energy", totals.energyJoules, "J")
        add("energy per output token", totals.energyPerTokenJoules, "J")
        add("energy on the chips", totals.onChipEnergyJoules, "J")
        if let area = totals.areaSquareMillimetersPerChip {
            tiles.append(("area per chip", "\(PlotNumber.short(area)) mm²"))
        }
        var words: [String] = []
        if let prompt = request.promptTokens, let generated = request.generatedTokens, let scheme = request.scheme {
            words.append(
                "Prompt of \(prompt) tokens, \(generated) generated, batch \(request.batch). Weights in \(scheme), KV cache in "
                    + "\(request.kvScheme ?? scheme).")
        }
        if let task = request.task, let context = request.contextTokens {
            words.append("The paper's analytical model, task \(task), context of \(context) tokens.")
        }
        if let plan = result?.plan {
            words.append("Plan: \(PlanText.summary(plan))" + (PlanText.details(plan).map { ", \($0)" } ?? "") + ".")
        }
        if let topology = request.topology, request.chips > 1 {
            words.append(
                "Network: \(topology.name) (\(topology.kind)), \(PlotNumber.si(topology.linkBandwidthBytesPerSecond, "B/s")) per "
                    + "direction and \(PlotNumber.si(topology.linkLatencySeconds, "s")) per hop.")
        }
        return HTMLPage.Section(
            name: "summary", title: "Summary",
            items: [
                .html(PageParts.paragraph(words.joined(separator: " "))), .html(PageParts.tiles(tiles)),
                .html(phaseTable),
            ])
    }

    private var phaseTable: String {
        var table = PageTable(
            title: "Phases",
            columns: [.init(title: "Phase")]
                + ["Steps", "Latency", "Energy", "DRAM", "Links", "PE use"].map { .init(title: $0, isNumber: true) }
                + [.init(title: "Bound by")], isSortable: false)
        for (name, phase) in figures.namedPhases {
            table.rows.append([
                .init(name), .init("\(phase.steps)"), .number(phase.latencySeconds, "s"),
                .number(phase.energyJoules.total, "J"), .init(Figures.bytes(phase.dramBytes)),
                .init(Figures.bytes(phase.linkBytes)), .init(Figures.percent(phase.utilization)), .init(phase.bound),
            ])
        }
        return table.html
            + PageParts.paragraph(
                "DRAM and links: bytes moved. PE use: multiply-adds over what all lanes could do in the time. Bound by: what is "
                    + "busy for most of the time.", isNote: true)
    }

    private var breakdowns: HTMLPage.Section {
        func bars(_ parts: (RunFigures.Phase) -> [Double], _ total: (RunFigures.Phase) -> Double, _ unit: String)
            -> [BarPlot.Bar]
        {
            figures.namedPhases.map { name, phase in
                let sum = parts(phase).reduce(0, +)
                return BarPlot.Bar(
                    name: name, values: parts(phase).map { sum > 0 ? $0 / sum * 100 : 0 },
                    total: PlotNumber.si(total(phase), unit),
                    tips: parts(phase).map { PlotNumber.si($0, unit) })
            }
        }
        let percent = [0.0, 25, 50, 75, 100]
        let latency = BarPlot(
            axis: PlotAxis("Share of the latency", unit: "%", values: [0, 100], ticks: percent),
            parts: BreakdownParts.latency,
            bars: bars({ $0.latencyBreakdownSeconds.parts }, \.latencySeconds, "s"), showsShares: true)
        let energy = BarPlot(
            axis: PlotAxis("Share of the energy", unit: "%", values: [0, 100], ticks: percent),
            parts: BreakdownParts.energy,
            bars: bars({ $0.energyJoules.parts }, \.energyJoules.total, "J"), showsShares: true)
        var items: [HTMLPage.Item] = [
            .figure(
                Figure(
                    name: "latency", title: "Where the time goes",
                    caption: "The mean over all chips; the parts add up to the latency at the end of the bar.",
                    plot: latency)),
            .figure(
                Figure(
                    name: "energy", title: "Where the energy goes",
                    caption: "All chips; the parts add up to the energy at the end of the bar.", plot: energy)),
        ]
        if let roofline = Roofline.figure([.init(name: "", figures: figures, isLabelled: true)], name: "roofline") {
            items.append(.figure(roofline))
        }
        return HTMLPage.Section(name: "breakdown", title: "Time and energy", items: items)
    }

    private var whereTimeGoes: [HTMLPage.Section] {
        guard let result, let timeline = result.timelines.last else { return [] }
        let items = TimelineFigures(result: result, timeline: timeline).figures.map { HTMLPage.Item.figure($0) }
        return [HTMLPage.Section(name: "chips", title: "Chips over time", items: items)]
    }

    private var network: [HTMLPage.Section] {
        guard let result, let timeline = result.timelines.last, result.plan.chips > 1 else { return [] }
        let items = LinkFigures(result: result, timeline: timeline).items
        return items.isEmpty ? [] : [HTMLPage.Section(name: "network", title: "Network", items: items)]
    }

    private var alternatives: [HTMLPage.Section] {
        guard let plan = figures.plan, let own = figures.totals.energyPerTokenJoules else { return [] }
        let entries =
            [ParetoFront.Entry(name: plan.parallel, series: 0, seconds: figures.totals.latencySeconds, joules: own)]
            + plan.alternatives.compactMap { other in
                other.energyPerTokenJoules.map {
                    ParetoFront.Entry(name: other.parallel, series: 1, seconds: other.latencySeconds, joules: $0)
                }
            }
        guard
            let figure = ParetoFront.figure(
                entries, time: "Total latency", series: ["this run", "runner-up"], name: "plans")
        else { return [] }
        return [HTMLPage.Section(name: "plans", title: "Other plans", items: [.figure(figure)])]
    }
}
