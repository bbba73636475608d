import Foundation
import GRDB

/// A point as a store holds it.
public struct StoredPoint: Sendable {
    /// The identity.
    public var id: String
    /// The first study, in alphabetical order, that has it; nil where none has it any more.
    public var study: String?
    /// Its place there, from 0.
    public var position: Int?
    /// What that study's file says of it, keys in alphabetical order.
    public var settings: [(key: String, value: String)]
    /// `pending`, `running`, `done` or `failed`.
    public var state: String
    /// Why it failed.
    public var error: String?
    /// The canonical text of the request.
    public var request: String
    /// The document `bitmod-dist.run/1`, or nil without a result.
    public var result: String?
    /// The values of the columns as text, by name; none for null.
    public var columns: [String: String]
}

extension ResultStore {
    /// All points: studies in alphabetical order, points in the order of their study; last those that no study has.
    public func points() throws -> [StoredPoint] {
        try read { database in
            let members = try Row.fetchAll(
                database, sql: "SELECT study, position, point, settings FROM member ORDER BY study, position")
            var places: [String: (study: String, position: Int, settings: String)] = [:]
            for row in members {
                let point: String = row["point"]
                if places[point] == nil { places[point] = (row["study"], row["position"], row["settings"]) }
            }
            let points = try Row.fetchAll(database, sql: "SELECT * FROM point ORDER BY id").map { row in
                let place = places[row["id"]]
                return StoredPoint(
                    id: row["id"], study: place?.study, position: place?.position,
                    settings: Self.settings(place?.settings ?? "{}"), state: row["state"], error: row["error"],
                    request: row["request"], result: row["result"], columns: Self.columns(row))
            }
            func order(_ point: StoredPoint) -> (Int, String, Int, String) {
                (point.study == nil ? 1 : 0, point.study ?? "", point.position ?? 0, point.id)
            }
            return points.sorted { order($0) < order($1) }
        }
    }

    private static func columns(_ row: Row) -> [String: String] {
        var columns: [String: String] = [:]
        for column in PointColumn.all {
            let value: DatabaseValue = row[column.name]
            switch value.storage {
            case .string(let text): columns[column.name] = text
            case .int64(let number): columns[column.name] = "\(number)"
            case .double(let number): columns[column.name] = "\(number)"
            default: break
            }
        }
        return columns
    }
}
