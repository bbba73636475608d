/// The bandwidth between two halves of the chips: for each natural cut the largest flow from one half to the other, by
/// Dinic's algorithm; then the smallest of them.
struct Bisection {
    private let network: Network
    private let extents: [Int]

    init(_ network: Network, extents: [Int]) {
        self.network = network
        self.extents = extents
    }

    /// Bytes per second in one direction, or nil for a single chip.
    var bytesPerSecond: Double? {
        guard network.chips > 1 else { return nil }
        return cuts.map { min(flow(from: $0), flow(from: $0.map { !$0 })) }.min()
    }

    /// Which chips lie in the first half: by number, and by each coordinate with an even extent.
    private var cuts: [[Bool]] {
        var cuts = [(0..<network.chips).map { $0 < network.chips / 2 }]
        var stride = 1
        for extent in extents {
            if extent.isMultiple(of: 2) {
                let width = stride
                cuts.append((0..<network.chips).map { $0 / width % extent < extent / 2 })
            }
            stride *= extent
        }
        return cuts.uniqued()
    }

    private func flow(from half: [Bool]) -> Double {
        // Without switches the cut is what crosses it.
        if network.switches == 0 {
            return network.channels.indices.reduce(0) { total, index in
                let channel = network.channels[index]
                let crosses = half[Int(channel.source)] && !half[Int(channel.destination)]
                return crosses ? total + network.kind(of: index).link.bytesPerSecond : total
            }
        }
        var graph = FlowGraph(vertices: network.vertices + 2)
        let (source, sink) = (network.vertices, network.vertices + 1)
        for index in network.channels.indices {
            let channel = network.channels[index]
            graph.add(
                from: Int(channel.source), to: Int(channel.destination), network.kind(of: index).link.bytesPerSecond)
        }
        for chip in 0..<network.chips {
            if half[chip] {
                graph.add(from: source, to: chip, .infinity)
            } else {
                graph.add(from: chip, to: sink, .infinity)
            }
        }
        return graph.maximumFlow(from: source, to: sink)
    }
}

/// Edges with what they can still carry.
private struct FlowGraph {
    private var ends: [Int] = []
    private var rest: [Double] = []
    private var edges: [[Int]]

    init(vertices: Int) { edges = Array(repeating: [], count: vertices) }

    mutating func add(from source: Int, to destination: Int, _ capacity: Double) {
        edges[source].append(ends.count)
        edges[destination].append(ends.count + 1)
        ends += [destination, source]
        rest += [capacity, 0]
    }

    mutating func maximumFlow(from source: Int, to sink: Int) -> Double {
        var total = 0.0
        while let levels = levels(from: source, to: sink) {
            var next = Array(repeating: 0, count: edges.count)
            while true {
                let pushed = push(.infinity, from: source, to: sink, levels, &next)
                if pushed == 0 { break }
                total += pushed
            }
        }
        return total
    }

    /// Distances from the source over edges that can carry more, or nil if the sink is not reached.
    private func levels(from source: Int, to sink: Int) -> [Int]? {
        var levels = Array(repeating: -1, count: edges.count)
        levels[source] = 0
        var queue = [source]
        var head = 0
        while head < queue.count {
            let vertex = queue[head]
            head += 1
            for edge in edges[vertex] where rest[edge] > 0 && levels[ends[edge]] < 0 {
                levels[ends[edge]] = levels[vertex] + 1
                queue.append(ends[edge])
            }
        }
        return levels[sink] < 0 ? nil : levels
    }

    private mutating func push(
        _ flow: Double, from vertex: Int, to sink: Int, _ levels: [Int], _ next: inout [Int]
    ) -> Double {
        if vertex == sink { return flow }
        while next[vertex] < edges[vertex].count {
            let edge = edges[vertex][next[vertex]]
            if rest[edge] > 0, levels[ends[edge]] == levels[vertex] + 1 {
                let pushed = push(min(flow, rest[edge]), from: ends[edge], to: sink, levels, &next)
                if pushed > 0 {
                    rest[edge] -= pushed
                    rest[edge ^ 1] += pushed
                    return pushed
                }
            }
            next[vertex] += 1
        }
        return 0
    }
}
