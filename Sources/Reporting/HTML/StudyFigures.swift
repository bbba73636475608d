import Foundation

/// The figures of a study, as its axes ask for them.
struct StudyFigures {
    /// A point with a result.
    struct Entry {
        var settings: [String: String]
        var figures: RunFigures

        func value(_ axis: StudyAxes.Axis) -> String { settings[axis.key] ?? "default" }
    }

    let axes: StudyAxes
    let entries: [Entry]
    /// What figures are called: the study's place among others, for names that are unique in a page.
    let prefix: String

    /// Panels that are shown.
    private static let mostPanels = 4
    /// Bars of one figure.
    private static let mostBars = 30
    /// Points that are named in a roofline.
    private static let mostLabels = 12

    /// All figures, with headings where there are panels.
    var items: [HTMLPage.Item] {
        guard !entries.isEmpty else { return [] }
        var items: [HTMLPage.Item] = []
        let panels = self.panels
        for (number, panel) in panels.prefix(Self.mostPanels).enumerated() {
            if !panel.name.isEmpty { items.append(.html("<h3 class=\"panel\">\(SVG.escaped(panel.name))</h3>\n")) }
            let name = panels.count > 1 ? "\(prefix)-\(number + 1)" : prefix
            items += curves(panel.entries, name).map { .figure($0) }
            items += bars(panel.entries, name).map { .figure($0) }
        }
        if panels.count > Self.mostPanels {
            items.append(
                .html(
                    PageParts.paragraph(
                        "\(panels.count - Self.mostPanels) more combinations have no curves here; their points are in the figures "
                            + "below and in the table.", isNote: true)))
        }
        items += [pareto, roofline].compactMap { $0.map { .figure($0) } }
        return items
    }

    // MARK: Panels and names

    private var panels: [(name: String, entries: [Entry])] {
        var panels: [(key: [String], entries: [Entry])] = []
        for entry in entries {
            let key = axes.panels.map { entry.value($0) }
            if let index = panels.firstIndex(where: { $0.key == key }) {
                panels[index].entries.append(entry)
            } else {
                panels.append((key, [entry]))
            }
        }
        return panels.map { panel in
            (zip(axes.panels, panel.key).map { $0.words($1) }.joined(separator: ", "), panel.entries)
        }
    }

    /// What a point is called among all, or among those of its panel.
    private func name(_ entry: Entry, inPanel: Bool = false) -> String {
        let shown = inPanel ? [axes.series, axes.x].compactMap { $0 } : axes.all
        return shown.isEmpty
            ? entry.figures.request.model : shown.map { $0.words(entry.value($0)) }.joined(separator: ", ")
    }

    private func seriesNumber(_ entry: Entry) -> Int {
        axes.series.flatMap { axis in axis.values.firstIndex(of: entry.value(axis)) } ?? 0
    }

    // MARK: Curves

    private struct Metric {
        var name: String
        var title: String
        var unit: String
        /// What it is, in a sentence.
        var caption: String
        var value: (RunFigures) -> Double?
        /// What it would be on more chips without losses: in proportion to them, or in inverse proportion.
        var ideal: Ideal?
    }

    private enum Ideal {
        case proportional
        case inverse
    }

