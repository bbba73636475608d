import Fabric
import Units

/// Adds up what exchanges put on links.
struct LinkAccount {
    private var exchanges: [(exchange: GroupExchange, times: Double)] = []
    private var indices: [GroupExchange: Int] = [:]

    /// Adds a chip's share of an exchange for a number of chips or times.
    mutating func add(_ share: ExchangeShare, times: Int) {
        guard let exchange = share.exchange else { return }
        let part = Double(times) / Double(share.chips)
        if let known = indices[exchange] {
            exchanges[known].times += part
        } else {
            indices[exchange] = exchanges.count
            exchanges.append((exchange, part))
        }
    }

    /// What each direction of each link carries, in the order of the network; empty where nothing is exchanged.
    func links(on network: Interconnect?) -> [Timeline.LinkUse] {
        guard let network else { return [] }
        var links: [Timeline.LinkUse] = []
        for (exchange, times) in exchanges {
            let traffic = network.traffic(of: exchange)
            if links.isEmpty { links = traffic.map { _ in Timeline.LinkUse() } }
            for (link, load) in traffic.enumerated() where load.bytes > .zero {
                links[link].bytes += Double(load.bytes.count) * times
                links[link].busyPicoseconds += Double(load.busy.count) * times
            }
        }
        return links
    }
}
