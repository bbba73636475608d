import Units

/// The ways between chips of a network, each looked up once, and how long messages of each size occupy each link.
final class RouteTable {
    /// A way: a range of `hops`.
    struct Route: Hashable {
        var start: Int32
        var end: Int32
    }

    let network: Network
    let assumptions: NetworkAssumptions
    /// Channels of all routes, one route after the other.
    private(set) var hops: [Int32] = []
    /// Picoseconds that a message occupies a channel [size x kind].
    private(set) var occupancies: [Int] = []
    /// Bytes of each size of message.
    private(set) var sizes: [Int] = []
    private var routes: [Int: Route] = [:]
    private var sizeIndex: [Int: Int32] = [:]

    init(_ network: Network, _ assumptions: NetworkAssumptions) {
        self.network = network
        self.assumptions = assumptions
    }

    /// The way from one chip to another.
    func route(from source: Int, to destination: Int) -> Route {
        let key = source * network.chips + destination
        if let known = routes[key] { return known }
        let start = Int32(hops.count)
        network.appendRoute(from: source, to: destination, to: &hops)
        let route = Route(start: start, end: Int32(hops.count))
        routes[key] = route
        return route
    }

    /// The index of a message size.
    func size(of bytes: Int) -> Int32 {
        if let known = sizeIndex[bytes] { return known }
        let index = Int32(sizes.count)
        sizeIndex[bytes] = index
        sizes.append(bytes)
        occupancies += network.kinds.map { $0.link.occupancy(of: Bytes(bytes)).count }
        return index
    }
}
