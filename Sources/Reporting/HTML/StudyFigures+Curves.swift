extension StudyFigures {
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

    /// Curves over a number; none where no setting is one.
    func curves(_ entries: [Entry], _ name: String) -> [Figure] {
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
}
