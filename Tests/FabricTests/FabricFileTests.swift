import Documents
import Testing
import Units

@testable import Fabric

@Suite struct FabricFileTests {
    private func read(_ text: String) throws -> Fabric { try Fabric(yaml: text, file: "t.yaml") }

    @Test func `A preset and explicit values are read with their units`() throws {
        #expect(try read("kind: ring\nlink: nvlink4\n").topology.links == [Link.preset("nvlink4")])
        let explicit = try read(
            "kind: fully-connected\nchips: 4\nlink: {bandwidth: 64 GB/s, latency: 20 ns, energy: 0.5 pJ/bit}")
        let link = explicit.topology.links[0]
        #expect(link.bytesPerSecond == 64e9 && link.latency == Picoseconds(20_000) && link.picojoulesPerBit == 0.5)
        #expect(explicit.chips == 4)
        let changed = try read("kind: ring\nlink:\n  preset: ucie-standard\n  latency: 9 ns\n").topology.links[0]
        #expect(changed.latency == Picoseconds(9000) && changed.bytesPerSecond == 32e9)
        let packets = try read(
            "kind: line\nlink: {preset: nvlink4, packets: {header: 16 B, payload: 256 B}}"
        ).topology.links[0]
        #expect(packets.packets == PacketFormat(header: 16, maximumPayload: 256))
    }

    @Test func `What show prints reads back as the same fabric`() throws {
        for fabric in Fabric.presets {
            expectSame(try read(fabric.yaml).topology.rowOfEight, fabric.topology.rowOfEight, fabric.name)
        }
        let assumptions = NetworkAssumptions(
            switching: .storeAndForward, endpointDelay: Picoseconds(7000), reductionBytesPerSecond: 1e12, chunks: 4,
            chunksInFlight: 2, algorithm: .direct, evaluator: .event)
        for (name, topology) in Sample.topologies {
            let back = try read(Sample.fabric(topology, assumptions).yaml)
            #expect(back.assumptions == assumptions)
            expectSame(back.topology, topology, name)
        }
    }

    private func expectSame(_ one: Topology, _ other: Topology, _ name: String) {
        let (one, other) = (one.network(), other.network())
        #expect(one.channels == other.channels, "\(name)")
        #expect(one.kinds.map(\.link.bytesPerSecond) == other.kinds.map(\.link.bytesPerSecond), "\(name)")
        #expect(one.kinds.map(\.latency) == other.kinds.map(\.latency), "\(name)")
        #expect(one.kinds.map(\.picojoulesPerBit) == other.kinds.map(\.picojoulesPerBit), "\(name)")
    }

    @Test func `Preset names carry extents and links`() throws {
        #expect(Fabric.preset("ring")?.chips == nil)
        #expect(Fabric.preset("ring-16")?.chips == 16)
        #expect(Fabric.preset("torus-4x8")?.chips == 32)
        let mesh = try #require(Fabric.preset("mesh-2x2x2-nvlink-c2c"))
        #expect(mesh.chips == 8 && mesh.topology.links.map(\.name) == ["nvlink-c2c"])
        #expect(Fabric.preset("switch-64-nvlink5")?.topology.network().switches == 1)
        for wrong in [
            "torus", "ring-0", "ring-2x2", "torus-0x4", "ring-nvlink9", "switch-ucie-standard", "moebius",
            "fully-connected-nvlink4", "torus-99999x99999",
        ] {
            #expect(Fabric.preset(wrong) == nil, "\(wrong)")
        }
    }

    @Test func `ASTRA-sim's network files are read in their units`() throws {
        let text =
            "topology: [ Ring, Switch ]\nnpus_count: [ 8, 4 ]\nbandwidth: [ 50.0, 25.0 ]\nlatency: [ 500.0, 2000.0 ]"
        let fabric = try read(text)
        #expect(fabric.chips == 32)
        #expect(fabric.topology.links.map(\.bytesPerSecond) == [50 * 1_073_741_824, 25 * 1_073_741_824])
        #expect(fabric.topology.links.map(\.latency) == [Picoseconds(500_000), Picoseconds(2_000_000)])
    }

    private static let link = "{bandwidth: 1 GB/s, latency: 1 ns, energy: 1 pJ/bit}"

