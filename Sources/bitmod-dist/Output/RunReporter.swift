import Documents
import Foundation
import Reporting
import Simulation

/// Writes the reports of a run that the user asked for. Only the coordinator has one.
struct RunReporter {
    let options: OutputOptions

    private var places: [(option: String, path: String)] {
        [("--json", options.json), ("--csv", options.csv), ("--html", options.html), ("--trace", options.trace)]
            .compactMap { option, path in path.map { (option, $0) } }
    }

    private var printsText: Bool { !options.quiet && !places.contains { $0.path == "-" } }

    /// Refuses impossible outputs before any work is done.
    func check() throws {
        for (index, place) in places.enumerated() {
            if let other = places[..<index].first(where: { $0.path == place.path }),
                !OutputFile(path: place.path).isDevice
            {
                let name = place.path == "-" ? "stdout" : place.path
                throw InputError(
                    .usage, key: place.option, problem: "both \(other.option) and \(place.option) ask for \(name)")
            }
            try OutputFile(path: place.path).check()
        }
        try options.svg.map { try DrawingFolder(path: $0).check() }
        let traceOptions = [
            ("--trace-detail", options.traceDetail != nil), ("--trace-limit", options.traceLimit != nil),
        ]
        if options.trace == nil, let option = traceOptions.first(where: \.1) {
            throw InputError(.usage, key: option.0, problem: "belongs to --trace")
        }
        if let limit = options.traceLimit, !(TimelineScope.smallestLimit...Self.largestLimit).contains(limit) {
            throw InputError(
                .usage, key: "--trace-limit", problem: "found \(limit)",
                expected: "\(TimelineScope.smallestLimit) to \(Self.largestLimit)")
        }
    }

    /// What the trace shows; in a file some 30 MB by default, 800 MB at most.
    private static let usualLimit = 200_000
    private static let largestLimit = 5_000_000

    /// The timelines that the reports need.
    var timelines: [TimelineScope] {
        var scopes: [TimelineScope] = []
        if options.trace != nil {
            scopes.append(
                TimelineScope(detail: options.traceDetail ?? .operators, limit: options.traceLimit ?? Self.usualLimit))
        }
        // The page looks for its timeline at the end.
        if hasPage { scopes.append(RunPage.timelineScope) }
        return scopes
    }

    private var hasPage: Bool { options.html != nil || options.svg != nil }

    /// Writes files first and prints the text last.
    func report(_ result: RunResult) throws {
        if let path = options.json {
            try OutputFile(path: path).write(JSONText.encode(RunDocument(result, detail: options.detail)))
        }
        if let path = options.csv {
            try OutputFile(path: path).write(Data(RunTable(result, detail: options.detail).text.utf8))
        }
        if hasPage { try write(RunPage(result)) }
        if let path = options.trace, let timeline = result.timelines.first {
            try OutputFile(path: path).write(TraceDocument(result, timeline).data)
        }
        if printsText {
            try OutputFile(path: "-").write(Data(RunReport(result, detail: options.detail).text.utf8))
        }
    }

    /// The same for a run in published fidelity.
    func report(_ run: PublishedRun) throws {
        let withOperators = options.detail == .operators
        if let path = options.json {
            try OutputFile(path: path).write(JSONText.encode(PublishedRunDocument(run, withOperators: withOperators)))
        }
        if hasPage { try write(RunPage(run)) }
        if printsText {
            try OutputFile(path: "-").write(
                Data(PublishedRunReport(run, withOperators: withOperators).text.utf8))
        }
    }

    private func write(_ page: RunPage) throws {
        if let path = options.html { try OutputFile(path: path).write(Data(page.html.utf8)) }
        if let path = options.svg { try DrawingFolder(path: path).write(page.drawings) }
    }
}
