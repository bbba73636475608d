import ArgumentParser
import Documents
import Foundation
import Studies

/// `bitmod-dist compare`: what changed between two results.
struct CompareCommand: ParsableCommand, CoordinatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Say what changed between two JSON files or two result stores, and by how much.",
        discussion: """
            Two JSON files of this program are compared value by value. Two stores are compared point by point: points of
            the same request, or, where the request has changed, of the same settings in a study file. Exits with 0 if all
            is equal, with 1 if anything differs.

            EXAMPLES
              bitmod-dist compare before.json after.json
              bitmod-dist compare before.sqlite after.sqlite
              bitmod-dist compare before.sqlite after.sqlite --all
            """)

    @Argument(help: "A JSON file, or a result store of sweep.")
    var first: String

    @Argument(help: "Another of the same kind.")
    var second: String

    @Flag(help: "List all differences, not the first few of each point or part.")
    var all = false

    func perform() throws -> Int32 {
        let (isFirst, isSecond) = (ResultStore.isStore(first), ResultStore.isStore(second))
        let (equal, text) = isFirst || isSecond ? try stores() : try files()
        try OutputFile(path: "-").write(Data(text.utf8))
        return equal ? 0 : 1
    }

    // MARK: Files

    private func files() throws -> (Bool, String) {
        let differences = try JSONComparison.differences(json(first), json(second))
        guard !differences.isEmpty else { return (true, "equal\n") }
        let (request, result) = (
            differences.filter { $0.path.hasPrefix("request") }, differences.filter { !$0.path.hasPrefix("request") }
        )
        var text = "\(differences.count) differences\n"
        if !request.isEmpty { text += "request\n" + list(request, limit: Self.listedOfFile) }
        if !result.isEmpty { text += "result\n" + list(result, limit: Self.listedOfFile) }
        return (false, text)
    }

    private func json(_ path: String) throws -> Data {
        let text = try InputFiles.read(path)
        // Names the line where it is no JSON.
        _ = try Document(text, file: path, syntax: .json)
        return Data(text.utf8)
    }

    // MARK: Stores

    private func stores() throws -> (Bool, String) {
        let comparison = try StoreComparison(
            ResultStore(path: first, .reading).points(), ResultStore(path: second, .reading).points())
        var text =
            "\(comparison.equal) points equal, \(comparison.changed.count) changed, "
            + "\(comparison.onlyInFirst.count) only in \(first), \(comparison.onlyInSecond.count) only in \(second)\n"
        for point in comparison.changed {
            text += point.settings + "\n"
            text += list(point.request.map { Self.prefixed($0, "request ") }, limit: Self.listedOfPoint)
            // The totals say most; the rest follows from them.
            let order =
                point.result.filter { $0.path.hasPrefix("totals") }
                + point.result.filter { !$0.path.hasPrefix("totals") }
            text += list(order, limit: Self.listedOfPoint)
        }
        for (name, points) in [(first, comparison.onlyInFirst), (second, comparison.onlyInSecond)] {
            let shown = all ? points : Array(points.prefix(Self.listedOfFile))
            text += shown.map { "only in \(name): \($0)\n" }.joined()
            if shown.count < points.count { text += "  and \(points.count - shown.count) more\n" }
        }
        return (comparison.isEqual, text)
    }

    private static func prefixed(
        _ difference: JSONComparison.Difference, _ prefix: String
    ) -> JSONComparison.Difference {
        var difference = difference
        difference.path = prefix + difference.path
        return difference
    }

    // MARK: Lists

    private static let listedOfFile = 40
    private static let listedOfPoint = 8

    private func list(_ differences: [JSONComparison.Difference], limit: Int) -> String {
        let shown = all ? differences : Array(differences.prefix(limit))
        var lines = shown.map { difference in
            let change = difference.change.map { String(format: " (%+.3g %%)", 100 * $0) } ?? ""
            return
                "  \(difference.path): \(difference.first ?? "nothing") -> \(difference.second ?? "nothing")\(change)\n"
        }
        if shown.count < differences.count { lines.append("  and \(differences.count - shown.count) more (--all)\n") }
        return lines.joined()
    }
}
