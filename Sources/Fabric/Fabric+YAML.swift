import Documents
import Units

extension Fabric {
    /// The fabrics that have a name of their own: a ring of each link preset, such as `ring-ucie-standard`, and full
    /// connection by links that join chips one to one.
    ///
    /// Links that lead to a switch (NVLink 4 and 5, Ethernet, InfiniBand) share one port among all partners: full
    /// connection at that rate to each would be too fast, so it is not offered.
    public static let presets: [Fabric] =
        Link.presets.map { Fabric(name: "ring-\($0.name)", kind: .ring, link: $0) }
        + Link.presets.filter(\.joinsChipsDirectly).map {
            Fabric(name: "fully-connected-\($0.name)", kind: .fullyConnected, link: $0)
        }

    /// The fabric of that name; `ring` and `fully-connected` alone take the link `ucie-standard`.
    public static func preset(_ name: String) -> Fabric? {
        if let kind = Kind(rawValue: name), let link = Link.preset("ucie-standard") {
            return Fabric(name: name, kind: kind, link: link)
        }
        return presets.first { $0.name == name }
    }

    /// Reads a topology file: `name`, `kind`, optionally `chips`, and `link` as a preset or by its values.
    ///
    ///     name: board
    ///     kind: ring
    ///     chips: 8
    ///     link: {bandwidth: 64 GB/s, latency: 20 ns, energy: 0.5 pJ/bit}
    ///
    /// - Throws: ``InputError`` naming file, line and key.
    public init(yaml text: String, file: String) throws {
        let root = try Document(text, file: file, syntax: .yaml).root
        try root.rejectKeys(except: ["name", "kind", "chips", "link"])
        try self.init(
            name: root.value("name")?.string() ?? file,
            kind: root.required("kind").choice(Kind.allCases.map { ($0.rawValue, $0) }),
            link: Self.link(root.required("link"), file: file),
            chips: root.value("chips")?.integer(in: 1...1_048_576))
    }

    private static func link(_ node: DocumentNode, file: String) throws -> Link {
        if !node.isMapping { return try node.choice(Link.presets.map { ($0.name, $0) }) }
        try node.rejectKeys(except: ["preset", "bandwidth", "latency", "energy"])
        let base = try node.value("preset")?.choice(Link.presets.map { ($0.name, $0) })
        func quantity(_ key: String, _ dimension: Dimension, _ range: ClosedRange<Double>, _ inherited: Double?) throws
            -> Double
        {
            if let value = try node.value(key) { return try value.quantity(dimension, in: range) }
            if let inherited { return inherited }
            return try node.required(key).quantity(dimension, in: range)
        }
        let isWholePreset = try node.entries().allSatisfy { $0.key == "preset" }
        if let base, isWholePreset { return base }
        return try Link(
            name: base.map { "\($0.name), changed" } ?? "custom",
            bytesPerSecond: quantity("bandwidth", .bandwidth, 1e6...1e15, base?.bytesPerSecond),
            latency: Picoseconds(Int(quantity("latency", .time, 0...1e12, (base?.latency.count).map(Double.init)))),
            picojoulesPerBit: quantity("energy", .energyPerBit, 0...1e6, base?.picojoulesPerBit),
            source: file)
    }

    /// The file that describes this fabric; reading it back gives the same values.
    public var yaml: String {
        """
        # A topology of bitmod-dist: \(link.source)
        name: \(name.yamlValue)
        kind: \(kind.rawValue)
        \(chips.map { "chips: \($0)\n" } ?? "")link:
          bandwidth: \(Quantity(link.bytesPerSecond, .bandwidth).text)    # per direction
          latency: \(Quantity(Double(link.latency.count), .time).text)    # per hop, die to die
          energy: \(Quantity(link.picojoulesPerBit, .energyPerBit).text)    # payload, both ends

        """
    }
}
