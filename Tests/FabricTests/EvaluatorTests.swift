import Testing
import Units
import _RandomTestSupport

@testable import Fabric

/// The closed form against the event simulation.
@Suite struct EvaluatorTests {
    private struct Case {
        var name: String
        var fabric: Fabric
        var collective: Collective
        var arrivals: [Int]
    }

    private func cases(seed: UInt64, count: Int) -> [Case] {
        var generator = SeededGenerator(seed: seed)
        return (0..<count).map { _ in
            let sample = Sample.topologies.filter { ($0.topology.chips ?? 1) > 1 }.randomElement(using: &generator)!
            let chips = sample.topology.chips ?? 1
            let operation = Collective.Operation.allCases.randomElement(using: &generator)!
            let group = operation == .pointToPoint ? 2 : chips
            var assumptions = NetworkAssumptions(
                switching: Bool.random(using: &generator) ? .cutThrough : .storeAndForward,
                endpointDelay: Picoseconds(
                    Bool.random(using: &generator) ? 0 : Int.random(in: 1...50_000, using: &generator)),
                reductionBytesPerSecond: Bool.random(using: &generator) ? nil : 1e11,
                chunks: [1, 1, 2, 5].randomElement(using: &generator)!)
            let layout = GroupLayout(of: Array(0..<group), in: sample.topology)
            let applying = Algorithm.allCases.filter { $0.applies(to: operation, layout) }
            assumptions.algorithm = applying.randomElement(using: &generator)
            let skew = [0, 0, 1000, 1_000_000].randomElement(using: &generator)!
            return Case(
                name: sample.name, fabric: Sample.fabric(sample.topology, assumptions),
                collective: Collective(
                    operation, bytes: Bytes(Int.random(in: 1...200_000, using: &generator)),
                    elementBytes: [1, 2, 4].randomElement(using: &generator)!),
                arrivals: (0..<group).map { _ in Int.random(in: 0...skew, using: &generator) })
        }
    }

    private func evaluate(_ sample: Case, _ evaluator: NetworkAssumptions.Evaluator?) throws -> ExchangeResult {
        var fabric = sample.fabric
        fabric.assumptions.evaluator = evaluator
        return try Interconnect(fabric, shape: [fabric.chips ?? 0]).evaluate(
            sample.collective, among: [Array(sample.arrivals.indices)],
            arrivals: [sample.arrivals.map(Picoseconds.init)])
    }

    @Test func `Equal where no link is shared, and the closed form never later`() throws {
        let seed: UInt64 = 4
        var unshared = 0
        for (index, sample) in cases(seed: seed, count: 3000).enumerated() {
            let closed = try evaluate(sample, .closedForm)
            let event = try evaluate(sample, .event)
            let context =
                "seed \(seed) case \(index): \(sample.name) \(sample.collective) \(sample.fabric.assumptions) "
                + "arrivals \(sample.arrivals): closed form \(closed.time.count), events \(event.time.count)"
            #expect(closed.time <= event.time, "\(context)")
            if !closed.sharesLinks {
                unshared += 1
                #expect(closed.time == event.time, "\(context)")
            }
            #expect(closed.linkBytes == event.linkBytes && closed.energy == event.energy, "\(context)")
            #expect(event.maximumLinkUtilization <= 1, "\(context)")
        }
        #expect(unshared > 500)
    }

    @Test func `Evaluating again gives the same`() throws {
        for sample in cases(seed: 11, count: 100) {
            let first = try evaluate(sample, .event)
            let second = try evaluate(sample, .event)
            #expect(first.time == second.time && first.loads == second.loads)
        }
    }

    @Test func `More bandwidth is never slower on a way of its own`() throws {
        for sample in cases(seed: 5, count: 300) {
            let slow = try evaluate(sample, .closedForm)
            var faster = sample
            faster.fabric.topology = faster.fabric.topology.withLinks {
                var link = $0
                link.bytesPerSecond *= 2
                return link
            }
            #expect(try evaluate(faster, .closedForm).time <= slow.time)
        }
    }

    @Test func `Automatic choice is the fastest of all algorithms`() throws {
        for var sample in cases(seed: 6, count: 200) {
            sample.fabric.assumptions.algorithm = nil
            let chosen = try evaluate(sample, nil)
            let group = Array(sample.arrivals.indices)
            let interconnect = try Interconnect(sample.fabric, shape: [sample.fabric.chips ?? 0])
            for algorithm in interconnect.algorithms(for: sample.collective, among: group) {
                sample.fabric.assumptions.algorithm = algorithm
                let other = try evaluate(sample, nil)
                #expect(chosen.time <= other.time, "\(sample.name): \(chosen.algorithm) against \(algorithm)")
            }
        }
    }

    @Test func `Two groups on one ring share its links, and groups of a torus do not`() throws {
        let assumptions = NetworkAssumptions(algorithm: .ring)
        let collective = Collective(.allReduce, bytes: Bytes(64_000), elementBytes: 4)
        // Even chips and odd chips of a ring: every message takes two links, every link serves both groups.
        let ring = try Interconnect(Sample.fabric(.bidirectionalRing, 8, assumptions), shape: [8])
        let alone = ring.evaluate(collective, among: [[0, 2, 4, 6]])
        let together = ring.evaluate(collective, among: [[0, 2, 4, 6], [1, 3, 5, 7]])
        #expect(!alone.sharesLinks && together.sharesLinks && together.time > alone.time)
        #expect(together.linkBytes == alone.linkBytes * 2)
        let torus = try Interconnect(
            Sample.fabric(
                .grid([Sample.axis(.bidirectionalRing, 4), Sample.axis(.bidirectionalRing, 4)]), assumptions),
            shape: [16])
        let row = torus.evaluate(collective, among: [[0, 1, 2, 3]])
        let rows = torus.evaluate(collective, among: (0..<4).map { row in (0..<4).map { row * 4 + $0 } })
        #expect(!rows.sharesLinks && rows.time == row.time)
    }

