import ArgumentParser
import Foundation
import Studies

/// `bitmod-dist export`: the results of a store for other programs.
struct ExportCommand: ParsableCommand, CoordinatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Print the results of a store as CSV or JSON lines.",
        discussion: """
            A row, or a line, for each point, in the order of the study files; the same points give the same bytes. The
            unit is in the column's name. JSON lines hold the whole document of each run (docs/json.md).

            EXAMPLES
              bitmod-dist export results.sqlite
              bitmod-dist export results.sqlite --filter state=done --filter scheme=bitmod-4b,int6 -o table.csv
              bitmod-dist export results.sqlite --format jsonl --filter study=strong-scaling
            """)

    @Argument(help: "A result store of sweep.")
    var store: String

    @Option(help: "csv, or jsonl: a JSON object for each point.")
    var format: Format = .csv

    @Option(
        help: ArgumentHelp(
            "Only points whose column or setting has this value, or one of several (A,B); may be repeated.",
            valueName: "key=value"))
    var filter: [String] = []

    @Option(name: .shortAndLong, help: "The file to write, or - for stdout (default: stdout).")
    var output: String = "-"

    /// How points are written.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case csv
        case jsonl
    }

    func perform() throws -> Int32 {
        try OutputFile(path: output).check()
        let filters = try filter.map { try PointFilter($0, option: "--filter") }
        let points = try PointFilter.apply(
            filters, to: ResultStore(path: store, .reading).points(), option: "--filter")
        let text = try format == .csv ? PointTable(points).csv : PointLines(points).text
        try OutputFile(path: output).write(Data(text.utf8))
        return 0
    }
}
