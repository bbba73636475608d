import Units

/// A link between two chips, one direction of it.
public struct Link: Hashable, Sendable, Codable {
    /// The preset's name, or `custom`.
    public var name: String
    /// Rate in one direction, in bytes per second.
    public var bytesPerSecond: Double
    /// From die to die, per hop; switches, cables and software not included.
    public var latency: Picoseconds
    /// Energy of a payload bit over one hop, both ends, in picojoules.
    public var picojoulesPerBit: Double
    /// Where the numbers come from.
    public var source: String

    /// Creates a link.
    public init(
        name: String, bytesPerSecond: Double, latency: Picoseconds, picojoulesPerBit: Double, source: String
    ) {
        self.name = name
        self.bytesPerSecond = bytesPerSecond
        self.latency = latency
        self.picojoulesPerBit = picojoulesPerBit
        self.source = source
    }

    /// The time that a message takes over one hop: latency, then its bytes at the link's rate, rounded up.
    public func time(for bytes: Bytes) -> Picoseconds {
        latency + Picoseconds(Int((Double(bytes.count) / bytesPerSecond * 1e12).rounded(.up)))
    }

    /// The energy of a message over one hop.
    public func energy(of bytes: Bytes) -> Picojoules { Picojoules(Double(bytes.count * 8) * picojoulesPerBit) }
}

extension Link {
    /// Whether one such link joins exactly two chips, rather than a chip and a switch.
    var joinsChipsDirectly: Bool {
        ["ucie", "nvlink-c2c", "pcie", "serdes", "groq"].contains { name.hasPrefix($0) }
    }
}
