import Units

/// What is known of an exchange once it has been evaluated.
public struct ExchangeResult: Sendable {
    /// From the first arrival to the end for all.
    public var time: Picoseconds
    /// The algorithm.
    public var algorithm: Algorithm
    /// How the time was found.
    public var evaluator: NetworkAssumptions.Evaluator
    /// Whether messages of different chips meet on a link, so that the closed form is only a bound.
    public var sharesLinks: Bool
    /// Bytes of all messages, each counted on every link that it takes.
    public var linkBytes: Bytes
    /// Energy of all messages on the links and in the switches.
    public var energy: Picojoules
    /// Additions of elements, of all participants together.
    public var additions: Int
    /// Messages.
    public var messages: Int
    /// Messages times hops.
    public var linkEvents: Int
    /// What each link carries in each direction, in the order of the network; links that carry nothing too.
    public var loads: [LinkLoad]

    /// The largest share of the time for which a link is busy.
    public var maximumLinkUtilization: Double { loads.map(\.utilization).max() ?? 0 }
}

/// What one direction of a link carries in an exchange.
public struct LinkLoad: Hashable, Sendable {
    /// The vertex at its start: chips first, then switches.
    public var source: Int
    /// The vertex at its end.
    public var destination: Int
    /// Payload.
    public var bytes: Bytes
    /// Share of the exchange's time for which it is busy.
    public var utilization: Double
}
