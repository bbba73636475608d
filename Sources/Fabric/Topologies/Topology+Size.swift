extension Topology {
    /// About how many channels the network has: what it costs to build. A number that cannot overflow.
    ///
    /// - Precondition: the number of chips is known.
    var channelEstimate: Double {
        switch self {
        case .grid(let axes):
            axes.reduce(0) { $0 + $1.channelsPerChip * Double(chips ?? 0) }
        case .fatTree(let tree):
            2 * Double(tree.chips) * (1 + Double(tree.levels - 1) * Double(tree.up) / Double(tree.down))
        case .dragonfly(let dragonfly):
            Double(dragonfly.groups) * Double(dragonfly.routersPerGroup)
                * Double(2 * dragonfly.chipsPerRouter + dragonfly.routersPerGroup + dragonfly.globalLinksPerRouter)
        case .hierarchical(let hierarchy):
            hierarchy.inner.channelEstimate * Double(hierarchy.outer.chips ?? 1)
                + hierarchy.outer.channelEstimate
                * Double(hierarchy.uplinks == .everyChip ? hierarchy.inner.chips ?? 1 : 1)
        case .graph(let graph): 2 * Double(graph.edges.count)
        }
    }
}

extension Axis {
    fileprivate var channelsPerChip: Double {
        switch kind {
        case .ring: 1
        case .bidirectionalRing, .line, .singleSwitch: 2
        case .fullyConnected: Double((chips ?? 1) - 1)
        }
    }
}
