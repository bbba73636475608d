import Testing

@testable import Fabric

@Suite struct NetworkTests {
    @Test(arguments: Sample.topologies.map(\.name))
    func `Every way starts and ends where it should and never visits a vertex twice`(name: String) throws {
        let topology = try #require(Sample.topologies.first { $0.name == name }).topology
        let network = topology.network()
        for source in 0..<network.chips {
            for destination in 0..<network.chips {
                var visited = [source]
                for hop in network.route(from: source, to: destination) {
                    let channel = network.channels[hop]
                    #expect(Int(channel.source) == visited.last)
                    visited.append(Int(channel.destination))
                }
                #expect(visited.last == destination, "\(name): \(source) to \(destination): \(visited)")
                #expect(Set(visited).count == visited.count, "\(name): \(visited)")
            }
        }
    }

    /// Hops of a shortest way from each vertex.
    private func distances(in network: Network, from source: Int) -> [Int] {
        var neighbours = Array(repeating: [Int](), count: network.vertices)
        for channel in network.channels { neighbours[Int(channel.source)].append(Int(channel.destination)) }
        var distance = Array(repeating: Int.max, count: network.vertices)
        distance[source] = 0
        var queue = [source]
        var head = 0
        while head < queue.count {
            let vertex = queue[head]
            head += 1
            for next in neighbours[vertex] where distance[next] == Int.max {
                distance[next] = distance[vertex] + 1
                queue.append(next)
            }
        }
        return distance
    }

    @Test(arguments: Sample.topologies.map(\.name).filter { !$0.hasPrefix("dragonfly") })
    func `Ways are as short as can be`(name: String) throws {
        let topology = try #require(Sample.topologies.first { $0.name == name }).topology
        let network = topology.network()
        for source in 0..<network.chips {
            let distance = distances(in: network, from: source)
            for destination in 0..<network.chips {
                #expect(network.route(from: source, to: destination).count == distance[destination])
            }
        }
    }

    @Test func `A dragonfly takes at most one global and two local links, and two at the ends`() {
        for name in ["dragonfly-72", "dragonfly-3-groups"] {
            let network = Sample.topologies.first { $0.name == name }!.topology.network()
            for source in 0..<network.chips {
                for destination in 0..<network.chips where source != destination {
                    let route = network.route(from: source, to: destination)
                    let global = route.count { network.kind(of: $0).link.name == "slow" }
                    #expect(route.count <= 5 && global <= 1)
                }
            }
        }
    }

    @Test func `Networks have the switches and links of their textbooks`() {
        func count(_ topology: Topology) -> [Int] {
            let network = topology.network()
            return [network.chips, network.switches, network.channels.count / 2]
        }
        let hub = Switch.ideal
        // A k-ary fat tree: k^3/4 chips, 5k^2/4 switches, 3k^3/4 links (Al-Fares et al. 2008).
        for k in [4, 6, 8] {
            let tree = FatTree(
                levels: 3, radix: k, down: k / 2, chips: k * k * k / 4, link: Sample.link, switch: hub)
            #expect(count(.fatTree(tree)) == [k * k * k / 4, 5 * k * k / 4, 3 * k * k * k / 4])
        }
        // A dragonfly with p = h = 2, a = 4: 9 groups, 36 routers, 72 chips; 72 + 9 * 6 + 36 links.
        #expect(count(Sample.topologies.first { $0.name == "dragonfly-72" }!.topology) == [72, 36, 162])
        #expect(count(.grid([4, 4, 4].map { Sample.axis(.bidirectionalRing, $0) })) == [64, 0, 192])
        #expect(count(.grid([3, 4].map { Sample.axis(.line, $0) })) == [12, 0, 17])
        #expect(count(.grid([Sample.axis(.fullyConnected, 8)])) == [8, 0, 28])
        #expect(count(.grid([Sample.axis(.singleSwitch, 8)])) == [8, 1, 8])
        // Rings of two have one link.
        #expect(count(.grid([2, 2].map { Sample.axis(.bidirectionalRing, $0) })) == [4, 0, 4])
    }
}
