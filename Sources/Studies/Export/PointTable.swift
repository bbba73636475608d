import Foundation
import Units

/// The points of a store as a table: a row for each, the unit in the column's name.
///
/// After the fixed columns stand the settings of study files that have none of their own, such as `set.dram.bandwidth`. Where
/// all their values have a unit of one kind, the column has numbers in the base unit and its name says which.
public struct PointTable {
    private let points: [StoredPoint]
    private let columns: [(name: String, value: (StoredPoint) -> String?)]

    /// Creates the table of some points.
    public init(_ points: [StoredPoint]) {
        self.points = points
        let fixed: [(name: String, value: (StoredPoint) -> String?)] =
            [("study", { $0.study }), ("id", { $0.id }), ("state", { $0.state })]
            + PointColumn.all.map { column in (column.name, { $0.columns[column.name] }) }
        let settings = Set(points.flatMap { $0.settings.map(\.key) }).subtracting(Self.keysWithColumns).sorted()
        columns = fixed + settings.map { Self.column($0, points) } + [("error", { $0.error })]
    }

    /// Keys of study files whose values stand in columns under other names.
    private static let keysWithColumns: Set<String> = [
        "model", "model-fidelity", "accelerator", "scheme", "group-size", "kv-scheme", "chips", "topology", "prompt",
        "generate", "batch", "task", "context",
    ]

    private static func column(_ key: String, _ points: [StoredPoint]) -> (String, (StoredPoint) -> String?) {
        func text(_ point: StoredPoint) -> String? { point.settings.first { $0.key == key }?.value }
        let texts = points.compactMap(text)
        let dimension = Dimension.allCases.first { dimension in
            !dimension.units[0].name.isEmpty && texts.allSatisfy { Quantity($0, as: dimension) != nil }
        }
        guard let dimension else { return (key, text) }
        return (
            "\(key) [\(dimension.units[0].name)]",
            { point in
                text(point).flatMap { Quantity($0, as: dimension) }.map { quantity in
                    Int(exactly: quantity.value).map(String.init) ?? "\(quantity.value)"
                }
            }
        )
    }

    /// The names of the columns.
    public var names: [String] { columns.map(\.name) }

    /// CSV (RFC 4180), header first.
    public var csv: String {
        let rows = [names] + points.map { point in columns.map { $0.value(point) ?? "" } }
        return rows.map { $0.map(Self.field).joined(separator: ",") + "\n" }.joined()
    }

    private static func field(_ text: String) -> String {
        guard text.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return text }
        return "\"\(text.replacing("\"", with: "\"\""))\""
    }
}
