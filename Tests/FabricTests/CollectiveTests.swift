import Fabric
import Testing
import Units

@Suite struct CollectiveTests {
    private let link = Link(
        name: "test", bytesPerSecond: 50e9, latency: Picoseconds(20_000), picojoulesPerBit: 0.5, source: "test")

    @Test(arguments: [2, 3, 8, 64])
    func `A ring all-reduce costs 2(p-1)(α + n/(pβ)) to the picosecond`(p: Int) {
        let n = 4 * 1000 * p
        let cost = Fabric(name: "ring", kind: .ring, link: link).cost(
            of: .allReduce(Bytes(n), elementBytes: 4), among: p)
        // 4000 bytes at 50 GB/s are 80,000 ps.
        #expect(cost.time == Picoseconds(2 * (p - 1) * (20_000 + 80_000)))
        #expect(cost.sentBytesPerChip == Bytes(2 * (p - 1) * 4000))
        #expect(cost.energyPerChip == Picojoules(Double(2 * (p - 1) * 4000 * 8) * 0.5))
        #expect(cost.additionsPerChip == (p - 1) * 1000)
    }

    @Test(arguments: [2, 3, 8, 64])
    func `A fully connected all-reduce costs 2(α + n/(pβ)) to the picosecond`(p: Int) {
        let fabric = Fabric(name: "full", kind: .fullyConnected, link: link)
        let cost = fabric.cost(of: .allReduce(Bytes(4000 * p), elementBytes: 4), among: p)
        #expect(cost.time == Picoseconds(2 * (20_000 + 80_000)))
        #expect(fabric.cost(of: .allGather(Bytes(4000 * p)), among: p).time == Picoseconds(20_000 + 80_000))
    }

    @Test func `A group of one exchanges nothing and a send costs one hop`() {
        let fabric = Fabric(name: "ring", kind: .ring, link: link)
        #expect(fabric.cost(of: .allReduce(Bytes(1000), elementBytes: 4), among: 1) == .none)
        #expect(fabric.cost(of: .allGather(Bytes(1000)), among: 1) == .none)
        #expect(fabric.cost(of: .sendToNext(Bytes(5000)), among: 1).time == Picoseconds(20_000 + 100_000))
    }

    @Test func `Parts are rounded up to whole elements`() {
        let fabric = Fabric(name: "ring", kind: .ring, link: link)
        // 10 floats over 3 chips: parts of 4 floats.
        let cost = fabric.cost(of: .allReduce(Bytes(40), elementBytes: 4), among: 3)
        #expect(cost.sentBytesPerChip == Bytes(4 * 16))
    }
}
