import Foundation

/// What differs between two stores: points by identity, and points whose settings are the same while what they stand for has
/// changed, such as a constant of an accelerator or a default.
public struct StoreComparison: Sendable {
    /// A point that both have, and what differs.
    public struct Changed: Sendable {
        /// What its study file says of it, in one line.
        public var settings: String
        /// What differs in the requests; none where the identity is the same.
        public var request: [JSONComparison.Difference]
        /// What differs in state, error and result, the request in it left out.
        public var result: [JSONComparison.Difference]
    }

    /// Points with a difference, in the order of the first store.
    public var changed: [Changed] = []
    /// Settings of points that only the first store has.
    public var onlyInFirst: [String] = []
    /// Settings of points that only the second store has.
    public var onlyInSecond: [String] = []
    /// Points without a difference.
    public var equal = 0

    /// Whether nothing differs.
    public var isEqual: Bool { changed.isEmpty && onlyInFirst.isEmpty && onlyInSecond.isEmpty }

    /// Compares the points of two stores.
    ///
    /// - Throws: where a stored text is no JSON.
    public init(_ first: [StoredPoint], _ second: [StoredPoint]) throws {
        let identities = Dictionary(uniqueKeysWithValues: second.map { ($0.id, $0) })
        var matched: Set<String> = []
        let firstIdentities = Set(first.map(\.id))
        // Points without a partner of the same identity may have one of the same place in a study file.
        let rest = Dictionary(grouping: second.filter { !firstIdentities.contains($0.id) }, by: Self.label)
        for point in first {
            guard let other = identities[point.id] ?? rest[Self.label(point)]?.first, matched.insert(other.id).inserted
            else {
                onlyInFirst.append(Self.label(point))
                continue
            }
            let request = try JSONComparison.differences(Data(point.request.utf8), Data(other.request.utf8))
            let result = try Self.resultDifferences(point, other)
            if request.isEmpty && result.isEmpty {
                equal += 1
            } else {
                changed.append(Changed(settings: Self.label(point), request: request, result: result))
            }
        }
        onlyInSecond = second.filter { !matched.contains($0.id) }.map(Self.label)
    }

    private static func resultDifferences(
        _ first: StoredPoint, _ second: StoredPoint
    ) throws -> [JSONComparison.Difference] {
        var differences: [JSONComparison.Difference] = []
        if first.state != second.state {
            differences.append(.init(path: "state", first: first.state, second: second.state))
        }
        if first.error != second.error {
            differences.append(.init(path: "error", first: first.error, second: second.error))
        }
        guard let one = first.result, let two = second.result else { return differences }
        // The request is compared by itself, with all it contains.
        return differences
            + (try JSONComparison.differences(Data(one.utf8), Data(two.utf8)).filter { !$0.path.hasPrefix("request.") })
    }

    private static func label(_ point: StoredPoint) -> String {
        let settings = point.settings.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
        return settings.isEmpty ? point.id : settings
    }
}
