/// A network while it is laid: topologies add their switches and channels to it.
struct NetworkBuilder {
    let chips: Int
    private(set) var switches = 0
    private(set) var channels: [Channel] = []
    private(set) var kinds: [ChannelKind] = []
    private var kindIndex: [ChannelKind: Int32] = [:]

    init(chips: Int) { self.chips = chips }

    /// Adds a switch.
    ///
    /// - Returns: its vertex.
    mutating func addSwitch() -> Int {
        switches += 1
        return chips + switches - 1
    }

    /// Adds a channel.
    ///
    /// - Parameter switch: the switch at its source, or nil for a chip.
    /// - Returns: its index.
    @discardableResult
    mutating func addChannel(from source: Int, to destination: Int, _ link: Link, leaving switch: Switch? = nil)
        -> Int32
    {
        let kind = ChannelKind(link: link, switch: `switch`)
        let index = kindIndex[kind] ?? Int32(kinds.count)
        if index == kinds.count {
            kindIndex[kind] = index
            kinds.append(kind)
        }
        channels.append(Channel(source: Int32(source), destination: Int32(destination), kind: index))
        return Int32(channels.count - 1)
    }

    /// The channel that the next call of `addChannel` adds.
    var nextChannel: Int32 { Int32(channels.count) }
}
