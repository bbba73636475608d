/// A network given vertex by vertex and link by link.
public struct Graph: Hashable, Sendable, Codable {
    /// A link between two vertices.
    public struct Edge: Hashable, Sendable, Codable {
        /// A vertex: chips first, then switches.
        public var from: Int
        /// Another vertex.
        public var to: Int
        /// The link.
        public var link: Link
        /// Whether it can be used from `to` to `from` too, at the same rate at the same time.
        public var isBidirectional: Bool

        /// Creates an edge.
        public init(from: Int, to: Int, link: Link, isBidirectional: Bool = true) {
            self.from = from
            self.to = to
            self.link = link
            self.isBidirectional = isBidirectional
        }
    }

    /// Chips.
    public var chips: Int
    /// Switches, by name.
    public var switches: [NamedSwitch]
    /// Links.
    public var edges: [Edge]

    /// A switch of the graph.
    public struct NamedSwitch: Hashable, Sendable, Codable {
        /// The name by which links refer to it.
        public var name: String
        /// What it is.
        public var `switch`: Switch

        /// Creates a switch.
        public init(name: String, switch: Switch) {
            self.name = name
            self.switch = `switch`
        }
    }

    /// Creates a graph.
    public init(chips: Int, switches: [NamedSwitch], edges: [Edge]) {
        self.chips = chips
        self.switches = switches
        self.edges = edges
    }

    /// A pair of chips without a way from the first to the second, or nil where every chip reaches every other.
    public var unreachable: (from: Int, to: Int)? {
        var forward = Array(repeating: [Int](), count: chips + switches.count)
        var backward = forward
        for edge in edges {
            forward[edge.from].append(edge.to)
            backward[edge.to].append(edge.from)
            if edge.isBidirectional {
                forward[edge.to].append(edge.from)
                backward[edge.from].append(edge.to)
            }
        }
        // All reach each other if the first reaches all and all reach the first.
        if let missed = Self.missed(from: 0, forward, chips) { return (0, missed) }
        return Self.missed(from: 0, backward, chips).map { ($0, 0) }
    }

    private static func missed(from start: Int, _ neighbours: [[Int]], _ chips: Int) -> Int? {
        var seen = Array(repeating: false, count: neighbours.count)
        var stack = [start]
        seen[start] = true
        while let vertex = stack.popLast() {
            for next in neighbours[vertex] where !seen[next] {
                seen[next] = true
                stack.append(next)
            }
        }
        return (0..<chips).first { !seen[$0] }
    }
}

/// Shortest ways by the number of hops; of equally long ones the one whose next vertex has the lowest number.
struct GraphRouting: Routing {
    private let vertices: Int
    /// The channel to take at a vertex towards a chip, or -1 [chip x vertex].
    private let next: [Int32]
    /// The vertex at the end of each channel, from the first one laid here.
    private let ends: [Int]
    private let firstChannel: Int32

    init(_ graph: Graph, over terminals: [Int], in builder: inout NetworkBuilder) {
        let switches = graph.switches.map { _ in builder.addSwitch() }
        let vertices = graph.chips + switches.count
        func vertex(_ index: Int) -> Int { index < graph.chips ? terminals[index] : switches[index - graph.chips] }
        func leaving(_ index: Int) -> Switch? {
            index < graph.chips ? nil : graph.switches[index - graph.chips].switch
        }
        firstChannel = builder.nextChannel
        var ends: [Int] = []
        // Channels into each vertex, with where they come from.
        var incoming = Array(repeating: [(source: Int, channel: Int32)](), count: vertices)
        for edge in graph.edges {
            let ways = [(edge.from, edge.to)] + (edge.isBidirectional ? [(edge.to, edge.from)] : [])
            for (source, destination) in ways {
                let channel = builder.addChannel(
                    from: vertex(source), to: vertex(destination), edge.link, leaving: leaving(source))
                ends.append(destination)
                incoming[destination].append((source, channel))
            }
        }
        var next = Array(repeating: Int32(-1), count: graph.chips * vertices)
        for chip in 0..<graph.chips {
            var distance = Array(repeating: Int.max, count: vertices)
            distance[chip] = 0
            var frontier = [chip]
            while !frontier.isEmpty {
                var reached: [Int] = []
                for vertex in frontier.sorted() {
                    for (source, channel) in incoming[vertex] {
                        if distance[source] == Int.max {
                            distance[source] = distance[vertex] + 1
                            next[chip * vertices + source] = channel
                            reached.append(source)
                        }
                    }
                }
                frontier = reached
            }
        }
        self.vertices = vertices
        self.next = next
        self.ends = ends
    }

    func append(from source: Int, to destination: Int, to route: inout [Int32]) {
        var vertex = source
        while vertex != destination {
            let channel = next[destination * vertices + vertex]
            route.append(channel)
            vertex = ends[Int(channel - firstChannel)]
        }
    }
}
