import Units

/// What an exchange takes, of all its groups together.
public struct ExchangeCost: Hashable, Sendable, Codable {
    /// From the arrival of the first participant to the end for all.
    public var time: Picoseconds
    /// Bytes of all messages, each counted on every link that it takes.
    public var linkBytes: Bytes
    /// Energy of all messages on the links and in the switches.
    public var energy: Picojoules
    /// Additions of elements, of all participants together.
    public var additions: Int

    /// Creates a cost.
    public init(time: Picoseconds, linkBytes: Bytes, energy: Picojoules, additions: Int) {
        self.time = time
        self.linkBytes = linkBytes
        self.energy = energy
        self.additions = additions
    }

    /// Nothing to exchange.
    public static let none = ExchangeCost(time: .zero, linkBytes: .zero, energy: .zero, additions: 0)
}
