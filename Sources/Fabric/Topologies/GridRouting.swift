/// Dimension-order routing: along the first axis to the destination's coordinate, then along the second, and so on.
struct GridRouting: Routing {
    private let extents: [Int]
    /// For each axis the rows, by the number of the row: the coordinates of the other axes in their order.
    private let rows: [[Row]]

    init(_ axes: [Axis], over terminals: [Int], in builder: inout NetworkBuilder) {
        let extents = axes.map { $0.chips ?? 1 }
        self.extents = extents
        var rows: [[Row]] = []
        var stride = 1
        for (axis, extent) in zip(axes, extents) {
            let count = terminals.count / extent
            rows.append(
                (0..<count).map { number in
                    let first = number / stride * stride * extent + number % stride
                    return Row(axis, over: (0..<extent).map { terminals[first + $0 * stride] }, in: &builder)
                })
            stride *= extent
        }
        self.rows = rows
    }

    func append(from source: Int, to destination: Int, to route: inout [Int32]) {
        var position = source
        var stride = 1
        for (axis, extent) in extents.enumerated() {
            let here = position / stride % extent
            let there = destination / stride % extent
            if here != there {
                let number = position / (stride * extent) * stride + position % stride
                rows[axis][number].append(from: here, to: there, to: &route)
                position += (there - here) * stride
            }
            stride *= extent
        }
    }
}

/// The chips of one row of an axis; its channels are numbered from a first one.
private struct Row: Sendable {
    private let kind: Axis.Kind
    private let count: Int
    private let first: Int32

    init(_ axis: Axis, over terminals: [Int], in builder: inout NetworkBuilder) {
        count = terminals.count
        // Two chips have one link each way, however the ring is drawn.
        kind = axis.kind == .bidirectionalRing && count == 2 ? .line : axis.kind
        first = builder.nextChannel
        guard count > 1 else { return }
        func join(_ pairs: some Sequence<(Int, Int)>) {
            for (source, destination) in pairs {
                builder.addChannel(from: terminals[source], to: terminals[destination], axis.link)
            }
        }
        let chips = 0..<count
        switch kind {
        case .ring: join(chips.map { ($0, ($0 + 1) % count) })
        case .bidirectionalRing:
            join(chips.map { ($0, ($0 + 1) % count) })
            join(chips.map { ($0, ($0 + count - 1) % count) })
        case .line:
            join(chips.dropLast().map { ($0, $0 + 1) })
            join(chips.dropFirst().map { ($0, $0 - 1) })
        case .fullyConnected: join(chips.flatMap { i in chips.filter { $0 != i }.map { (i, $0) } })
        case .singleSwitch:
            let hub = builder.addSwitch()
            for terminal in terminals { builder.addChannel(from: terminal, to: hub, axis.link) }
            for terminal in terminals {
                builder.addChannel(from: hub, to: terminal, axis.link, leaving: axis.switch)
            }
        }
    }

    func append(from source: Int, to destination: Int, to route: inout [Int32]) {
        func channel(_ index: Int) -> Int32 { first + Int32(index) }
        let forward = (destination - source + count) % count
        switch kind {
        case .ring: for step in 0..<forward { route.append(channel((source + step) % count)) }
        case .bidirectionalRing:
            // Opposite chips are reached both ways equally far: even ones go forward, odd ones back.
            let backward = count - forward
            if forward < backward || (forward == backward && source.isMultiple(of: 2)) {
                for step in 0..<forward { route.append(channel((source + step) % count)) }
            } else {
                for step in 0..<backward { route.append(channel(count + (source - step + count) % count)) }
            }
        case .line:
            if source < destination {
                for chip in source..<destination { route.append(channel(chip)) }
            } else {
                for chip in (destination + 1...source).reversed() { route.append(channel(count - 2 + chip)) }
            }
        case .fullyConnected:
            route.append(channel(source * (count - 1) + (destination < source ? destination : destination - 1)))
        case .singleSwitch:
            route.append(channel(source))
            route.append(channel(count + destination))
        }
    }
}
