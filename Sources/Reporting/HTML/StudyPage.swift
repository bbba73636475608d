import Foundation

/// The points of a store as a page of its own: figures as the axes of each study ask for them, and a table of all points.
public struct StudyPage {
    private struct Study {
        var name: String?
        var points: [StudyPagePoint]
        var entries: [StudyFigures.Entry]
        /// Points whose result is there and cannot be read.
        var unreadable: Int
    }

    private let title: String
    private let studies: [Study]

    /// Creates the page of some points, those of a study one after the other.
    public init(_ points: [StudyPagePoint], title: String) {
        self.title = title
        var studies: [Study] = []
        for point in points {
            if studies.last?.name != point.study || studies.isEmpty {
                studies.append(Study(name: point.study, points: [], entries: [], unreadable: 0))
            }
            let last = studies.count - 1
            studies[last].points.append(point)
            guard let document = point.document else { continue }
            if let figures = try? RunFigures(document: Data(document.utf8)) {
                let settings = Dictionary(point.settings.map { ($0.key, $0.value) }) { _, last in last }
                studies[last].entries.append(StudyFigures.Entry(settings: settings, figures: figures))
            } else {
                studies[last].unreadable += 1
            }
        }
        self.studies = studies
    }

    /// The whole page.
    public var html: String { page.text }

    /// Its plots as SVG files, by name without ending.
    public var drawings: [(name: String, svg: String)] { page.drawings }

    private var page: HTMLPage {
        HTMLPage(
            title: title,
            sections: studies.enumerated().map { section($0.element, number: $0.offset) } + [Glossary.section])
    }

    private func section(_ study: Study, number: Int) -> HTMLPage.Section {
        let axes = StudyAxes(study.points)
        let name = study.name.map(Self.slug) ?? "other"
        let prefix =
            studies.prefix(number).contains { ($0.name.map(Self.slug) ?? "other") == name } ? "\(name)-\(number)" : name
        var items: [HTMLPage.Item] = [.html(summary(study, axes))]
        items += StudyFigures(axes: axes, entries: study.entries, prefix: prefix).items
        items += failures(study, axes)
        items.append(.html("<h3 id=\"\(prefix)-table\">All points</h3>\n" + table(study, axes)))
        return HTMLPage.Section(name: prefix, title: study.name ?? "Points that no study has any more", items: items)
    }

    // MARK: Words and tables

    private func summary(_ study: Study, _ axes: StudyAxes) -> String {
        func count(_ state: String) -> Int { study.points.count { $0.state == state } }
        let fastest = study.entries.compactMap(\.figures.totals.tokensPerSecond).max()
        let thriftiest = study.entries.compactMap(\.figures.totals.energyPerTokenJoules).min()
        var tiles: [(name: String, value: String)] = [
            ("points", "\(study.points.count)"), ("done", "\(count("done"))"), ("failed", "\(count("failed"))"),
        ]
        let open = count("pending") + count("running")
        if open > 0 { tiles.append(("to do", "\(open)")) }
        if let fastest { tiles.append(("most tokens per second", PlotNumber.short(fastest))) }
        if let thriftiest { tiles.append(("least energy per output token", PlotNumber.si(thriftiest, "J"))) }
        let varying = Set(axes.all.map(\.key) + axes.tied.map(\.key))
        let shared = study.points[0].settings.filter { !varying.contains($0.key) }
        var text = PageParts.tiles(tiles)
        if !axes.all.isEmpty {
            let list = axes.all.map { "\($0.word) (\($0.values.count) values)" }.joined(
                separator: ", ")
            text += PageParts.paragraph("Points differ in \(list).")
        }
        if !shared.isEmpty {
            let list = shared.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
            text += PageParts.paragraph("The same for all: \(list).", isNote: true)
        }
        if study.unreadable > 0 {
            text += PageParts.paragraph("The results of \(study.unreadable) points cannot be read and are left out.")
        }
        return text
    }

    private func failures(_ study: Study, _ axes: StudyAxes) -> [HTMLPage.Item] {
        let failed = study.points.filter { $0.state == "failed" }
        guard !failed.isEmpty else { return [] }
        var table = PageTable(
            title: "Points that failed", columns: axes.all.map { .init(title: $0.title) } + [.init(title: "Why")],
            isTall: failed.count > 20)
        for point in failed {
            table.rows.append(settings(point, axes) + [.init(point.error ?? "no result", isLong: true)])
        }
        return [.html("<h3>Points that failed</h3>\n" + table.html)]
    }

    private func settings(_ point: StudyPagePoint, _ axes: StudyAxes) -> [PageTable.Entry] {
        axes.all.map { axis in
            let value = point.settings.first { $0.key == axis.key }?.value ?? "default"
            return PageTable.Entry(value, value: axis.numbers?[value])
        }
    }

    private func table(_ study: Study, _ axes: StudyAxes) -> String {
        let numbers = [
            "Time to first token", "Time per output token", "Tokens per second", "Total latency", "Energy",
            "Energy per output token", "PE use in prefill", "PE use in decode",
        ]
        var table = PageTable(
            title: "All points",
            columns: axes.all.map { .init(title: $0.title, isNumber: $0.numbers != nil) } + [
                .init(title: "State"), .init(title: "Plan"),
            ]
                + numbers.map { .init(title: $0, isNumber: true) }
                + [.init(title: "Prefill bound by"), .init(title: "Decode bound by")],
            isTall: study.points.count > 20)
        for point in study.points {
            let figures = point.document.flatMap { try? RunFigures(document: Data($0.utf8)) }
            let totals = figures?.totals
            func use(_ phase: RunFigures.Phase?) -> PageTable.Entry {
                phase.map { .init(Figures.percent($0.utilization), value: $0.utilization) } ?? .init("–", value: -1)
            }
            table.rows.append(
                settings(point, axes) + [
                    .init(point.state), .init(figures?.plan?.parallel ?? "–"),
                    .number(totals?.timeToFirstTokenSeconds, "s"),
                    .number(totals?.timePerOutputTokenSeconds, "s"), .number(totals?.tokensPerSecond, ""),
                    .number(totals?.latencySeconds, "s"), .number(totals?.energyJoules, "J"),
                    .number(totals?.energyPerTokenJoules, "J"), use(figures?.phases.prefill),
                    use(figures?.phases.decode),
                    .init(figures?.phases.prefill?.bound ?? "–"), .init(figures?.phases.decode?.bound ?? "–"),
                ])
        }
        return table.html
    }

    /// A name of small letters, digits and dashes.
    static func slug(_ text: String) -> String {
        let letters = text.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }
        let name = String(letters).split(separator: "-").joined(separator: "-")
        return name.isEmpty ? "study" : name
    }
}
