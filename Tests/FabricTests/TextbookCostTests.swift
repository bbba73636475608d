import Testing
import Units

@testable import Fabric

/// α–β costs to the picosecond: α = 20 ns, β = 50 GB/s, so that 1000 bytes take 20 ns.
@Suite struct TextbookCostTests {
    private let alpha = 20_000
    /// Picoseconds of that many bytes.
    private func time(_ bytes: Int) -> Int { bytes * 20 }

    private func cost(
        _ kind: Axis.Kind, _ chips: Int, _ operation: Collective.Operation, _ algorithm: Algorithm, _ bytes: Int,
        evaluator: NetworkAssumptions.Evaluator = .event, _ change: (inout NetworkAssumptions) -> Void = { _ in }
    ) throws -> ExchangeResult {
        var assumptions = NetworkAssumptions(algorithm: algorithm, evaluator: evaluator)
        change(&assumptions)
        return try Sample.evaluate(
            Sample.fabric(kind, chips, assumptions), Collective(operation, bytes: Bytes(bytes), elementBytes: 4))
    }

    @Test(arguments: [2, 3, 8, 64], NetworkAssumptions.Evaluator.allCases)
    func `Ring: all-reduce 2(p-1)(α + n/pβ), its halves half of that`(
        p: Int, evaluator: NetworkAssumptions.Evaluator
    ) throws {
        let step = alpha + time(4000)
        let all = try cost(.ring, p, .allReduce, .ring, 4000 * p, evaluator: evaluator)
        #expect(all.time.count == 2 * (p - 1) * step)
        #expect(all.linkBytes == Bytes(2 * (p - 1) * p * 4000))
        #expect(abs(all.energy.value - Double(2 * (p - 1) * p * 4000 * 8) * 0.5) <= 1e-12 * all.energy.value)
        #expect(all.additions == (p - 1) * p * 1000)
        for half in [Collective.Operation.reduceScatter, .allGather] {
            #expect(try cost(.ring, p, half, .ring, 4000 * p, evaluator: evaluator).time.count == (p - 1) * step)
        }
    }

    @Test(arguments: [3, 8, 64], NetworkAssumptions.Evaluator.allCases)
    func `Both directions of a ring: 2(p-1)(α + n/2pβ)`(p: Int, evaluator: NetworkAssumptions.Evaluator) throws {
        let result = try cost(.bidirectionalRing, p, .allReduce, .bidirectionalRing, 8000 * p, evaluator: evaluator)
        #expect(result.time.count == 2 * (p - 1) * (alpha + time(4000)))
    }

    @Test(arguments: [2, 4, 8, 32], NetworkAssumptions.Evaluator.allCases)
    func `Halving and doubling: 2 log2(p) α + 2 (p-1)/p n/β`(p: Int, evaluator: NetworkAssumptions.Evaluator) throws {
        let n = 4000 * p
        let logarithm = p.trailingZeroBitCount
        let result = try cost(.fullyConnected, p, .allReduce, .halvingDoubling, n, evaluator: evaluator)
        #expect(result.time.count == 2 * logarithm * alpha + 2 * time(n / p * (p - 1)))
        let half = try cost(.fullyConnected, p, .reduceScatter, .halvingDoubling, n, evaluator: evaluator)
        #expect(half.time.count == logarithm * alpha + time(n / p * (p - 1)))
    }

    @Test(arguments: [3, 6, 12, 100], NetworkAssumptions.Evaluator.allCases)
    func `Powers of two on other numbers: one more exchange of n at either end`(
        p: Int, evaluator: NetworkAssumptions.Evaluator
    ) throws {
        var q = 1
        while q * 2 <= p { q *= 2 }
        let n = 4000 * q
        let fold = 2 * (alpha + time(n))
        let logarithm = q.trailingZeroBitCount
        let halving = try cost(.fullyConnected, p, .allReduce, .halvingDoubling, n, evaluator: evaluator)
        #expect(halving.time.count == fold + 2 * logarithm * alpha + 2 * time(n / q * (q - 1)))
        // Those who hand nothing over start at once, so some of the rounds overlap with the fold.
        let doubling = try cost(.fullyConnected, p, .allReduce, .recursiveDoubling, n, evaluator: evaluator)
        #expect((fold...fold + logarithm * (alpha + time(n))).contains(doubling.time.count))
    }

