import ArgumentParser
import Documents
import Foundation
import Reporting
import Studies

/// `bitmod-dist report`: the results of a store as a page for people.
struct ReportCommand: ParsableCommand, CoordinatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Write the results of a store as one HTML page with plots and tables.",
        discussion: """
            The page needs no network and no other file. Plots follow the axes of each study: curves over a number, with
            the ideal where it is the number of chips, else bars; breakdowns of time and energy, energy against latency,
            a roofline, and a table of all points (docs/reports.md). The same points give the same bytes.

            EXAMPLES
              bitmod-dist report results.sqlite -o report.html
              bitmod-dist report results.sqlite -o scaling.html --filter study=strong-scaling --title "Scaling"
              bitmod-dist report results.sqlite -o report.html --svg figures   every plot as a file of its own too
            """)

    @Argument(help: "A result store of sweep.")
    var store: String

    @Option(name: .shortAndLong, help: "The page to write, or - for stdout.")
    var output: String

    @Option(
        help: ArgumentHelp(
            "Only points whose column or setting has this value, or one of several (A,B); may be repeated.",
            valueName: "key=value"))
    var filter: [String] = []

    @Option(help: "Write every plot as an SVG file into this folder too; made if it is missing.")
    var svg: String?

    @Option(help: "The title of the page (default: made of the file's name).")
    var title: String?

    func perform() throws -> Int32 {
        try OutputFile(path: output).check()
        try svg.map { try DrawingFolder(path: $0).check() }
        let filters = try filter.map { try PointFilter($0, option: "--filter") }
        let all = try ResultStore(path: store, .reading).points()
        guard !all.isEmpty else {
            throw InputError(.data, file: store, problem: "has no points", expected: "a store that sweep has filled")
        }
        let points = try PointFilter.apply(filters, to: all, option: "--filter")
        guard !points.isEmpty else {
            throw InputError(
                .usage, key: "--filter", problem: "none of the \(all.count) points of \(store) has these values")
        }
        let name = URL(fileURLWithPath: store).deletingPathExtension().lastPathComponent
        let page = StudyPage(
            points.map {
                StudyPagePoint(
                    study: $0.study, settings: $0.settings, state: $0.state, error: $0.error, document: $0.result)
            }, title: title ?? "Results of \(name)")
        try OutputFile(path: output).write(Data(page.html.utf8))
        try svg.map { try DrawingFolder(path: $0).write(page.drawings) }
        return 0
    }
}
