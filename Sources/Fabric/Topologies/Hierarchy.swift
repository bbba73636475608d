/// A topology within each node, and another one between nodes.
public struct Hierarchy: Hashable, Sendable, Codable {
    /// Which chips of a node are joined to other nodes.
    public enum Uplinks: String, Hashable, Sendable, Codable, CaseIterable {
        /// Every chip, each in an outer network of its own with the chips of the same place in other nodes (rails).
        case everyChip = "every-chip"
        /// The first chip alone, for the whole node.
        case firstChip = "first-chip"
    }

    /// Within a node.
    public var inner: Topology
    /// Between nodes: one terminal for each node.
    public var outer: Topology
    /// Which chips are joined to other nodes.
    public var uplinks: Uplinks

    /// Creates a hierarchy.
    public init(inner: Topology, outer: Topology, uplinks: Uplinks = .everyChip) {
        self.inner = inner
        self.outer = outer
        self.uplinks = uplinks
    }

    var chips: Int? { inner.chips.flatMap { inner in outer.chips.map { inner * $0 } } }
}

/// Within the source's node to the chip that has the uplink, between nodes, and within the destination's node.
///
/// With uplinks at every chip that is the chip at the destination's place, so that the second walk falls away.
struct HierarchyRouting: Routing {
    private let nodeChips: Int
    private let uplinks: Hierarchy.Uplinks
    private let nodes: [any Routing]
    private let rails: [any Routing]

    init(_ hierarchy: Hierarchy, over terminals: [Int], in builder: inout NetworkBuilder) {
        let size = hierarchy.inner.chips ?? 1
        let count = terminals.count / size
        nodeChips = size
        uplinks = hierarchy.uplinks
        nodes = (0..<count).map { node in
            hierarchy.inner.lay(over: Array(terminals[node * size..<(node + 1) * size]), in: &builder)
        }
        rails = (0..<(hierarchy.uplinks == .everyChip ? size : 1)).map { place in
            hierarchy.outer.lay(over: (0..<count).map { terminals[$0 * size + place] }, in: &builder)
        }
    }

    func append(from source: Int, to destination: Int, to route: inout [Int32]) {
        let (node, target) = (source / nodeChips, destination / nodeChips)
        let (here, there) = (source % nodeChips, destination % nodeChips)
        if node == target {
            if here != there { nodes[node].append(from: here, to: there, to: &route) }
            return
        }
        let exit = uplinks == .everyChip ? there : 0
        if here != exit { nodes[node].append(from: here, to: exit, to: &route) }
        rails[uplinks == .everyChip ? exit : 0].append(from: node, to: target, to: &route)
        if exit != there { nodes[target].append(from: exit, to: there, to: &route) }
    }
}