    private func curves(_ entries: [Entry], _ name: String) -> [Figure] {
        guard let x = axes.x, let numbers = x.numbers else { return [] }
        let isScaling = x.key == "chips"
        // With a batch that grows with the chips the first token does not come sooner.
        let isFixedSize = !axes.tied.contains { $0.to == x.key }
        let hasDecode = entries.contains { $0.figures.totals.tokensPerSecond != nil }
        var metrics = [
            Metric(
                name: "throughput", title: "Tokens per second", unit: "",
                caption: "Decoded tokens of all sequences per second of decode.", value: \.totals.tokensPerSecond,
                ideal: isScaling ? .proportional : nil),
            Metric(
                name: "first-token", title: "Time to first token", unit: "s",
                caption: "The latency of prefill.", value: \.totals.timeToFirstTokenSeconds,
                ideal: isScaling && isFixedSize ? .inverse : nil),
            Metric(
                name: "energy-per-token", title: "Energy per output token", unit: "J",
                caption: "All energy of all chips, prefill included, over the decoded tokens of all sequences.",
                value: \.totals.energyPerTokenJoules),
        ]
        if !hasDecode {
            metrics.append(
                Metric(
                    name: "energy", title: "Energy", unit: "J", caption: "All chips and phases.",
                    value: \.totals.energyJoules))
        }
        if !isScaling {
            metrics.insert(
                Metric(
                    name: "token-time", title: "Time per output token", unit: "s",
                    caption: "The latency of decode over its steps.",
                    value: \.totals.timePerOutputTokenSeconds), at: 1)
        }
        var figures = metrics.compactMap { curve($0, x, numbers, entries, name) }
        if isScaling, let efficiency = efficiency(x, numbers, entries, name) {
            figures.insert(efficiency, at: min(1, figures.count))
        }
        return figures
    }

    private func groups(_ entries: [Entry]) -> [(number: Int, name: String, entries: [Entry])] {
        guard let axis = axes.series else { return [(0, "", entries)] }
        return axis.values.enumerated().compactMap { number, value in
            let own = entries.filter { $0.value(axis) == value }
            return own.isEmpty ? nil : (number, axis.words(value), own)
        }
    }

    /// The points of a curve, from left to right.
    private func points(
        _ entries: [Entry], _ x: StudyAxes.Axis, _ numbers: [String: Double], _ unit: String,
        _ value: (Entry) -> Double?
    ) -> [LinePlot.Point] {
        entries.compactMap { entry -> LinePlot.Point? in
            guard let place = numbers[entry.value(x)], let value = value(entry), value.isFinite else { return nil }
            return LinePlot.Point(x: place, y: value, tip: "\(name(entry)): \(PlotNumber.si(value, unit))")
        }.sorted { $0.x < $1.x }
    }

    private func xAxis(_ x: StudyAxes.Axis, _ series: [LinePlot.Series]) -> PlotAxis {
        let values = Array(Set(series.flatMap { $0.points.map(\.x) })).sorted()
        let isGeometric = (values.first ?? 0) > 0 && (values.last ?? 0) / (values.first ?? 1) >= 8
        return PlotAxis(
            x.title, unit: x.unit, values: values, scale: isGeometric ? .logarithmic : .linear, startsAtZero: false,
            ticks: values.count <= 12 ? values : nil)
    }

    private func curve(
        _ metric: Metric, _ x: StudyAxes.Axis, _ numbers: [String: Double], _ entries: [Entry], _ name: String
    ) -> Figure? {
        var series: [LinePlot.Series] = []
        for group in groups(entries) {
            let points = points(group.entries, x, numbers, metric.unit) { metric.value($0.figures) }
            guard let first = points.first, let last = points.last else { continue }
            series.append(LinePlot.Series(name: group.name, number: group.number, points: points))
            guard let ideal = metric.ideal, last.x > first.x else { continue }
            let factor = ideal == .proportional ? last.x / first.x : first.x / last.x
            // On a linear axis an inverse is no straight line.
            let between =
                ideal == .proportional || series[0].points.count > 60 ? [] : points.dropFirst().dropLast().map(\.x)
            let middle = between.map { LinePlot.Point(x: $0, y: first.y * first.x / $0, tip: "") }
            series.append(
                LinePlot.Series(
                    name: "ideal", number: group.number,
                    points: [first] + middle + [LinePlot.Point(x: last.x, y: first.y * factor, tip: "")], style: .ideal)
            )
        }
        guard series.contains(where: { $0.points.count > 1 }) else { return nil }
        let yValues = series.flatMap { $0.points.map(\.y) }
        let xScale = xAxis(x, series)
        let hasIdeal = metric.ideal != nil
        let caption =
            metric.caption
            + (hasIdeal
                ? " Dashed: ideal, in \(metric.ideal == .proportional ? "" : "inverse ")proportion to the chips, from the fewest "
                    + "of the curve on." : "")
        return Figure(
            name: "\(name)-\(metric.name)", title: metric.title, caption: caption + tiedWords,
            plot: LinePlot(
                x: xScale,
                y: PlotAxis(
                    metric.title, unit: metric.unit, values: yValues,
                    scale: hasIdeal && xScale.scale == .logarithmic ? .logarithmic : nil),
                series: series))
    }

