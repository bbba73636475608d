import Testing
import _RandomTestSupport

@testable import Fabric

/// Runs schedules with data: whether an algorithm does what its collective says, apart from all times.
@Suite struct ScheduleTests {
    private static let layouts: [GroupLayout] =
        [2, 3, 4, 5, 6, 7, 8, 12, 16, 17, 31].map { GroupLayout(row: $0, kind: .ring) }
        + [[4, 4], [3, 5], [2, 3, 4], [8, 2]].map { extents in
            let topology = Topology.grid(extents.map { Sample.axis(.bidirectionalRing, $0) })
            return GroupLayout(of: Array(0..<extents.reduce(1, *)), in: topology)
        }
        + [Sample.topologies.first { $0.name == "rails" }!.topology].map { GroupLayout(of: Array(0..<12), in: $0) }

    /// How often each participant's contribution is in each block of each participant.
    private typealias Holdings = [[[Int]]]

    private func run(_ schedule: Schedule, _ start: Holdings) -> Holdings {
        var held = start
        for round in schedule.rounds {
            for repetition in 0..<round.repetitions {
                let before = held
                for participant in 0..<schedule.participants {
                    for index in Int(round.offsets[participant])..<Int(round.offsets[participant + 1]) {
                        let send = round.sends[index]
                        let receiver = Int(send.destination)
                        let first = send.firstBlock(repetition: repetition)
                        for block in first..<first + Int(send.count) {
                            let sent = before[participant][block]
                            held[receiver][block] =
                                round.adds ? zip(held[receiver][block], sent).map(+) : sent
                        }
                    }
                }
            }
        }
        return held
    }

    private func schedules(_ operation: Collective.Operation, _ algorithm: Algorithm, _ layout: GroupLayout)
        -> [Schedule]
    {
        guard algorithm.applies(to: operation, layout) else { return [] }
        return algorithm.schedules(for: operation, elements: 1000, elementBytes: 4, layout: layout)
    }

    @Test(arguments: Algorithm.allCases)
    func `After an all-reduce everyone has every contribution exactly once`(algorithm: Algorithm) {
        for layout in Self.layouts {
            for schedule in schedules(.allReduce, algorithm, layout) {
                let p = layout.participants
                let start = (0..<p).map { own in
                    Array(repeating: (0..<p).map { $0 == own ? 1 : 0 }, count: schedule.blocks)
                }
                let end = run(schedule, start)
                let wanted = Array(repeating: Array(repeating: 1, count: p), count: schedule.blocks)
                #expect(end.allSatisfy { $0 == wanted }, "\(algorithm) among \(layout.extents): \(end)")
            }
        }
    }

    @Test(arguments: Algorithm.allCases)
    func `Everyone ends with the same bits of a sum of numbers`(algorithm: Algorithm) {
        var generator = SeededGenerator(seed: 12)
        for layout in Self.layouts where algorithm.applies(to: .allReduce, layout) {
            for (elements, chunks) in [(1000, 1), (37, 3), (1, 4)] {
                let p = layout.participants
                let order = ReductionOrder(
                    algorithm, elements: elements, elementBytes: 4, chunks: chunks, layout: layout)
                let vectors = (0..<p * elements).map { _ in Float.random(in: -1...1, using: &generator) }
                let sums = order.sums(vectors)
                for participant in 1..<p {
                    let own = sums[participant * elements..<(participant + 1) * elements]
                    #expect(own.elementsEqual(sums.prefix(elements)), "\(algorithm) among \(layout.extents)")
                }
                for element in 0..<elements {
                    let exact = (0..<p).reduce(0.0) { $0 + Double(vectors[$1 * elements + element]) }
                    #expect(abs(Double(sums[element]) - exact) < 1e-5, "\(algorithm) among \(layout.extents)")
                }
            }
        }
    }

    @Test func `A ring adds each block along the ring, and pairs add by halves`() {
        let vectors: [Float] = [1, 1e8, -1e8, 3].flatMap { [Float](repeating: $0, count: 4) }
        func sums(_ algorithm: Algorithm) -> [Float] {
            let order = ReductionOrder(
                algorithm, elements: 4, elementBytes: 4, chunks: 1, layout: GroupLayout(row: 4, kind: .ring))
            return Array(order.sums(vectors).prefix(4))
        }
        // Block b starts at another participant: what is lost beside 1e8 depends on where.
        func along(_ first: Int) -> Float {
            (1..<4).reduce(vectors[first * 4]) { vectors[($1 + first) % 4 * 4] + $0 }
        }
        #expect(Set(sums(.ring)) == Set((0..<4).map(along)) && Set(sums(.ring)).count > 1)
        #expect(sums(.recursiveDoubling) == Array(repeating: (Float(1) + 1e8) + (Float(-1e8) + 3), count: 4))
    }

