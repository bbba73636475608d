/// The comparison of schemes as a page.
public struct SchemeComparisonPage {
    private let comparison: SchemeComparison

    /// A page.
    public init(_ comparison: SchemeComparison) { self.comparison = comparison }

    /// The whole page.
    public var html: String { page.text }

    /// Its plots as SVG files, by name without ending.
    public var drawings: [(name: String, svg: String)] { page.drawings }

    private var page: HTMLPage {
        let figures = [fronts, perplexities].flatMap { $0 } + bars
        return HTMLPage(
            title: "Schemes for \(comparison.model)",
            sections: [
                HTMLPage.Section(
                    name: "table", title: "Schemes", items: [.html(PageParts.paragraph(words)), .html(table.html)]),
                HTMLPage.Section(name: "figures", title: "Figures", items: figures.map { .figure($0) }),
                HTMLPage.Section(
                    name: "published", title: "Published figures",
                    items: [
                        .html(
                            PageParts.paragraph(
                                "Perplexities on WikiText-2 that papers report, of other models. None is measured here."
                            )),
                        .html(publishedTable.html),
                    ]),
            ])
    }

    private var words: String {
        let measured = comparison.measurement.map {
            " Perplexity is that of \($0.model) on \"\($0.text)\" (\($0.tokens) tokens), measured by scripts/scheme-study."
        }
        return "Prompt of \(comparison.promptTokens) tokens, \(comparison.generatedTokens) generated, batch "
            + "\(comparison.batch), on \(comparison.topology). Bits are those of all weights of a layer with metadata."
            + (measured ?? "")
    }

    private var sizes: [Int] { comparison.rows.first { !$0.systems.isEmpty }?.systems.map(\.chips) ?? [] }

    private func chips(_ count: Int) -> String { count == 1 ? "1 chip" : "\(count) chips" }

    private var table: PageTable {
        var columns: [PageTable.Column] = [.init(title: "Scheme"), .init(title: "Chip")]
        columns += ["Bits", "Paper's bits"].map { .init(title: $0, isNumber: true) }
        if comparison.measurement != nil {
            columns += ["Perplexity", "Calibrated"].map { .init(title: $0, isNumber: true) }
        }
        for size in sizes {
            columns += ["First token, \(chips(size))", "Per token", "Energy per token"].map {
                .init(title: $0, isNumber: true)
            }
        }
        columns += [.init(title: "Area", isNumber: true), .init(title: "Beside the PEs, or why not")]
        var table = PageTable(title: "Schemes", columns: columns)
        for row in comparison.rows {
            var cells: [PageTable.Entry] = [.init(row.scheme), .init(row.accelerator)]
            cells += [.number(row.bitsPerWeight, ""), .number(row.headlineBits, "")]
            if comparison.measurement != nil {
                cells += [.number(row.perplexity, ""), .number(row.calibratedPerplexity, "")]
            }
            for index in sizes.indices {
                let system = row.systems.indices.contains(index) ? row.systems[index] : nil
                cells += [
                    .number(system?.timeToFirstTokenSeconds, "s"), .number(system?.timePerOutputTokenSeconds, "s"),
                    .number(system?.energyPerTokenJoules, "J"),
                ]
            }
            cells.append(
                row.areaSquareMillimeters.map { .init("\(PlotNumber.short($0)) mm²", value: $0) } ?? .number(nil, ""))
            cells.append(.init(row.refusal ?? row.sideUnits.map(\.rawValue).joined(separator: ", "), isLong: true))
            table.rows.append(cells)
        }
        return table
    }

