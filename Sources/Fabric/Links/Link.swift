import Units

/// A link between two vertices of a network, one direction of it.
public struct Link: Hashable, Sendable, Codable {
    /// The preset's name, or `custom`.
    public var name: String
    /// Rate in one direction, in bytes per second; headers travel at it too.
    public var bytesPerSecond: Double
    /// From die to die, per hop; switches, cables and software not included.
    public var latency: Picoseconds
    /// Energy of a payload bit over one hop, both ends, in picojoules.
    public var picojoulesPerBit: Double
    /// How payload is cut into packets, or nil where the rate is that of payload.
    public var packets: PacketFormat?
    /// Where the numbers come from.
    public var source: String

    /// Creates a link.
    public init(
        name: String, bytesPerSecond: Double, latency: Picoseconds, picojoulesPerBit: Double,
        packets: PacketFormat? = nil, source: String
    ) {
        self.name = name
        self.bytesPerSecond = bytesPerSecond
        self.latency = latency
        self.picojoulesPerBit = picojoulesPerBit
        self.packets = packets
        self.source = source
    }

    /// How long a message occupies the link: its bytes, and the headers of its packets, at the link's rate.
    public func occupancy(of payload: Bytes) -> Picoseconds {
        let wire = payload.count + (packets?.headerBytes(of: payload.count) ?? 0)
        return .ofMoving(Bytes(wire), atBytesPerSecond: bytesPerSecond)
    }

    /// The energy of a message over one hop.
    public func energy(of payload: Bytes) -> Picojoules { Picojoules(Double(payload.count * 8) * picojoulesPerBit) }
}

/// How a link cuts payload into packets: each carries a header of its own.
///
/// Bytes on the wire = payload + ⌈payload / maximum payload⌉ · header (LLMCompass, ISCA 2024: 16 B for each 256 B).
public struct PacketFormat: Hashable, Sendable, Codable {
    /// Bytes of a header.
    public var header: Int
    /// The most payload of a packet in bytes.
    public var maximumPayload: Int

    /// Creates a format; the payload is at least a byte.
    public init(header: Int, maximumPayload: Int) {
        precondition(header >= 0 && maximumPayload > 0, "packets carry something")
        self.header = header
        self.maximumPayload = maximumPayload
    }

    /// Bytes of the headers of a message.
    func headerBytes(of payload: Int) -> Int { (payload + maximumPayload - 1) / maximumPayload * header }
}
