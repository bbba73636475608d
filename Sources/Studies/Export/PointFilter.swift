import Documents

/// Which points to export: those with one of some values in a column or setting.
public struct PointFilter: Sendable {
    /// The column, the key of study files, or `study`, `id` or `state`.
    public let key: String
    /// The values, any of which will do.
    public let values: [String]

    /// Reads `KEY=VALUE` or `KEY=VALUE,VALUE`.
    ///
    /// - Throws: ``InputError`` where there is no equals sign.
    public init(_ text: String, option: String) throws {
        guard let split = text.firstIndex(of: "="), split > text.startIndex else {
            throw InputError(
                .usage, key: option, problem: "found \"\(text)\"", expected: "KEY=VALUE such as scheme=bitmod-4b")
        }
        key = String(text[..<split])
        let value = String(text[text.index(after: split)...])
        values = [value] + value.split(separator: ",").map(String.init)
    }

    /// The points that all filters let through.
    ///
    /// - Throws: ``InputError`` for a key that no point has.
    public static func apply(_ filters: [PointFilter], to points: [StoredPoint], option: String) throws -> [StoredPoint]
    {
        let known = Set(
            ["study", "id", "state"] + PointColumn.all.map(\.name) + points.flatMap { $0.settings.map(\.key) })
        if let unknown = filters.first(where: { !known.contains($0.key) }) {
            throw InputError(
                .usage, key: option, problem: "no point has \"\(unknown.key)\"",
                expected: "one of \(known.sorted().joined(separator: ", "))")
        }
        return points.filter { point in filters.allSatisfy { $0.matches(point) } }
    }

    private func matches(_ point: StoredPoint) -> Bool {
        let found: [String?] =
            switch key {
            case "study": [point.study]
            case "id": [point.id]
            case "state": [point.state]
            default: [point.columns[key], point.settings.first { $0.key == key }?.value]
            }
        return found.contains { text in text.map(values.contains) ?? false }
    }
}
