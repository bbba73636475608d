/// The network between chips: how the chips of a group are joined, and by what link.
///
/// A tensor-parallel group forms one instance of the topology; neighbouring pipeline stages are joined chip to chip by the
/// same kind of link. Costs are closed forms without contention, which is exact here: no two messages share a link.
public struct Fabric: Hashable, Sendable, Codable {
    /// How the chips of a group are joined.
    public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
        /// Each chip has a link to the next; collectives go around it in one direction.
        case ring
        /// Each chip has a link to every other.
        case fullyConnected = "fully-connected"
    }

    /// The name of the file or preset.
    public var name: String
    /// How the chips of a group are joined.
    public var kind: Kind
    /// The link between any two joined chips.
    public var link: Link
    /// The chips it is made for, or nil where it takes any number.
    public var chips: Int?

    /// Creates a fabric.
    public init(name: String, kind: Kind, link: Link, chips: Int? = nil) {
        self.name = name
        self.kind = kind
        self.link = link
        self.chips = chips
    }
}
