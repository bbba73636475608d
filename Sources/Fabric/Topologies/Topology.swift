/// How the chips of a system are joined.
///
/// Chips are numbered from 0, the first dimension of a topology fastest; switches are vertices without a chip.
public indirect enum Topology: Hashable, Sendable, Codable {
    /// A product of axes: ring, line, mesh, torus, fully connected, single switch, and mixtures of them.
    case grid([Axis])
    /// A folded Clos network of equal switches.
    case fatTree(FatTree)
    /// Groups of routers, all groups joined directly.
    case dragonfly(Dragonfly)
    /// A network within each node, and another between nodes.
    case hierarchical(Hierarchy)
    /// Vertices and links one by one.
    case graph(Graph)

    /// The number of chips, or nil where it takes any.
    public var chips: Int? {
        switch self {
        case .grid(let axes):
            axes.reduce(1) { total, axis in total.flatMap { total in axis.chips.map { total * $0 } } }
        case .fatTree(let tree): tree.chips
        case .dragonfly(let dragonfly): dragonfly.chips
        case .hierarchical(let hierarchy): hierarchy.chips
        case .graph(let graph): graph.chips
        }
    }

    /// The extents that order the chips, first one fastest: `chip = i0 + e0 (i1 + e1 (i2 + ...))`.
    var extents: [Int] {
        switch self {
        case .grid(let axes): axes.map { $0.chips ?? 1 }
        case .fatTree(let tree): tree.extents
        case .dragonfly(let dragonfly): dragonfly.extents
        case .hierarchical(let hierarchy): hierarchy.inner.extents + hierarchy.outer.extents
        case .graph(let graph): [graph.chips]
        }
    }

    /// How the chips along each extent are joined.
    var axisKinds: [Axis.Kind] {
        switch self {
        case .grid(let axes): axes.map(\.kind)
        case .fatTree, .dragonfly: extents.map { _ in .singleSwitch }
        case .hierarchical(let hierarchy): hierarchy.inner.axisKinds + hierarchy.outer.axisKinds
        case .graph: [.line]
        }
    }

    /// How many of the extents lie within a node.
    var innerExtents: Int {
        if case .hierarchical(let hierarchy) = self { hierarchy.inner.extents.count } else { 1 }
    }

    /// The value of the key `kind` in a topology file.
    public var kind: String {
        switch self {
        case .grid(let axes) where axes.count == 1: axes[0].kind.rawValue
        case .grid(let axes):
            if axes.allSatisfy({ $0.kind == .line }) {
                "mesh"
            } else if axes.allSatisfy({ $0.kind == .bidirectionalRing }) {
                "torus"
            } else {
                "grid"
            }
        case .fatTree: "fat-tree"
        case .dragonfly: "dragonfly"
        case .hierarchical: "hierarchical"
        case .graph: "graph"
        }
    }

    /// The links it is made of, each once, in the order in which a message from the first chip meets them.
    public var links: [Link] {
        switch self {
        case .grid(let axes): axes.map(\.link).uniqued()
        case .fatTree(let tree): [tree.link]
        case .dragonfly(let dragonfly): [dragonfly.link, dragonfly.globalLink].uniqued()
        case .hierarchical(let hierarchy): (hierarchy.inner.links + hierarchy.outer.links).uniqued()
        case .graph(let graph): graph.edges.map(\.link).uniqued()
        }
    }

    /// The same topology with other links.
    func withLinks(_ change: (Link) -> Link) -> Topology {
        switch self {
        case .grid(var axes):
            for index in axes.indices { axes[index].link = change(axes[index].link) }
            return .grid(axes)
        case .fatTree(var tree):
            tree.link = change(tree.link)
            return .fatTree(tree)
        case .dragonfly(var dragonfly):
            dragonfly.link = change(dragonfly.link)
            dragonfly.globalLink = change(dragonfly.globalLink)
            return .dragonfly(dragonfly)
        case .hierarchical(var hierarchy):
            hierarchy.inner = hierarchy.inner.withLinks(change)
            hierarchy.outer = hierarchy.outer.withLinks(change)
            return .hierarchical(hierarchy)
        case .graph(var graph):
            for index in graph.edges.indices { graph.edges[index].link = change(graph.edges[index].link) }
            return .graph(graph)
        }
    }

    /// Builds the network.
    ///
    /// - Precondition: the number of chips is known.
    func network() -> Network {
        var builder = NetworkBuilder(chips: chips ?? 0)
        let routing = lay(over: Array(0..<builder.chips), in: &builder)
        return Network(builder, routing: routing)
    }

    /// Adds the switches and channels that join `terminals` in their order.
    func lay(over terminals: [Int], in builder: inout NetworkBuilder) -> any Routing {
        switch self {
        case .grid(let axes): GridRouting(axes, over: terminals, in: &builder)
        case .fatTree(let tree): FatTreeRouting(tree, over: terminals, in: &builder)
        case .dragonfly(let dragonfly): DragonflyRouting(dragonfly, over: terminals, in: &builder)
        case .hierarchical(let hierarchy): HierarchyRouting(hierarchy, over: terminals, in: &builder)
        case .graph(let graph): GraphRouting(graph, over: terminals, in: &builder)
        }
    }
}

extension Sequence where Element: Hashable {
    /// The elements without repetitions, in the order of their first appearance.
    func uniqued() -> [Element] {
        var seen: Set<Element> = []
        return filter { seen.insert($0).inserted }
    }
}
