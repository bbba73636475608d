/// What each channel of a network carries in an exchange, whenever it does.
struct LinkLoads {
    /// Payload of each channel in bytes.
    private(set) var bytes: [Int]
    /// Picoseconds for which each channel is busy.
    private(set) var busy: [Int]
    /// Messages times hops.
    private(set) var linkEvents = 0
    /// Whether a channel is part of two ways, or of one way of two exchanges that do not wait for each other.
    private(set) var sharesLinks = false

    /// The longest time for which a channel is busy.
    var busiest: Int { busy.max() ?? 0 }

    /// Whoever sends over a channel.
    private struct User: Hashable {
        var route: Int32
        var sequence: Int32
    }

    init(of jobs: [ExchangeJob], routes: RouteTable) {
        let network = routes.network
        let kinds = network.kinds.count
        bytes = Array(repeating: 0, count: network.channels.count)
        busy = bytes
        var users = Array(repeating: User(route: -1, sequence: -1), count: bytes.count)
        for (sequence, first) in ExchangeJob.firstOfSequences(jobs).enumerated() {
            var next: Int? = first
            while let job = next {
                jobs[job].schedule.forEachSend { send, repetitions in
                    let user = User(route: send.route.start, sequence: Int32(sequence))
                    for hop in Int(send.route.start)..<Int(send.route.end) {
                        let channel = Int(routes.hops[hop])
                        let kind = Int(network.channels[channel].kind)
                        bytes[channel] += repetitions * routes.sizes[Int(send.size)]
                        busy[channel] += repetitions * routes.occupancies[Int(send.size) * kinds + kind]
                        linkEvents += repetitions
                        if users[channel].route < 0 { users[channel] = user }
                        if users[channel] != user { sharesLinks = true }
                    }
                }
                next = jobs[job].successor
            }
        }
    }
}
