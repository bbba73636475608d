import Documents
import Foundation
import GRDB

extension ResultStore {
    /// Adds what other stores have: all of it, or nothing.
    ///
    /// A point that several have is there once. A result counts for more than a failure and that for more than neither; of
    /// two failures the first stays. What a sweep has in hand is taken as not begun, for it is not in hand here.
    ///
    /// - Throws: ``InputError`` where two stores have different results for one identity, or different points for one
    ///   place of a study, which makes them stores of different versions of it.
    public func merge(_ others: [ResultStore]) throws {
        try write { database in
            var origins: [String: String] = [:]
            for other in others {
                try other.read { source in
                    try Self.addPoints(of: source, path: other.path, to: database, path: path, origins: &origins)
                    try Self.addMembers(of: source, path: other.path, to: database)
                }
            }
        }
    }

    /// The studies that have points, in alphabetical order.
    public func studies() throws -> [String] {
        try read { try Self.studies(in: $0) }
    }

    private static func studies(in database: Database) throws -> [String] {
        try String.fetchAll(database, sql: "SELECT DISTINCT study FROM member ORDER BY study")
    }

    // MARK: Points

    private static let columns =
        ["id", "state", "attempts", "error", "program", "request", "result"] + PointColumn.all.map(\.name)

    private static func addPoints(
        of source: Database, path: String, to target: Database, path targetPath: String, origins: inout [String: String]
    ) throws {
        let names = columns.map { "\"\($0)\"" }.joined(separator: ", ")
        let insertion = try target.makeStatement(
            sql: "INSERT INTO point (\(names)) VALUES (\(columns.map { _ in "?" }.joined(separator: ", ")))")
        let replacement = try target.makeStatement(
            sql: """
                UPDATE point SET owner = NULL, \(columns.map { "\"\($0)\" = ?" }.joined(separator: ", "))
                WHERE id = ?
                """)
        let lookup = try target.makeStatement(sql: "SELECT state, attempts, result FROM point WHERE id = ?")
        let rows = try Row.fetchCursor(source, sql: "SELECT \(names) FROM point")
        while let row = try rows.next() {
            let id: String = row["id"]
            let stored: String = row["state"]
            let state = stored == "running" ? "pending" : stored
            var values = columns.map { row[$0] as DatabaseValue }
            values[1] = state.databaseValue
            guard let known = try Row.fetchOne(lookup, arguments: [id]) else {
                try insertion.execute(arguments: StatementArguments(values))
                origins[id] = path
                continue
            }
            let knownState: String = known["state"]
            let (result, knownResult): (String?, String?) = (row["result"], known["result"])
            if let result, let knownResult, result != knownResult {
                throw conflict(id, in: source, path: path, with: origins[id] ?? targetPath)
            }
            if rank(state) > rank(knownState) {
                try replacement.execute(arguments: StatementArguments(values + [id.databaseValue]))
                origins[id] = path
            } else if knownState == "pending" {
                let attempts = max(row["attempts"] as Int, known["attempts"] as Int)
                try target.execute(sql: "UPDATE point SET attempts = ? WHERE id = ?", arguments: [attempts, id])
            }
        }
    }

    private static func rank(_ state: String) -> Int { ["failed": 1, "done": 2][state] ?? 0 }

    private static func conflict(_ id: String, in source: Database, path: String, with other: String) -> any Error {
        let texts = try? String.fetchAll(source, sql: "SELECT settings FROM member WHERE point = ?", arguments: [id])
        let settings = texts?.first.map(settingsLine)
        return InputError(
            .data, file: path, key: "point \(id.prefix(12))",
            problem: "has another result than in \(other)" + (settings.map { " (\($0))" } ?? ""),
            expected: "one result for one identity, whatever has made it")
    }

    // MARK: Studies

    private static func addMembers(of source: Database, path: String, to target: Database) throws {
        for study in try studies(in: source) {
            let new = try members(of: study, in: source)
            let known = try members(of: study, in: target)
            guard known.isEmpty else {
                if new == known { continue }
                let same = zip(new, known).prefix { $0 == $1 }.count
                throw InputError(
                    .data, file: path, key: "study \(study)",
                    problem: "has something else at place \(same + 1) than the stores before it",
                    expected: "stores of one version of the study")
            }
            let turns = Shard.turns(of: new.map { $0["point"] })
            let insertion = try target.makeStatement(sql: memberInsertion)
            for row in new {
                let point: String = row["point"]
                try insertion.execute(
                    arguments: [study, row["position"] as Int, point, row["settings"] as String, turns[point]])
            }
        }
    }

    private static func members(of study: String, in database: Database) throws -> [Row] {
        try Row.fetchAll(
            database, sql: "SELECT position, point, settings FROM member WHERE study = ? ORDER BY position",
            arguments: [study])
    }
}
