import Fabric
import Units

/// What a chip takes part in of an exchange, and how long the exchange lasts.
struct ExchangeShare: Hashable, Sendable {
    /// From the arrival of the first participant to the end for all.
    var time: Picoseconds
    /// Participants that share the bytes.
    var chips: Int
    /// Bytes on all links.
    var linkBytes: Int
    /// The chip's equal share of the energy.
    var energy: Picojoules
    /// The chip's equal share of the additions.
    var additions: Double
    /// The exchange of all groups that were costed together, or nil where exchanges cost nothing.
    var exchange: GroupExchange?
}

/// Bytes on links shared equally by chips, exact: whole bytes, and fractions of a byte by the number of sharers.
struct SharedBytes: Hashable, Sendable, Codable {
    /// Whole bytes of each chip.
    private(set) var whole = 0
    /// For a number of sharers, bytes that are left over.
    private var remainders: [Int: Int] = [:]

    /// Adds the share of one of some chips, several times.
    mutating func add(_ bytes: Int, sharedBy chips: Int, times: Int) {
        let (each, rest) = (bytes * times).quotientAndRemainder(dividingBy: chips)
        whole += each
        if rest > 0 { addRemainder(rest, sharedBy: chips) }
    }

    private mutating func addRemainder(_ rest: Int, sharedBy chips: Int) {
        let sum = remainders[chips, default: 0] + rest
        whole += sum / chips
        remainders[chips] = sum % chips
    }

    /// Adds another share, several times.
    mutating func add(_ other: SharedBytes, times: Int = 1) {
        whole += other.whole * times
        for (chips, rest) in other.remainders.sorted(by: { $0.key < $1.key }) {
            whole += rest * times / chips
            if rest * times % chips > 0 { addRemainder(rest * times % chips, sharedBy: chips) }
        }
    }

    /// The part of a byte that is left over, from 0 to the number of kinds of sharers.
    var fraction: Double {
        remainders.sorted { $0.key < $1.key }.reduce(0) { $0 + Double($1.value) / Double($1.key) }
    }
}