    @Test(arguments: [2, 4, 8, 32], NetworkAssumptions.Evaluator.allCases)
    func `Recursive doubling: all-reduce log2(p)(α + n/β), all-gather log2(p) α + (p-1)/p n/β`(
        p: Int, evaluator: NetworkAssumptions.Evaluator
    ) throws {
        let logarithm = p.trailingZeroBitCount
        let reduce = try cost(.fullyConnected, p, .allReduce, .recursiveDoubling, 4000, evaluator: evaluator)
        #expect(reduce.time.count == logarithm * (alpha + time(4000)))
        let gather = try cost(.fullyConnected, p, .allGather, .recursiveDoubling, 4000 * p, evaluator: evaluator)
        #expect(gather.time.count == logarithm * alpha + time(4000 * (p - 1)))
    }

    @Test(arguments: [2, 8, 64], NetworkAssumptions.Evaluator.allCases)
    func `Binomial tree: broadcast log2(p)(α + n/β), all-reduce twice that`(
        p: Int, evaluator: NetworkAssumptions.Evaluator
    ) throws {
        let rounds = p.trailingZeroBitCount
        let step = alpha + time(4000)
        #expect(
            try cost(.fullyConnected, p, .broadcast, .binomialTree, 4000, evaluator: evaluator).time.count
                == rounds * step)
        #expect(
            try cost(.fullyConnected, p, .allReduce, .binomialTree, 4000, evaluator: evaluator).time.count
                == 2 * rounds * step)
    }

    @Test(arguments: [2, 3, 8, 16], NetworkAssumptions.Evaluator.allCases)
    func `Direct on full connection: one α + n/pβ for each half`(
        p: Int, evaluator: NetworkAssumptions.Evaluator
    ) throws {
        let step = alpha + time(4000)
        let n = 4000 * p
        for (operation, steps) in [
            (Collective.Operation.allReduce, 2), (.reduceScatter, 1), (.allGather, 1), (.allToAll, 1),
        ] {
            let result = try cost(.fullyConnected, p, operation, .direct, n, evaluator: evaluator)
            #expect(result.time.count == steps * step, "\(operation)")
        }
        #expect(
            try cost(.fullyConnected, p, .broadcast, .direct, n, evaluator: evaluator).time.count == alpha + time(n))
    }

    @Test(arguments: [4, 16])
    func `Direct over a switch: a port sends its p-1 parts one after the other`(p: Int) throws {
        // Cut-through: two latencies, and every port, in or out, busy without a gap.
        let result = try cost(.singleSwitch, p, .allToAll, .direct, 4000 * p)
        #expect(result.time.count == 2 * alpha + (p - 1) * time(4000))
        #expect(result.sharesLinks && result.maximumLinkUtilization > 0.5)
    }

    @Test func `A torus: 2(p-1)(α + part/β) along each dimension, the part shrinking by its extent`() throws {
        let extents = [4, 3, 5]
        let n = 4000 * 60
        var part = n
        var expected = 0
        for extent in extents {
            part /= extent
            expected += 2 * (extent - 1) * (alpha + time(part))
        }
        for evaluator in NetworkAssumptions.Evaluator.allCases {
            let fabric = Sample.fabric(
                .grid(extents.map { Sample.axis(.bidirectionalRing, $0) }),
                NetworkAssumptions(algorithm: .perDimension, evaluator: evaluator))
            let result = try Sample.evaluate(fabric, Collective(.allReduce, bytes: Bytes(n), elementBytes: 4))
            #expect(result.time.count == expected && !result.sharesLinks)
        }
    }

    @Test func `A pipeline of chunks through a chain takes p - 2 + c steps`() throws {
        let (p, chunks) = (6, 10)
        let result = try cost(.line, p, .broadcast, .ring, 4000 * chunks) {
            $0.chunks = chunks
            $0.chunksInFlight = chunks
        }
        // The first chunk takes p - 1 steps of α + n/cβ, each further one follows after n/cβ.
        #expect(result.time.count == (p - 1) * (alpha + time(4000)) + (chunks - 1) * time(4000))
    }

    @Test func `Store-and-forward takes α + n/β for each hop, cut-through n/β once`() throws {
        for (switching, expected) in [
            (NetworkAssumptions.Switching.cutThrough, 5 * alpha + time(4000)),
            (.storeAndForward, 5 * (alpha + time(4000))),
        ] {
            for evaluator in NetworkAssumptions.Evaluator.allCases {
                let fabric = Sample.fabric(
                    .line, 6, NetworkAssumptions(switching: switching, evaluator: evaluator))
                let interconnect = try Interconnect(fabric, shape: [6])
                let cost = interconnect.cost(
                    of: Collective(.pointToPoint, bytes: Bytes(4000), elementBytes: 4), among: [[0, 5]])
                #expect(cost.time.count == expected && cost.linkBytes == Bytes(5 * 4000))
            }
        }
    }

    @Test func `Endpoint delays and additions are counted as stated`() throws {
        // 7 + 7 rounds on a ring of 8: a delay before the first and after each; additions in the first 7.
        let result = try cost(.ring, 8, .allReduce, .ring, 32_000) {
            $0.endpointDelay = Picoseconds(10_000)
            $0.reductionBytesPerSecond = 1e12
        }
        #expect(result.time.count == 14 * (alpha + time(4000)) + 15 * 10_000 + 7 * 12_000)
    }

    @Test func `Headers take time on the wire and no energy`() throws {
        var link = Sample.link
        link.packets = PacketFormat(header: 16, maximumPayload: 256)
        // 4000 bytes in 16 packets.
        #expect(link.occupancy(of: Bytes(4000)).count == time(4000 + 16 * 16))
        #expect(link.energy(of: Bytes(4000)) == Sample.link.energy(of: Bytes(4000)))
    }

    /// Figures that ASTRA-sim's analytical backends print (50 GiB/s, 500 ns, endpoint delay 10 ns, memory 1600 GB/s),
    /// which cut every term to whole nanoseconds: within one nanosecond for each of them.
    @Test(arguments: [
        ("[Ring]", [8], 1, NetworkAssumptions.Switching.cutThrough, 43_025),
        ("[Ring]", [8], 1, .storeAndForward, 43_025), ("[Ring]", [8], 100, .cutThrough, 3_597_142),
        ("[Switch]", [16], 1, .cutThrough, 68_710), ("[Switch]", [16], 1, .storeAndForward, 105_310),
        ("[Switch]", [16], 100, .cutThrough, 3_876_730), ("[Switch]", [16], 100, .storeAndForward, 7_538_830),
        ("[Ring, Ring]", [4, 4], 1, .cutThrough, 44_589), ("[Ring, Ring]", [4, 4], 100, .cutThrough, 3_852_576),
    ])
    func `Ring all-reduces take what ASTRA-sim says`(
        kinds: String, extents: [Int], mebibytes: Int, switching: NetworkAssumptions.Switching, nanoseconds: Int
    ) throws {
        let text = """
            topology: \(kinds)
            npus_count: \(extents)
            bandwidth: \(extents.map { _ in 50 })
            latency: \(extents.map { _ in 500 })
            """
        let algorithm = extents.count == 1 ? Algorithm.ring : .perDimension
        var fabric = try Fabric(yaml: text, file: "net.yml")
        fabric.assumptions = NetworkAssumptions(
            switching: switching, endpointDelay: Picoseconds(10_000), reductionBytesPerSecond: 1600e9,
            algorithm: algorithm)
        let result = try Sample.evaluate(
            fabric, Collective(.allReduce, bytes: Bytes(mebibytes << 20), elementBytes: 4))
        let terms = extents.reduce(0) { $0 + 2 * ($1 - 1) * 2 + 3 * ($1 - 1) }
        let difference = result.time.count / 1000 - nanoseconds
        #expect(abs(difference) <= terms, "\(result.time.count) ps against \(nanoseconds) ns")
    }
}