    @Test(arguments: Algorithm.allCases)
    func `After a reduce-scatter everyone has one block, and together all of them`(algorithm: Algorithm) {
        for layout in Self.layouts {
            for schedule in schedules(.reduceScatter, algorithm, layout) {
                let p = layout.participants
                let start = (0..<p).map { own in
                    Array(repeating: (0..<p).map { $0 == own ? 1 : 0 }, count: schedule.blocks)
                }
                let whole = Array(repeating: 1, count: p)
                let owned = run(schedule, start).map { blocks in blocks.indices.filter { blocks[$0] == whole } }
                #expect(owned.allSatisfy { $0.count == 1 }, "\(algorithm) among \(layout.extents): \(owned)")
                #expect(Set(owned.joined()).count == p, "\(algorithm) among \(layout.extents): \(owned)")
            }
        }
    }

    @Test(arguments: Algorithm.allCases)
    func `After an all-gather everyone has everyone's block`(algorithm: Algorithm) {
        for layout in Self.layouts {
            for schedule in schedules(.allGather, algorithm, layout) {
                let p = layout.participants
                // Who starts with which block is what a reduce-scatter by the same algorithm ends with.
                let owners = owners(algorithm, layout)
                let start = (0..<p).map { own in
                    (0..<schedule.blocks).map { block in (0..<p).map { $0 == own && owners[own] == block ? 1 : 0 } }
                }
                let end = run(schedule, start)
                let wanted = (0..<schedule.blocks).map { block in (0..<p).map { owners[$0] == block ? 1 : 0 } }
                #expect(end.allSatisfy { $0 == wanted }, "\(algorithm) among \(layout.extents)")
            }
        }
    }

    /// Block of each participant: in a grid the first dimension has the largest stride of blocks.
    private func owners(_ algorithm: Algorithm, _ layout: GroupLayout) -> [Int] {
        var extents = [layout.participants]
        if algorithm == .perDimension || algorithm == .bidirectionalPerDimension { extents = layout.extents }
        if algorithm == .hierarchical {
            let inner = layout.extents[..<layout.innerExtents].reduce(1, *)
            extents = [inner, layout.participants / inner]
        }
        return (0..<layout.participants).map { participant in
            var rest = participant
            return extents.reduce(0) { block, extent in
                defer { rest /= extent }
                return block * extent + rest % extent
            }
        }
    }

    @Test(arguments: [Algorithm.binomialTree, .ring, .direct])
    func `After a broadcast everyone has the first one's vector`(algorithm: Algorithm) {
        for layout in Self.layouts {
            for schedule in schedules(.broadcast, algorithm, layout) {
                let start = (0..<layout.participants).map { [[$0 == 0 ? 1 : 0]] }
                #expect(run(schedule, start).allSatisfy { $0 == [[1]] }, "\(algorithm) among \(layout.extents)")
            }
        }
    }

    @Test func `In an all-to-all every participant sends and receives the parts of all others`() {
        for layout in Self.layouts {
            let p = layout.participants
            for algorithm in Algorithm.allCases {
                for schedule in schedules(.allToAll, algorithm, layout) {
                    var received = Array(repeating: 0, count: p)
                    for round in schedule.rounds {
                        for send in round.sends { received[Int(send.destination)] += Int(send.count) }
                    }
                    // Along several dimensions a part travels several times.
                    let extents =
                        algorithm == .perDimension
                        ? layout.extents
                        : algorithm == .hierarchical
                            ? [layout.extents[0], p / layout.extents[0]] : [p]
                    let wanted = extents.reduce(0) { $0 + ($1 - 1) * (p / $1) }
                    #expect(received.allSatisfy { $0 == wanted }, "\(algorithm) among \(layout.extents): \(received)")
                }
            }
        }
    }

    @Test func `The estimate of messages is right within a factor of two`() {
        for layout in Self.layouts {
            for operation in Collective.Operation.allCases {
                for algorithm in Algorithm.allCases where algorithm.applies(to: operation, layout) {
                    let count = schedules(operation, algorithm, layout).reduce(0) { $0 + $1.messageCount }
                    let estimate = algorithm.messageEstimate(for: operation, layout)
                    #expect(
                        count <= 2 * estimate && estimate <= 2 * count + 2 * layout.participants,
                        "\(algorithm) \(operation) \(layout.extents): \(count), estimated \(estimate)")
                }
            }
        }
    }

    @Test func `The two binary trees have no common inner participant`() {
        for p in 3...64 {
            let layout = GroupLayout(row: p, kind: .ring)
            let trees = schedules(.allReduce, .doubleBinaryTree, layout)
            let inner = trees.map { schedule in
                Set(schedule.rounds.filter(\.adds).flatMap(\.sends).map(\.destination))
            }
            let both = inner[0].intersection(inner[1])
            // With an odd number one participant has to be inner twice or the trees would need another leaf.
            #expect(both.count <= (p.isMultiple(of: 2) ? 0 : 1), "\(p): \(inner)")
        }
    }
}
