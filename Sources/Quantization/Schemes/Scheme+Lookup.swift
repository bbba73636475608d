extension Scheme {
    /// The scheme of that name, or `nil`.
    public init?(named name: String) {
        guard let scheme = Self.byName[name] else { return nil }
        self = scheme
    }

    /// The scheme of that name.
    ///
    /// - Throws: `SchemeError.unknownName` with the names close to it.
    public static func named(_ name: String) throws(SchemeError) -> Scheme {
        guard let scheme = byName[name] else { throw .unknownName(name, close: names(closeTo: name)) }
        return scheme
    }

    /// Names that `name` may have been meant for, the closest first, at most five.
    public static func names(closeTo name: String) -> [String] {
        let wanted = Array(name.lowercased().utf8)
        let ranked = all.map { scheme in
            (name: scheme.name, distance: editDistance(wanted, Array(scheme.name.utf8)))
        }
        let contained = ranked.filter { !wanted.isEmpty && ($0.name.contains(name) || name.contains($0.name)) }
        let near = ranked.filter { $0.distance <= 2 }
        var seen: Set<String> = []
        return (near + contained).sorted { $0.distance < $1.distance }.map(\.name)
            .filter { seen.insert($0).inserted }.prefix(5).map { $0 }
    }

    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

    /// Levenshtein distance.
    private static func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var previous = Array(0...right.count)
        for (row, a) in left.enumerated() {
            var current = [row + 1]
            for (column, b) in right.enumerated() {
                current.append(
                    min(previous[column] + (a == b ? 0 : 1), previous[column + 1] + 1, current[column] + 1))
            }
            previous = current
        }
        return previous[right.count]
    }
}
