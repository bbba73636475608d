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

        /// In one line: "9 points, 3 done, 3 failed, 3 to do".
        public var line: String {
            let left = total - finished
            return "\(total) points, \(done) done, \(failed) failed" + (left > 0 ? ", \(left) to do" : "")
        }
    }

    /// Adds the points of a study that are not there yet. What another version of the study had stays in the store, but is
    /// no member any more.
    ///
    /// - Parameters:
    ///   - points: the whole study, whatever the shard.
    ///   - retryingFailed: whether points that failed before are tried again, as if for the first time.
    ///   - shard: which of them that is about.
    public func register(
        _ points: [StudyPoint], study: String, retryingFailed: Bool, shard: Shard = .whole
    ) throws {
        let turns = Shard.turns(of: points.map(\.id))
        try write { database in
            try database.execute(sql: "DELETE FROM member WHERE study = ?", arguments: [study])
            let names = PointColumn.all.map(\.name)
            let insertion = try database.makeStatement(
                sql: """
                    INSERT INTO point (id, state, request, \(names.map { "\"\($0)\"" }.joined(separator: ", ")))
                    VALUES (?, 'pending', ?, \(names.map { _ in "?" }.joined(separator: ", "))) ON CONFLICT DO NOTHING
                    """)
            let membership = try database.makeStatement(sql: Self.memberInsertion)
            for (position, point) in points.enumerated() {
                let columns = point.request.columns
                let values = names.map { columns[$0] ?? .null }
                try insertion.execute(
                    arguments: StatementArguments([point.id.databaseValue, point.requestText.databaseValue] + values))
                try membership.execute(arguments: [study, position, point.id, point.settingsText, turns[point.id]])
            }
            if retryingFailed {
                try database.execute(
                    sql: """
                        UPDATE point SET state = 'pending', error = NULL, attempts = 0
                        WHERE state = 'failed' AND id IN
                          (SELECT point FROM member WHERE study = ? AND \(shard.condition))
                        """, arguments: [study])
            }
        }
    }

    static let memberInsertion = "INSERT INTO member (study, position, point, settings, turn) VALUES (?, ?, ?, ?, ?)"

    /// Places of a study: one more than its last.
    func places(study: String) throws -> Int {
        try read { database in
            try Int.fetchOne(
                database, sql: "SELECT coalesce(max(position) + 1, 0) FROM member WHERE study = ?", arguments: [study])
                ?? 0
        }
    }

    /// The states of the points of a study, or of a shard of it.
    public func counts(study: String, shard: Shard = .whole) throws -> Counts {
        try read { database in
            var counts = Counts()
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT state, count(*) AS number FROM point
                    WHERE id IN (SELECT point FROM member WHERE study = ? AND \(shard.condition)) GROUP BY state
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

    /// What to claim in an exchange.
    enum Claim {
        /// So many points at most, none of them for the last time, from places of the study in their order.
        case several(Int, in: Range<Int> = 0..<Int.max)
        /// So many points at most, none of them for the last time, from the end of the places before one.
        case severalFromEnd(Int, before: Int)
        /// One point whose last attempt it will be.
        case lastAttempt
    }

    /// Writes finished points and claims new ones, in one transaction.
    ///
    /// - Parameters:
    ///   - outcomes: by identity. A point that has a result already keeps it.
    ///   - claims: a claimed point counts as an attempt until it is given back or finished.
    ///   - sweep: who claims, and from what.
    /// - Returns: the points of each claim in the order of the study.
    func exchange(
        finished outcomes: [(id: String, outcome: PointOutcome)], claiming claims: [Claim], for sweep: SweepIdentity
    ) throws -> [[ClaimedPoint]] {
        try write { database in
            try sweep.owner.beat(database)
            for (id, outcome) in outcomes { try Self.store(outcome, of: id, program: sweep.program, in: database) }
            return try claims.map { try Self.claim($0, for: sweep, in: database) }
        }
    }

    private static func claim(
        _ claim: Claim, for sweep: SweepIdentity, in database: Database
    ) throws -> [ClaimedPoint] {
        let (limit, places, comparison, order) =
            switch claim {
            case .several(let limit, let places): (limit, places, "<", "ASC")
            case .severalFromEnd(let limit, let end): (limit, 0..<end, "<", "DESC")
            case .lastAttempt: (1, 0..<Int.max, ">=", "ASC")
            }
        // CROSS JOIN: in the order of the study, which then costs no more in a large study than in a small one.
        let rows = try Row.fetchAll(
            database.cachedStatement(
                sql: """
                    SELECT id, request, position FROM member CROSS JOIN point ON id = point
                    WHERE study = ? AND position >= ? AND position < ? AND \(sweep.shard.condition)
                      AND state = 'pending' AND attempts \(comparison) ?
                    ORDER BY position \(order) LIMIT ?
                    """),
            arguments: [sweep.study, places.lowerBound, places.upperBound, sweep.attempts - 1, limit])
        let claiming = try database.cachedStatement(
            sql: """
                UPDATE point SET state = 'running', owner = ?, attempts = attempts + 1
                WHERE id = ? AND state = 'pending'
                """)
        return try rows.compactMap { row in
            let point = ClaimedPoint(id: row["id"], request: row["request"], position: row["position"])
            try claiming.execute(arguments: [sweep.owner.name, point.id])
            // A point that has two places in the study is claimed once.
            return database.changesCount == 1 ? point : nil
        }.sorted { $0.position < $1.position }
    }

    /// Gives back what an owner has claimed and not finished, as if it had not claimed it.
    func release(_ owner: StoreOwner) throws {
        try write { database in
            try database.execute(
                sql: "UPDATE point SET attempts = attempts - 1 WHERE owner = ?", arguments: [owner.name])
            try StoreOwner.remove([owner.name], in: database)
        }
    }

    /// Frees what owners had claimed who are gone. Points that a sweep has had in hand for the last time have failed.
    func reclaim(for sweep: SweepIdentity) throws {
        try write { database in
            try StoreOwner.remove(StoreOwner.dead(in: database), in: database)
            try database.execute(
                sql: """
                    UPDATE point SET state = 'failed', program = ?,
                      error = 'given up after ' || attempts || ' attempts: each time the sweep died with it in hand'
                    WHERE state = 'pending' AND attempts >= ? AND id IN
                      (SELECT point FROM member WHERE study = ? AND \(sweep.shard.condition))
                    """, arguments: [sweep.program, sweep.attempts, sweep.study])
        }
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
        let assignments = PointColumn.all.map { "\"\($0.name)\" = ?" }.joined(separator: ", ")
        let values = zip(PointColumn.all, outcome.columns).map { $0.value(of: $1) }
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
    /// A place that it has in the study.
    var position: Int
}