    private func efficiency(
        _ x: StudyAxes.Axis, _ numbers: [String: Double], _ entries: [Entry], _ name: String
    ) -> Figure? {
        let series = groups(entries).compactMap { group -> LinePlot.Series? in
            func rate(_ entry: Entry) -> Double? {
                entry.figures.totals.tokensPerSecond ?? 1 / entry.figures.totals.latencySeconds
            }
            let rates = points(group.entries, x, numbers, "", rate)
            guard let first = rates.first, rates.count > 1 else { return nil }
            let points = rates.map { point in
                let share = point.y / first.y / (point.x / first.x) * 100
                return LinePlot.Point(
                    x: point.x, y: share,
                    tip: "\(group.name) \(PlotNumber.short(point.x)) chips: \(PlotNumber.short(share)) %")
            }
            return LinePlot.Series(name: group.name, number: group.number, points: points)
        }
        guard !series.isEmpty else { return nil }
        let ideal = LinePlot.Series(
            name: "ideal", number: 7,
            points: [
                series.flatMap { $0.points.map(\.x) }.min() ?? 1, series.flatMap { $0.points.map(\.x) }.max() ?? 1,
            ].map {
                LinePlot.Point(x: $0, y: 100, tip: "")
            }, style: .ideal)
        return Figure(
            name: "\(name)-efficiency", title: "Efficiency of scaling",
            caption: "Tokens per second and chip, as a share of those on the fewest chips of the curve: "
                + "(rate / rate on the fewest) / (chips / fewest chips)." + tiedWords,
            plot: LinePlot(
                x: xAxis(x, series),
                y: PlotAxis(
                    "Efficiency", unit: "%", values: [0, 100] + series.flatMap { $0.points.map(\.y) }, scale: .linear),
                series: series + [ideal]))
    }

    private var tiedWords: String {
        guard let x = axes.x else { return "" }
        let keys = axes.tied.filter { $0.to == x.key }.map(\.key)
        return keys.isEmpty ? "" : " Changes with it: \(keys.joined(separator: ", "))."
    }

    // MARK: Bars

    private func bars(_ entries: [Entry], _ name: String) -> [Figure] {
        let shown = Self.spread(entries, over: Self.mostBars)
        let hasDecode = shown.contains { $0.figures.phases.decode != nil }
        var figures: [Figure?] = []
        if hasDecode {
            figures.append(
                stacked(
                    shown, of: entries.count, "\(name)-token-breakdown", "Where the time of an output token goes",
                    "Time per output token", "s",
                    BreakdownParts.latency
                ) { run in
                    run.phases.decode.map { phase in
                        phase.latencyBreakdownSeconds.parts.map { $0 / Double(phase.steps) }
                    }
                })
        }
        figures.append(
            stacked(
                shown, of: entries.count, "\(name)-prefill-breakdown", "Where the time to the first token goes",
                "Time to first token", "s",
                BreakdownParts.latency
            ) { $0.phases.prefill?.latencyBreakdownSeconds.parts })
        figures.append(
            stacked(
                shown, of: entries.count, "\(name)-energy-breakdown", "Where the energy goes",
                hasDecode ? "Energy per output token" : "Energy", "J", BreakdownParts.energy
            ) { run in
                let parts = run.namedPhases.map(\.phase.energyJoules.parts)
                guard let first = parts.first else { return nil }
                let sum = parts.dropFirst().reduce(first) { zip($0, $1).map(+) }
                let total = run.totals.energyJoules
                let scale = run.totals.energyPerTokenJoules.map { total > 0 ? $0 / total : 0 } ?? 1
                return sum.map { $0 * scale }
            })
        return figures.compactMap { $0 }
    }