    private var publishedTable: PageTable {
        var table = PageTable(
            title: "Published figures",
            columns: [
                .init(title: "Scheme"), .init(title: "Model"), .init(title: "Perplexity", isNumber: true),
                .init(title: "FP16", isNumber: true), .init(title: "Note"), .init(title: "Source"),
            ])
        let names = Set(comparison.rows.map(\.scheme))
        for entry in comparison.published where names.contains(entry.scheme) {
            table.rows.append([
                .init(entry.scheme), .init(entry.model), .number(entry.perplexity, ""),
                .number(entry.float16Perplexity, ""), .init(entry.note ?? ""), .init(entry.source, isLong: true),
            ])
        }
        return table
    }

    // MARK: Figures

    /// Energy against time, for each size of system.
    private var fronts: [Figure] {
        sizes.indices.compactMap { index in
            let entries = comparison.rows.compactMap { row -> ParetoFront.Entry? in
                guard row.systems.indices.contains(index), let seconds = row.systems[index].timePerOutputTokenSeconds,
                    let joules = row.systems[index].energyPerTokenJoules
                else { return nil }
                return ParetoFront.Entry(name: row.scheme, series: 0, seconds: seconds, joules: joules)
            }
            return ParetoFront.figure(
                entries, time: "Time per output token, \(chips(sizes[index]))", series: [""],
                name: "pareto-\(sizes[index])")
        }
    }

    /// Perplexity against energy, where it was measured.
    private var perplexities: [Figure] {
        func points(_ value: (SchemeComparison.Row) -> Double?) -> [LinePlot.Point] {
            comparison.rows.compactMap { row in
                guard let y = value(row), y < Self.largestPerplexity, let x = row.systems.first?.energyPerTokenJoules
                else { return nil }
                return LinePlot.Point(
                    x: x, y: y, tip: "\(row.scheme): \(PlotNumber.short(y)), \(PlotNumber.si(x, "J"))",
                    label: row.scheme)
            }
        }
        let series = [
            LinePlot.Series(
                name: "weights only", number: 0, points: points(\.perplexity), style: .points),
            LinePlot.Series(
                name: "calibrated", number: 1, points: points(\.calibratedPerplexity), style: .points),
        ].filter { !$0.points.isEmpty }
        let all = series.flatMap(\.points)
        guard all.count > 2 else { return [] }
        return [
            Figure(
                name: "perplexity", title: "Perplexity and energy",
                caption:
                    "Lower and further left is better. Perplexities of \(Int(Self.largestPerplexity)) and more are left out: "
                    + "such models say nothing.",
                plot: LinePlot(
                    x: PlotAxis(
                        "Energy per output token, one chip", unit: "J", values: all.map(\.x), startsAtZero: false),
                    y: PlotAxis("Perplexity", values: all.map(\.y), scale: .logarithmic), series: series))
        ]
    }

    private static let largestPerplexity = 2000.0

    /// Bits and area, a bar each.
    private var bars: [Figure] {
        func figure(
            _ name: String, _ title: String, _ axis: String, _ unit: String, _ caption: String,
            _ value: (SchemeComparison.Row) -> Double?
        ) -> Figure? {
            let values = comparison.rows.compactMap { row in value(row).map { (row.scheme, $0) } }
            guard let most = values.map(\.1).max() else { return nil }
            let bars = values.map { scheme, value in
                let text = unit.isEmpty ? PlotNumber.short(value) : "\(PlotNumber.short(value)) \(unit)"
                return BarPlot.Bar(name: scheme, values: [value], total: text, tips: [text])
            }
            return Figure(
                name: name, title: title, caption: caption,
                plot: BarPlot(
                    axis: PlotAxis(axis, unit: unit, values: [0, most], scale: .linear, usesPrefixes: false),
                    parts: [.init(name: title, color: "f0")], bars: bars))
        }
        return [
            figure(
                "bits", "Bits per weight", "Bits per weight", "", "All weights of a layer, with all metadata.",
                \.bitsPerWeight),
            figure(
                "area", "Area of a chip", "Area", "mm²", "With the units that the scheme needs beside the PEs.",
                \.areaSquareMillimeters),
        ].compactMap { $0 }
    }
}
