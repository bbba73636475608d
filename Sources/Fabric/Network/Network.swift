import Units

/// A network of chips and switches joined by channels, and the way of a message from any chip to any other.
struct Network: Sendable {
    /// Chips: vertices 0, 1, ...
    let chips: Int
    /// Switches: the vertices after the chips.
    let switches: Int
    /// All channels, in the order in which they were laid.
    let channels: [Channel]
    /// The distinct kinds of channel.
    let kinds: [ChannelKind]
    private let routing: any Routing

    init(_ builder: NetworkBuilder, routing: any Routing) {
        chips = builder.chips
        switches = builder.switches
        channels = builder.channels
        kinds = builder.kinds
        self.routing = routing
    }

    /// Chips and switches.
    var vertices: Int { chips + switches }

    /// Appends the channels that a message takes from one chip to another, in order.
    func appendRoute(from source: Int, to destination: Int, to route: inout [Int32]) {
        if source != destination { routing.append(from: source, to: destination, to: &route) }
    }

    /// The channels that a message takes.
    func route(from source: Int, to destination: Int) -> [Int] {
        var route: [Int32] = []
        appendRoute(from: source, to: destination, to: &route)
        return route.map(Int.init)
    }

    /// The kind of a channel.
    func kind(of channel: Int) -> ChannelKind { kinds[Int(channels[channel].kind)] }
}

/// One direction of a link between two vertices.
struct Channel: Hashable, Sendable {
    var source: Int32
    var destination: Int32
    /// Index among the kinds.
    var kind: Int32
}

/// What channels have in common: their link, and the switch that a message leaves by them.
struct ChannelKind: Hashable, Sendable {
    var link: Link
    /// The switch at the start of the channel, or nil for a chip.
    var `switch`: Switch?

    /// From the start of a message at one vertex to its start at the next.
    var latency: Picoseconds { link.latency + (`switch`?.latency ?? .zero) }

    /// Energy of a payload bit.
    var picojoulesPerBit: Double { link.picojoulesPerBit + (`switch`?.picojoulesPerBit ?? 0) }
}

/// Knows the way between the terminals of a network.
protocol Routing: Sendable {
    /// Appends the channels from one terminal to another, by their index; the two differ.
    func append(from source: Int, to destination: Int, to route: inout [Int32])
}
