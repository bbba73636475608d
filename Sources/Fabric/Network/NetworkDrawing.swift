/// A network as it is drawn: where its vertices lie, and what joins them.
public struct NetworkDrawing: Sendable {
    /// A chip or a switch.
    public struct Vertex: Sendable {
        /// `0`, `1`, ... for chips, `s0`, `s1`, ... for switches.
        public var name: String
        /// Whether it is a switch.
        public var isSwitch: Bool
        /// Where it lies from left to right, in units of the distance of two neighbours.
        public var x: Double
        /// The same from top to bottom.
        public var y: Double
    }

    /// A link, both directions together.
    public struct Edge: Sendable {
        /// Index of a vertex.
        public var from: Int
        /// Index of the other one.
        public var to: Int
        /// Whether it leads only from the first to the second.
        public var isOneWay: Bool
        /// The larger utilisation of the two directions, or nil where nothing has been sent.
        public var utilization: Double?
        /// The link's name.
        public var link: String
        /// Bytes per second per direction.
        public var bytesPerSecond: Double
    }

    /// Chips first, then switches.
    public var vertices: [Vertex]
    /// Links.
    public var edges: [Edge]
}

extension Interconnect {
    /// The network as it is drawn, with the utilisation of its links in an exchange where one is given.
    public func drawing(of result: ExchangeResult? = nil) -> NetworkDrawing {
        drawing(utilizations: result?.loads.map(\.utilization))
    }

    /// The network as it is drawn.
    ///
    /// - Parameter utilizations: share of the time for which each direction of each link is busy, in the order of the
    ///   network, or nil.
    public func drawing(utilizations: [Double]?) -> NetworkDrawing {
        let places = VertexLayout.places(of: topology, network)
        var index: [[Int]: Int] = [:]
        var edges: [NetworkDrawing.Edge] = []
        for (number, channel) in network.channels.enumerated() {
            let (source, destination) = (Int(channel.source), Int(channel.destination))
            let utilization = utilizations?[number]
            if let known = index[[destination, source]], edges[known].isOneWay {
                edges[known].isOneWay = false
                if let utilization { edges[known].utilization = max(edges[known].utilization ?? 0, utilization) }
                continue
            }
            index[[source, destination]] = edges.count
            let link = network.kind(of: number).link
            edges.append(
                NetworkDrawing.Edge(
                    from: source, to: destination, isOneWay: true, utilization: utilization, link: link.name,
                    bytesPerSecond: link.bytesPerSecond))
        }
        return NetworkDrawing(
            vertices: places.enumerated().map { vertex, place in
                let isSwitch = vertex >= network.chips
                return NetworkDrawing.Vertex(
                    name: isSwitch ? "s\(vertex - network.chips)" : "\(vertex)", isSwitch: isSwitch, x: place.x,
                    y: place.y)
            }, edges: edges)
    }

    /// The vertices that each direction of each link leads from and to, in the order of the network.
    public var channelEnds: [(from: Int, to: Int)] {
        network.channels.map { (Int($0.source), Int($0.destination)) }
    }

    /// The name of a vertex: `chip 3` or `switch 0`.
    public func name(ofVertex vertex: Int) -> String {
        vertex < network.chips ? "chip \(vertex)" : "switch \(vertex - network.chips)"
    }
}
