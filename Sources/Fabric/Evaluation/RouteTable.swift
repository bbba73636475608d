import Units

/// The ways between chips of a network, each looked up once, and how long messages of each size occupy each link.
///
/// The hot loops read it through pointers, which hold until a route or a size is added.
final class RouteTable {
    /// A way: a range of `hops`.
    struct Route: Hashable {
        var start: Int32
        var end: Int32
    }

    let network: Network
    let assumptions: NetworkAssumptions
    /// Picoseconds that a message occupies a channel [size x kind].
    private(set) var occupancies: [Int] = []
    /// Bytes of each size of message.
    private(set) var sizes: [Int] = []
    /// Channels of all routes, one route after the other.
    private(set) var hops: UnsafeMutablePointer<Int32>
    /// The kind of channel of each hop.
    private(set) var kindOfHop: UnsafeMutablePointer<Int32>
    private var hopCount = 0
    private var capacity = 64
    private var routes: [Int: Route] = [:]
    private var sizeIndex: [Int: Int32] = [:]
    /// For the closed form: when each hop of each way can serve the next message, and for whom that holds.
    private var free: UnsafeMutablePointer<Int>
    private var owner: UnsafeMutablePointer<Int32>
    private var scratchCapacity = 0
    private var lastOwner: Int32 = 0

    init(_ network: Network, _ assumptions: NetworkAssumptions) {
        self.network = network
        self.assumptions = assumptions
        hops = .allocate(capacity: capacity)
        kindOfHop = .allocate(capacity: capacity)
        free = .allocate(capacity: 0)
        owner = .allocate(capacity: 0)
    }

    deinit {
        hops.deallocate()
        kindOfHop.deallocate()
        free.deallocate()
        owner.deallocate()
    }

    /// The way from one chip to another.
    func route(from source: Int, to destination: Int) -> Route {
        let key = source * network.chips + destination
        if let known = routes[key] { return known }
        var channels: [Int32] = []
        network.appendRoute(from: source, to: destination, to: &channels)
        reserve(hopCount + channels.count)
        for (index, channel) in channels.enumerated() {
            hops[hopCount + index] = channel
            kindOfHop[hopCount + index] = network.channels[Int(channel)].kind
        }
        let route = Route(start: Int32(hopCount), end: Int32(hopCount + channels.count))
        hopCount += channels.count
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

    /// A number that owns no hop yet, and where it is written down that it does: with the time from which the hop is free.
    func newOwner() -> (id: Int32, free: UnsafeMutablePointer<Int>, owner: UnsafeMutablePointer<Int32>) {
        if scratchCapacity < hopCount {
            free.deallocate()
            owner.deallocate()
            scratchCapacity = capacity
            free = .allocate(capacity: scratchCapacity)
            owner = .allocate(capacity: scratchCapacity)
            free.initialize(repeating: 0, count: scratchCapacity)
            owner.initialize(repeating: 0, count: scratchCapacity)
            lastOwner = 0
        }
        lastOwner += 1
        return (lastOwner, free, owner)
    }

    private func reserve(_ count: Int) {
        guard count > capacity else { return }
        let larger = max(count, 2 * capacity)
        hops = Self.moved(hops, count: hopCount, to: larger)
        kindOfHop = Self.moved(kindOfHop, count: hopCount, to: larger)
        capacity = larger
    }

    private static func moved(
        _ pointer: UnsafeMutablePointer<Int32>, count: Int, to capacity: Int
    ) -> UnsafeMutablePointer<Int32> {
        let larger = UnsafeMutablePointer<Int32>.allocate(capacity: capacity)
        larger.update(from: pointer, count: count)
        pointer.deallocate()
        return larger
    }
}
