import Units

@testable import Fabric

/// Links and topologies for tests.
enum Sample {
    /// 50 GB/s and 20 ns: 1000 bytes take 20,000 ps and arrive 20,000 ps later.
    static let link = Link(
        name: "test", bytesPerSecond: 50e9, latency: Picoseconds(20_000), picojoulesPerBit: 0.5, source: "test")

    static func axis(_ kind: Axis.Kind, _ chips: Int, _ link: Link = Sample.link) -> Axis {
        Axis(kind, chips: chips, link: link)
    }

    static func fabric(
        _ topology: Topology, _ assumptions: NetworkAssumptions = NetworkAssumptions()
    ) -> Fabric {
        Fabric(name: "test", topology: topology, assumptions: assumptions)
    }

    static func fabric(
        _ kind: Axis.Kind, _ chips: Int, _ assumptions: NetworkAssumptions = NetworkAssumptions()
    ) -> Fabric {
        fabric(.grid([axis(kind, chips)]), assumptions)
    }

    /// One exchange among all chips.
    static func evaluate(_ fabric: Fabric, _ collective: Collective, arrivals: [Int]? = nil) throws -> ExchangeResult {
        let chips = fabric.chips ?? 0
        return try Interconnect(fabric, shape: [chips]).evaluate(
            collective, among: [Array(0..<chips)], arrivals: arrivals.map { [$0.map(Picoseconds.init)] })
    }

    /// Topologies of every kind, small.
    static let topologies: [(name: String, topology: Topology)] = {
        let slow = Link(
            name: "slow", bytesPerSecond: 10e9, latency: Picoseconds(500_000), picojoulesPerBit: 5, source: "test")
        let hub = Switch(name: "hub", latency: Picoseconds(100_000), picojoulesPerBit: 8, source: "test")
        func tree(_ levels: Int, _ radix: Int, _ down: Int, _ chips: Int) -> Topology {
            .fatTree(FatTree(levels: levels, radix: radix, down: down, chips: chips, link: link, switch: hub))
        }
        func dragonfly(_ p: Int, _ a: Int, _ h: Int, _ groups: Int) -> Topology {
            .dragonfly(
                Dragonfly(
                    chipsPerRouter: p, routersPerGroup: a, globalLinksPerRouter: h, groups: groups, link: link,
                    globalLink: slow, router: hub))
        }
        let board = Topology.grid([axis(.fullyConnected, 4)])
        var graph = Graph(chips: 5, switches: [.init(name: "s", switch: hub)], edges: [])
        for chip in 0..<4 { graph.edges.append(.init(from: chip, to: 5, link: link)) }
        graph.edges.append(.init(from: 4, to: 3, link: slow))
        graph.edges.append(.init(from: 0, to: 1, link: link, isBidirectional: false))
        return Axis.Kind.allCases.flatMap { kind in
            [1, 2, 3, 6, 8].map { ("\(kind.rawValue)-\($0)", Topology.grid([axis(kind, $0)])) }
        } + [
            ("mesh-3x4", .grid([axis(.line, 3), axis(.line, 4)])),
            ("torus-4x4", .grid([axis(.bidirectionalRing, 4), axis(.bidirectionalRing, 4)])),
            ("torus-2x3x5", .grid([2, 3, 5].map { axis(.bidirectionalRing, $0) })),
            ("ring-switch", .grid([axis(.ring, 4), axis(.singleSwitch, 3, slow)])),
            ("full-ring", .grid([axis(.fullyConnected, 3), axis(.bidirectionalRing, 5, slow)])),
            ("fat-tree-2", tree(2, 8, 4, 24)), ("fat-tree-2-ragged", tree(2, 6, 4, 13)),
            ("fat-tree-3", tree(3, 4, 2, 16)), ("fat-tree-3-ragged", tree(3, 4, 2, 11)),
            ("fat-tree-3-oversubscribed", tree(3, 6, 4, 40)),
            ("dragonfly-72", dragonfly(2, 4, 2, 9)), ("dragonfly-3-groups", dragonfly(1, 2, 2, 3)),
            ("dragonfly-1-group", dragonfly(2, 4, 2, 1)),
            ("rails", .hierarchical(Hierarchy(inner: board, outer: .grid([axis(.singleSwitch, 3, slow)])))),
            (
                "gateway",
                .hierarchical(
                    Hierarchy(
                        inner: board, outer: .grid([axis(.bidirectionalRing, 3, slow)]), uplinks: .firstChip))
            ),
            ("graph", .graph(graph)),
        ]
    }()
}