    /// Some of them, the first and the last included.
    private static func spread(_ entries: [Entry], over count: Int) -> [Entry] {
        guard entries.count > count else { return entries }
        return (0..<count).map { entries[$0 * (entries.count - 1) / (count - 1)] }
    }

    private func stacked(
        _ shown: [Entry], of all: Int, _ name: String, _ title: String, _ axis: String, _ unit: String,
        _ parts: [BarPlot.Part], _ values: (RunFigures) -> [Double]?
    ) -> Figure? {
        let rows = shown.compactMap { entry in values(entry.figures).map { (self.name(entry, inPanel: true), $0) } }
        let totals = rows.map { $0.1.reduce(0, +) }
        guard let most = totals.max(), let least = totals.min(), most > 0 else { return nil }
        // Where bars differ much, the short ones would show nothing.
        let isShare = most > 6 * least
        let bars = zip(rows, totals).map { row, total in
            BarPlot.Bar(
                name: row.0, values: isShare ? row.1.map { total > 0 ? $0 / total * 100 : 0 } : row.1,
                total: PlotNumber.si(total, unit), tips: row.1.map { PlotNumber.si($0, unit) })
        }
        let plotAxis =
            isShare
            ? PlotAxis(
                "Share of the \(axis.lowercasedFirst)", unit: "%", values: [0, 100], ticks: [0, 25, 50, 75, 100])
            : PlotAxis(axis, unit: unit, values: [0, most], scale: .linear)
        return Figure(
            name: name, title: title,
            caption: (isShare
                ? "Shares; the whole stands at the end of each bar." : "The whole stands at the end of each bar.")
                + (shown.count < all ? " \(shown.count) of \(all) points." : ""),
            plot: BarPlot(axis: plotAxis, parts: parts, bars: bars, showsShares: true))
    }

    // MARK: All points

    /// Settings that make other work of it, not another way to do it.
    private static let workKeys = ["model", "prompt", "generate", "context", "task"]

    private var pareto: Figure? {
        let hasDecode = entries.contains { $0.figures.totals.timePerOutputTokenSeconds != nil }
        guard hasDecode else { return nil }
        let points = entries.compactMap { entry -> ParetoFront.Entry? in
            guard let seconds = entry.figures.totals.timePerOutputTokenSeconds,
                let joules = entry.figures.totals.energyPerTokenJoules
            else { return nil }
            return ParetoFront.Entry(
                name: name(entry), series: seriesNumber(entry),
                work: Self.workKeys.map { entry.settings[$0] ?? "" }.joined(separator: " "), seconds: seconds,
                joules: joules)
        }
        let names = axes.series.map { axis in axis.values.map(axis.words) } ?? [""]
        return ParetoFront.figure(points, time: "Time per output token", series: names, name: "\(prefix)-pareto")
    }

    private var roofline: Figure? {
        let isFew = entries.count <= Self.mostLabels
        return Roofline.figure(
            entries.map { .init(name: name($0), figures: $0.figures, isLabelled: isFew) }, name: "\(prefix)-roofline")
    }
}

extension String {
    /// The text with a small letter at its beginning, for the middle of a sentence.
    var lowercasedFirst: String {
        // Not where a second capital makes it a name: KV, PE.
        guard let first, !(dropFirst().first?.isUppercase ?? false) else { return self }
        return first.lowercased() + dropFirst()
    }
}
