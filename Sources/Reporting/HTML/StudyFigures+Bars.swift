extension StudyFigures {
    /// Bars of points.
    private static let mostBars = 30

    /// Where time and energy of the points of a panel go.
    func bars(_ entries: [Entry], _ name: String) -> [Figure] {
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
}

extension String {
    /// The text with a small letter at its beginning, for the middle of a sentence.
    var lowercasedFirst: String {
        // Not where a second capital makes it a name: KV, PE.
        guard let first, !(dropFirst().first?.isUppercase ?? false) else { return self }
        return first.lowercased() + dropFirst()
    }
}
