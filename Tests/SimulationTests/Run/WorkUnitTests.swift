import Testing

@testable import Simulation

@Suite struct WorkUnitTests {
    @Test(arguments: [1, 2, 3, 5, 8, 40], [(1, 1), (1, 256), (3, 33), (4, 64), (7, 1000)])
    func `Ranks take contiguous units that together are every step of every kind once`(
        ranks: Int, work: (kinds: Int, steps: Int)
    ) {
        let units = WorkUnit.all(kinds: work.kinds, steps: work.steps)
        let own = (0..<ranks).map { WorkUnit.own(units, rank: $0, ranks: ranks) }
        let steps = own.joined().flatMap { unit in unit.steps.map { [unit.kind, $0] } }
        #expect(steps == (0..<work.kinds).flatMap { kind in (0..<work.steps).map { [kind, $0] } })
        #expect((own.map(\.count).max() ?? 0) - (own.map(\.count).min() ?? 0) <= 1)
    }

    @Test func `Blocks do not depend on the number of ranks`() {
        #expect(WorkUnit.all(kinds: 2, steps: 70).map(\.steps) == [0..<32, 32..<64, 64..<70, 0..<32, 32..<64, 64..<70])
    }
}
