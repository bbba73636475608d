/// One of several parts of a study that can be swept apart from each other, such as by the jobs of an array.
///
/// The distinct points of a study, in ascending order of their identities, are dealt out like cards: shard I of N gets those
/// whose turn, counted from 0, is I − 1 modulo N. So every point is in one shard, shards differ by one point at most, and a
/// point's shard depends on nothing but the study: neither on ranks nor on what a store has already. Identities are hashes,
/// so no value of an axis meets the same shard each time.
public struct Shard: Hashable, Sendable {
    /// Which one, from 1.
    public let index: Int
    /// Of how many.
    public let count: Int

    /// All points.
    public static let whole = Shard(index: 1, count: 1)

    private init(index: Int, count: Int) {
        self.index = index
        self.count = count
    }

    /// Reads `I/N`; nil where I is not from 1 to N.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let index = parts[0], let count = parts[1], count >= 1, (1...count).contains(index)
        else { return nil }
        self.init(index: index, count: count)
    }

    /// The turn of each point, by identity.
    ///
    /// - Parameter identities: those of the whole study; they may repeat.
    public static func turns(of identities: [String]) -> [String: Int] {
        Dictionary(uniqueKeysWithValues: Set(identities).sorted().enumerated().map { ($1, $0) })
    }

    /// Whether this shard has the points of a turn.
    public func hasTurn(_ turn: Int) -> Bool { turn % count == index - 1 }

    /// The same as a condition on a row of the table `member`.
    var condition: String { "turn % \(count) = \(index - 1)" }
}

extension Shard: CustomStringConvertible {
    /// `I/N`.
    public var description: String { "\(index)/\(count)" }
}
