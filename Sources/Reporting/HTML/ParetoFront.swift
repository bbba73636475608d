/// Energy per token against latency, with the front of those that nothing else beats in both.
enum ParetoFront {
    /// A point.
    struct Entry {
        var name: String
        /// What it belongs to; its colour.
        var series: Int
        /// The work that it does: only points of the same work are held against each other.
        var work = ""
        var seconds: Double
        var joules: Double
    }

    /// Fronts whose points are named.
    private static let mostNamedFronts = 4

    /// The entries that no other one is at least as good as in both and better in one, fastest first.
    static func front(_ entries: [Entry]) -> [Entry] {
        var front: [Entry] = []
        for entry in entries.sorted(by: { ($0.seconds, $0.joules, $0.name) < ($1.seconds, $1.joules, $1.name) })
        where entry.joules < front.last?.joules ?? .infinity {
            front.append(entry)
        }
        return front
    }

    /// The figure, or nil for fewer than three points.
    ///
    /// - Parameters:
    ///   - time: what `seconds` are, such as "Time per output token".
    ///   - series: names of series; one for all may be empty.
    static func figure(_ entries: [Entry], time: String, series names: [String], name: String) -> Figure? {
        guard entries.count > 2 else { return nil }
        var works: [String] = []
        for entry in entries where !works.contains(entry.work) { works.append(entry.work) }
        let fronts = works.map { work in front(entries.filter { $0.work == work }) }
        let best = works.count > mostNamedFronts ? [] : Set(fronts.joined().map(\.name))
        var series = names.enumerated().map { index, name in
            LinePlot.Series(
                name: name, number: index,
                points: entries.filter { $0.series == index }.map { entry in
                    LinePlot.Point(
                        x: entry.seconds, y: entry.joules,
                        tip: "\(entry.name): \(PlotNumber.si(entry.seconds, "s")), \(PlotNumber.si(entry.joules, "J"))",
                        label: best.contains(entry.name) ? entry.name : nil)
                }, style: .points)
        }
        series += fronts.enumerated().map { index, front in
            LinePlot.Series(
                name: index == 0 ? "Pareto front" : "", number: 7,
                points: front.map { LinePlot.Point(x: $0.seconds, y: $0.joules, tip: $0.name) }, style: .bare)
        }
        let count = fronts.reduce(0) { $0 + $1.count }
        return Figure(
            name: name, title: "Energy against latency",
            caption:
                "Left and down is better. Nothing is both faster and thriftier than a point of the front (\(count) of "
                + "\(entries.count) points)"
                + (works.count > 1 ? "; each model, prompt and answer has a front of its own" : "")
                + (best.isEmpty ? "." : ". Where there is room, points of a front are named."),
            plot: LinePlot(
                x: PlotAxis(time, unit: "s", values: entries.map(\.seconds)),
                y: PlotAxis("Energy per output token", unit: "J", values: entries.map(\.joules)), series: series))
    }
}
