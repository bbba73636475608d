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
    func name(_ entry: Entry, inPanel: Bool = false) -> String {
        let shown = inPanel ? [axes.series, axes.x].compactMap { $0 } : axes.all
        return shown.isEmpty
            ? entry.figures.request.model : shown.map { $0.words(entry.value($0)) }.joined(separator: ", ")
    }

    private func seriesNumber(_ entry: Entry) -> Int {
        axes.series.flatMap { axis in axis.values.firstIndex(of: entry.value(axis)) } ?? 0
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
