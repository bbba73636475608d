import Foundation
import GRDB

extension ResultStore {
    /// How many points of a study are in which state.
    public struct Counts: Hashable, Sendable {
        /// With a result.
        public var done = 0
        /// With an error.
        public var failed = 0
        /// Not begun.
        public var pending = 0
        /// In the hands of this or another sweep.
        public var running = 0

        /// All of them.
        public var total: Int { done + failed + pending + running }
        /// Those that nobody needs to simulate any more.
        public var finished: Int { done + failed }
    }

    /// Adds the points of a study that are not there yet. What another version of the study had stays in the store, but is
    /// no member any more.
    ///
    /// - Parameter retryingFailed: whether points that failed before are tried again.
    public func register(_ points: [StudyPoint], study: String, retryingFailed: Bool) throws {
        try write { database in
            try database.execute(sql: "DELETE FROM member WHERE study = ?", arguments: [study])
            let names = PointColumn.all.map(\.name)
            let insertion = try database.makeStatement(
                sql: """
                    INSERT INTO point (id, state, request, \(names.map { "\"\($0)\"" }.joined(separator: ", ")))
                    VALUES (?, 'pending', ?, \(names.map { _ in "?" }.joined(separator: ", "))) ON CONFLICT DO NOTHING
                    """)
            let membership = try database.makeStatement(
                sql: "INSERT INTO member (study, position, point, settings) VALUES (?, ?, ?, ?)")
            for (position, point) in points.enumerated() {
                let columns = point.request.columns
                let values = names.map { columns[$0] ?? .null }
                try insertion.execute(
                    arguments: StatementArguments([point.id.databaseValue, point.requestText.databaseValue] + values))
                try membership.execute(arguments: [study, position, point.id, point.settingsText])
            }
            if retryingFailed {
                try database.execute(
                    sql: """
                        UPDATE point SET state = 'pending', error = NULL
                        WHERE state = 'failed' AND id IN (SELECT point FROM member WHERE study = ?)
                        """, arguments: [study])
            }
        }
    }

    /// The states of a study's points.
    public func counts(study: String) throws -> Counts {
        try read { database in
            var counts = Counts()
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT state, count(*) AS number FROM point
                    WHERE id IN (SELECT point FROM member WHERE study = ?) GROUP BY state
                    """, arguments: [study])
            for row in rows {
                let number: Int = row["number"]
                switch row["state"] as String {
                case "done": counts.done = number
                case "failed": counts.failed = number
                case "running": counts.running = number
                default: counts.pending = number
                }
            }
            return counts
        }
    }

    /// Writes finished points and claims new ones, in one transaction.
    ///
    /// - Parameters:
    ///   - outcomes: by identity. A point that has a result already keeps it.
    ///   - limit: how many points to claim at most.
    ///   - owner: who claims.
    ///   - program: the version that made the outcomes.
    /// - Returns: the claimed points in the order of the study.
    func exchange(
        finished outcomes: [(id: String, outcome: PointOutcome)], claiming limit: Int, study: String,
        owner: StoreOwner, program: String
    ) throws -> [ClaimedPoint] {
        try write { database in
            try owner.beat(database)
            for (id, outcome) in outcomes { try Self.store(outcome, of: id, program: program, in: database) }
            guard limit > 0 else { return [] }
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT id, request FROM point JOIN member ON point = id
                    WHERE study = ? AND state = 'pending' GROUP BY id ORDER BY min(position) LIMIT ?
                    """, arguments: [study, limit])
            for row in rows {
                try database.execute(
                    sql: "UPDATE point SET state = 'running', owner = ? WHERE id = ?",
                    arguments: [owner.name, row["id"] as String])
            }
            return rows.map { ClaimedPoint(id: $0["id"], request: $0["request"]) }
        }
    }

    /// Gives back what an owner has claimed and not finished.
    func release(_ owner: StoreOwner) throws {
        try write { database in try StoreOwner.remove([owner.name], in: database) }
    }

    /// Frees what owners had claimed who are gone.
    func reclaim() throws {
        try write { database in try StoreOwner.remove(StoreOwner.dead(in: database), in: database) }
    }

    private static func store(
        _ outcome: PointOutcome, of id: String, program: String, in database: Database
    ) throws {
        guard let result = outcome.result else {
            try database.execute(
                sql: """
                    UPDATE point SET state = 'failed', owner = NULL, error = ?, program = ?
                    WHERE id = ? AND state <> 'done'
                    """, arguments: [outcome.error ?? "no result", program, id])
            return
        }
        let document = try JSONSerialization.jsonObject(with: Data(result.utf8)) as? [String: Any] ?? [:]
        let assignments = PointColumn.all.map { "\"\($0.name)\" = ?" }.joined(separator: ", ")
        let values = PointColumn.all.map { $0.value(in: document) }
        let statement = try database.cachedStatement(
            sql: """
                UPDATE point SET state = 'done', owner = NULL, error = NULL, result = ?, program = ?, \(assignments)
                WHERE id = ? AND state <> 'done'
                """)
        try statement.execute(
            arguments: StatementArguments([result.databaseValue, program.databaseValue] + values + [id.databaseValue]))
    }
}

/// A point that this sweep has to simulate.
struct ClaimedPoint: Hashable, Sendable, Codable {
    /// Its identity.
    var id: String
    /// Its request's canonical text.
    var request: String
}