    @Test(arguments: [
        ("kind: moebius\nlink: nvlink4", "t.yaml:1: kind: found \"moebius\"; expected one of ring, bidirectional-ring"),
        (
            "kind: ring\nlink: {bandwidth: 64, latency: 1 ns, energy: 1 pJ/bit}",
            "t.yaml:2: link.bandwidth: found \"64\""
        ),
        ("kind: ring\nlink: {bandwidth: 0 GB/s, latency: 1 ns, energy: 1 pJ/bit}", "t.yaml:2: link.bandwidth: found"),
        ("kind: ring\nlink: {bandwidth: 1 GB/s, energy: 1 pJ/bit}", "t.yaml:2: link.latency: the key is missing"),
        ("kind: ring\n", "t.yaml:1: link: the key is missing"),
        ("kind: ring\nlink: ucie\n", "t.yaml:2: link: found \"ucie\"; expected one of ucie-standard"),
        ("kind: ring\nlink: nvlink4\nhops: 3\n", "t.yaml:3: hops: unknown key"),
        ("kind: ring\nchips: 0\nlink: nvlink4\n", "t.yaml:2: chips: found"),
        ("kind: torus\nlink: nvlink4\n", "t.yaml:1: dimensions: the key is missing"),
        ("kind: torus\ndimensions: 8\nlink: nvlink4\n", "t.yaml:2: dimensions: found"),
        ("kind: torus\ndimensions: [2, 0]\nlink: nvlink4\n", "t.yaml:2: dimensions[1]: found"),
        (
            "kind: mesh\ndimensions: [2, 2]\nlinks: [nvlink4]\n",
            "t.yaml:3: links: found 1 elements; expected a list of 2"
        ),
        ("kind: fat-tree\nradix: 7\nlink: nvlink4\n", "t.yaml:2: radix: found 7; expected an even number"),
        (
            "kind: fat-tree\nradix: 8\noversubscription: 2\nlink: nvlink4\n",
            "t.yaml:3: oversubscription: 8 ports cannot"
        ),
        ("kind: fat-tree\nradix: 4\nchips: 17\nlink: nvlink4\n", "t.yaml:3: chips: found \"17\"; expected a whole"),
        (
            "kind: dragonfly\nchips-per-router: 1\nrouters-per-group: 2\nglobal-links-per-router: 1\ngroups: 4\nlink: nvlink4",
            "t.yaml:5: groups: found \"4\"; expected a whole number from 1 to 3"
        ),
        (
            "kind: hierarchical\ninner: {kind: ring, link: nvlink4}\nouter: {kind: ring, chips: 2, link: nvlink4}",
            "t.yaml:2: inner.chips: the key is missing"
        ),
        (
            "kind: graph\nchips: 3\nlink: nvlink4\nlinks:\n- {from: 0, to: 1}\n",
            "t.yaml:5: links: there is no way from chip 0 to chip 2; expected a connected graph"
        ),
        (
            "kind: graph\nchips: 2\nlink: nvlink4\nlinks:\n- {from: 0, to: 1, direction: one}\n",
            "t.yaml:5: links: there is no way from chip 1 to chip 0"
        ),
        (
            "kind: graph\nchips: 2\nlink: nvlink4\nlinks:\n- {from: 0, to: 1}\n- {from: 1, to: 0}\n",
            "t.yaml:6: links[1]: a second link from chip 1 to chip 0"
        ),
        ("kind: graph\nchips: 2\nlink: nvlink4\nlinks:\n- {from: 0, to: 2}\n", "t.yaml:5: links[0].to: found \"2\""),
        ("kind: graph\nchips: 2\nlinks:\n- {from: 0, to: 1}\n", "t.yaml:4: links[0]: no link of its own"),
        ("kind: graph\nchips: 2\nlink: nvlink4\nlinks:\n- {from: 1, to: 1}\n", "t.yaml:5: links[0]: a link from"),
        ("kind: ring\nlink: nvlink4\nswitching: wormhole\n", "t.yaml:3: switching: found \"wormhole\""),
        ("kind: ring\nlink: nvlink4\nendpoint-delay: 10\n", "t.yaml:3: endpoint-delay: found \"10\""),
        ("kind: ring\nlink: nvlink4\nchunks: 0\n", "t.yaml:3: chunks: found"),
        (
            "kind: ring\nlink: nvlink4\nalgorithm: gossip\n",
            "t.yaml:3: algorithm: found \"gossip\"; expected one of auto"
        ),
        ("kind: ring\nkind: line\nlink: nvlink4\n", "t.yaml:1: kind: the key is given more than once"),
        (
            "topology: [Ring]\nnpus_count: [8, 2]\nbandwidth: [1]\nlatency: [1]\n",
            "t.yaml:2: npus_count: found 2 elements"
        ),
        ("topology: [Mesh]\nnpus_count: [8]\nbandwidth: [1]\nlatency: [1]\n", "t.yaml:1: topology[0]: found \"Mesh\""),
    ])
    func `A wrong file is refused with its line and key`(text: String, message: String) {
        let error = #expect(throws: InputError.self) { try read(text) }
        #expect(error.map { "\($0)".hasPrefix(message) } ?? false, "\(error.map { "\($0)" } ?? "nothing")")
    }
}

extension Topology {
    /// A grid without a number of chips with eight in each row.
    fileprivate var rowOfEight: Topology {
        guard case .grid(var axes) = self else { return self }
        for index in axes.indices { axes[index].chips = axes[index].chips ?? 8 }
        return .grid(axes)
    }
}
