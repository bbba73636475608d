import Foundation
import GRDB

extension ResultStore {
    /// A point that failed.
    public struct Failure: Hashable, Sendable {
        /// What its study file says of it, in one line.
        public var settings: String
        /// Why, on one line.
        public var error: String
    }

    /// The state of every point: `pending`, `running`, `done` or `failed`, by identity.
    public func states() throws -> [String: String] {
        try read { database in
            let rows = try Row.fetchAll(database, sql: "SELECT id, state FROM point")
            return Dictionary(uniqueKeysWithValues: rows.map { ($0["id"], $0["state"]) })
        }
    }

    /// The points of a study, or of a shard of it, that failed, in its order.
    public func failures(study: String, shard: Shard = .whole) throws -> [Failure] {
        try read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT settings, error FROM point JOIN member ON point = id
                    WHERE study = ? AND \(shard.condition) AND state = 'failed' ORDER BY position
                    """, arguments: [study]
            ).map { row in
                Failure(settings: Self.settingsLine(row["settings"]), error: row["error"])
            }
        }
    }

    /// The settings of a member in one line.
    static func settingsLine(_ text: String) -> String {
        settings(text).map { "\($0.key)=\($0.value)" }.joined(separator: " ")
    }

    /// The settings of a member, keys in alphabetical order.
    static func settings(_ text: String) -> [(key: String, value: String)] {
        let settings = (try? JSONDecoder().decode([String: String].self, from: Data(text.utf8))) ?? [:]
        return settings.sorted { $0.key < $1.key }
    }
}
