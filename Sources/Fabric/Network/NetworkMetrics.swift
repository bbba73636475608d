import Units

/// What there is to know of a network before anything is sent over it.
public struct NetworkMetrics: Hashable, Sendable {
    /// Chips.
    public var chips: Int
    /// Switches.
    public var switches: Int
    /// Pairs of vertices with channels in both directions.
    public var duplexLinks: Int
    /// Channels without one back.
    public var simplexLinks: Int
    /// Ends of channels at chips and at switches, the two directions of a link as one.
    public var ports: Int
    /// Bandwidth of all channels.
    public var totalBytesPerSecond: Double
    /// The most hops between two chips.
    public var diameterHops: Int
    /// The longest time that a message of no size takes.
    public var diameterLatency: Picoseconds
    /// Mean hops between two different chips.
    public var meanHops: Double
    /// Mean energy of a bit between two different chips.
    public var meanPicojoulesPerBit: Double
    /// Whether all pairs of chips were looked at, or only those from 64 of them.
    public var coversAllPairs: Bool
    /// The least that can flow in one direction between two halves of the chips, by the natural cuts: halves by number,
    /// and by each coordinate.
    public var bisectionBytesPerSecond: Double?
}

extension Interconnect {
    /// The network's figures.
    public var metrics: NetworkMetrics {
        let chips = network.chips
        var pairs: Set<[Int32]> = []
        for channel in network.channels { pairs.insert([channel.source, channel.destination]) }
        let simplex = pairs.count { !pairs.contains([$0[1], $0[0]]) }
        let links = (pairs.count - simplex) / 2 + simplex
        // Routes of a large network from some of its chips.
        let sources = chips <= 1024 ? Array(0..<chips) : (0..<64).map { $0 * chips / 64 }
        var hops = 0
        var energy = 0.0
        var count = 0
        var diameter = 0
        var latency = Picoseconds.zero
        for source in sources {
            for destination in 0..<chips where destination != source {
                let route = network.route(from: source, to: destination)
                diameter = max(diameter, route.count)
                latency = max(latency, route.reduce(.zero) { $0 + network.kind(of: $1).latency })
                hops += route.count
                energy += route.reduce(0) { $0 + network.kind(of: $1).picojoulesPerBit }
                count += 1
            }
        }
        return NetworkMetrics(
            chips: chips, switches: network.switches, duplexLinks: links - simplex, simplexLinks: simplex,
            ports: 2 * links,
            totalBytesPerSecond: network.channels.reduce(0) {
                $0 + network.kinds[Int($1.kind)].link.bytesPerSecond
            }, diameterHops: diameter, diameterLatency: latency,
            meanHops: count == 0 ? 0 : Double(hops) / Double(count),
            meanPicojoulesPerBit: count == 0 ? 0 : energy / Double(count), coversAllPairs: sources.count == chips,
            bisectionBytesPerSecond: Bisection(network, extents: topology.extents).bytesPerSecond)
    }
}