    @Test func `A fabric without a number of chips is built to the shape of the system`() throws {
        let fabric = Fabric(name: "ring", topology: .grid([Axis(.ring, chips: nil, link: Sample.link)]))
        let interconnect = try Interconnect(fabric, shape: [4, 2, 1])
        let collective = Collective(.allReduce, bytes: Bytes(16_000), elementBytes: 4)
        let groups = [[0, 1, 2, 3], [4, 5, 6, 7]]
        #expect(interconnect.cost(of: collective, among: groups).time.count == 6 * (20_000 + 80_000))
        let send = Collective(.pointToPoint, bytes: Bytes(1000), elementBytes: 4)
        #expect(interconnect.cost(of: send, among: (0..<4).map { [$0, $0 + 4] }).time.count == 40_000)
        #expect(throws: (any Error).self) { try Interconnect(Sample.fabric(.ring, 8), shape: [4]) }
    }

    @Test func `Nothing is exchanged by one chip, and only differences of arrivals count`() throws {
        let interconnect = try Interconnect(Sample.fabric(.ring, 4), shape: [4])
        let collective = Collective(.allReduce, bytes: Bytes(16_000), elementBytes: 4)
        #expect(interconnect.cost(of: collective, among: [[2]]) == .none)
        let group = [[0, 1, 2, 3]]
        let plain = interconnect.cost(of: collective, among: group)
        let later = interconnect.cost(
            of: collective, among: group, arrivals: [Array(repeating: Picoseconds(77), count: 4)])
        #expect(plain == later)
        let skewed = interconnect.cost(
            of: collective, among: group, arrivals: [[0, 0, 500_000, 0].map(Picoseconds.init)])
        #expect(skewed.time > plain.time && skewed.time <= plain.time + Picoseconds(500_000))
    }

    @Test func `Groups that are alike cost what all of them cost together`() throws {
        var generator = SeededGenerator(seed: 21)
        var shared = 0
        for (name, topology) in Sample.topologies {
            let chips = topology.chips ?? 1
            for size in 2...8 where chips.isMultiple(of: size) && chips > size {
                for stride in [1, size, chips / size] where chips.isMultiple(of: size * stride) {
                    let groups = (0..<chips / size).map { number in
                        (0..<size).map { number / stride * stride * size + number % stride + $0 * stride }
                    }
                    let collective = Collective(
                        [.allReduce, .allToAll, .allGather].randomElement(using: &generator)!,
                        bytes: Bytes(Int.random(in: 1...50_000, using: &generator)), elementBytes: 4)
                    let late = Bool.random(using: &generator)
                    let times = (0..<size).map { _ in Picoseconds(Int.random(in: 0...3_000_000, using: &generator)) }
                    let arrivals = late ? groups.indices.map { $0 % 3 == 2 ? times.reversed() : times } : nil
                    let interconnect = try Interconnect(Sample.fabric(topology), shape: [chips])
                    let cost = interconnect.cost(of: collective, among: groups, arrivals: arrivals)
                    let whole = interconnect.evaluate(collective, among: groups, arrivals: arrivals)
                    let first = arrivals?.joined().min() ?? .zero
                    if whole.sharesLinks { shared += 1 }
                    // Each kind of group may take an algorithm of its own, so together they are never slower.
                    let context =
                        "\(name) \(size) \(stride) \(collective) \(late): \(cost) \(whole.time) \(whole.linkBytes)"
                    #expect(cost.time <= whole.time - first, "\(context)")
                    if Set(groups.map { interconnect.evaluate(collective, among: [$0]).algorithm }).count == 1, !late {
                        #expect(cost.time == whole.time && cost.linkBytes == whole.linkBytes, "\(context)")
                        #expect(abs(cost.energy.value - whole.energy.value) <= 1e-9 * whole.energy.value, "\(context)")
                    }
                }
            }
        }
        #expect(shared > 5)
    }

    @Test func `Different exchanges at the same time hold each other up where they share links`() throws {
        // Two rows of a 4 x 2 torus reduce while each chip of the first row sends to its partner in the second.
        let interconnect = try Interconnect(
            Sample.fabric(.grid([Sample.axis(.bidirectionalRing, 4), Sample.axis(.line, 2)])), shape: [8])
        let reduce = GroupExchange(
            Collective(.allReduce, bytes: Bytes(64_000), elementBytes: 4), among: [[0, 1, 2, 3], [4, 5, 6, 7]])
        let send = GroupExchange(
            Collective(.pointToPoint, bytes: Bytes(8_000), elementBytes: 4), among: (0..<4).map { [$0, $0 + 4] })
        let alone = [reduce, send].map { interconnect.evaluate([$0]).total }
        let together = interconnect.evaluate([reduce, send])
        #expect(!together.total.sharesLinks)
        #expect(together.parts.map(\.finish) == alone.map(\.time))
        #expect(together.total.linkBytes == alone[0].linkBytes + alone[1].linkBytes)
        // On a line of eight the hand-overs go through the links of the reductions.
        let line = try Interconnect(Sample.fabric(.line, 8), shape: [8])
        let apart = [reduce, send].map { line.evaluate([$0]).total }
        let shared = line.evaluate([reduce, send])
        #expect(shared.total.sharesLinks && shared.total.evaluator == .event)
        #expect(zip(shared.parts, apart).allSatisfy { $0.finish >= $1.time })
        #expect(zip(shared.parts, apart).contains { $0.finish > $1.time })
    }
}
