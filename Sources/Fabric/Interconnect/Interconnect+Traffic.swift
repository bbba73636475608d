import Units

/// What one direction of a link carries in an exchange.
public struct LinkTraffic: Hashable, Sendable {
    /// Payload.
    public var bytes: Bytes
    /// How long it is busy.
    public var busy: Picoseconds
}

extension Interconnect {
    /// What each direction of each link carries in an exchange of some groups, in the order of the network; by the
    /// algorithms that ``cost(of:among:arrivals:)`` takes.
    public func traffic(of exchange: GroupExchange) -> [LinkTraffic] {
        var traffic = network.channels.map { _ in LinkTraffic(bytes: .zero, busy: .zero) }
        let (collective, groups) = (exchange.collective, exchange.groups.filter { $0.count > 1 })
        guard !groups.isEmpty, collective.bytes > .zero else { return traffic }
        for part in parts(of: groups, exchange.arrivals) {
            let algorithm = evaluate(collective, among: part.groups, arrivals: part.arrivals).algorithm
            let all = part.members.isEmpty ? part.groups : part.members.map { groups[$0] }
            let loads = LinkLoads(
                of: jobs(collective, by: algorithm, among: all, arrivals: nil), routes: evaluation.routes)
            for channel in traffic.indices where loads.bytes[channel] > 0 {
                traffic[channel].bytes += Bytes(loads.bytes[channel])
                traffic[channel].busy += Picoseconds(loads.busy[channel])
            }
        }
        return traffic
    }
}
