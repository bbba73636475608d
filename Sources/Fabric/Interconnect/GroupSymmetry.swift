/// Which groups of an exchange are the same but for their place, so that one stands for all of them.
///
/// Two groups are alike if the ways between their chips take the same kinds of channel and share them in the same
/// pattern. That says something of an exchange only if no two groups share a channel.
struct GroupSymmetry {
    /// For each kind of group the first one, and how many there are.
    let representatives: [(group: Int, count: Int)]
    /// For each group the index of its kind.
    let kindOfGroup: [Int]

    /// Ways that are looked at, at most: more would cost more than they save.
    private static let mostWays = 2_000_000

    /// Looks at groups, or gives up: where groups share a channel or there is too much to look at.
    init?(of groups: [[Int]], in network: Network) {
        guard groups.count > 1, groups.reduce(0, { $0 + $1.count * $1.count }) <= Self.mostWays else { return nil }
        var owner = Array(repeating: Int32(-1), count: network.channels.count)
        var localNumber = Array(repeating: Int32(0), count: network.channels.count)
        var kinds: [[Int32]: Int] = [:]
        var representatives: [(group: Int, count: Int)] = []
        var kindOfGroup: [Int] = []
        var route: [Int32] = []
        for (number, group) in groups.enumerated() {
            // The ways as kinds of channel, and channels numbered in the order in which the ways meet them.
            var signature = [Int32(group.count)]
            var channels: Int32 = 0
            for source in group {
                for destination in group where destination != source {
                    route.removeAll(keepingCapacity: true)
                    network.appendRoute(from: source, to: destination, to: &route)
                    signature.append(Int32(route.count))
                    for channel in route.lazy.map({ Int($0) }) {
                        if owner[channel] != Int32(number) {
                            if owner[channel] >= 0 { return nil }
                            owner[channel] = Int32(number)
                            localNumber[channel] = channels
                            channels += 1
                        }
                        signature.append(localNumber[channel])
                        signature.append(network.channels[channel].kind)
                    }
                }
            }
            let kind = kinds[signature] ?? representatives.count
            if kind == representatives.count {
                kinds[signature] = kind
                representatives.append((number, 0))
            }
            representatives[kind].count += 1
            kindOfGroup.append(kind)
        }
        self.representatives = representatives
        self.kindOfGroup = kindOfGroup
    }
}
