import Units

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
        let wanted = name.lowercased()
        let ranked = all.map { scheme in
            (name: scheme.name, distance: editDistance(wanted, scheme.name))
        }
        let contained = ranked.filter { !wanted.isEmpty && ($0.name.contains(name) || name.contains($0.name)) }
        let near = ranked.filter { $0.distance <= 2 }
        var seen: Set<String> = []
        return (near + contained).sorted { $0.distance < $1.distance }.map(\.name)
            .filter { seen.insert($0).inserted }.prefix(5).map { $0 }
    }

    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
}
