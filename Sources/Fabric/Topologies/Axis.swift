/// One dimension of a grid: how the chips of a row are joined.
public struct Axis: Hashable, Sendable, Codable {
    /// The kinds of row.
    public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
        /// Each chip has a link to the next, the last one to the first; messages go around in that direction only.
        case ring
        /// Each chip has links to both neighbours around the ring; messages take the shorter way.
        case bidirectionalRing = "bidirectional-ring"
        /// Each chip has links to both neighbours; the ends are not joined.
        case line
        /// Each chip has links to every other.
        case fullyConnected = "fully-connected"
        /// Each chip has a link to a switch and one back.
        case singleSwitch = "switch"
    }

    /// How the chips of a row are joined.
    public var kind: Kind
    /// Chips of a row, or nil where the system decides.
    public var chips: Int?
    /// The link.
    public var link: Link
    /// The switch of a `switch` row.
    public var `switch`: Switch

    /// Creates an axis.
    public init(_ kind: Kind, chips: Int?, link: Link, switch: Switch = .ideal) {
        self.kind = kind
        self.chips = chips
        self.link = link
        self.switch = `switch`
    }
}
