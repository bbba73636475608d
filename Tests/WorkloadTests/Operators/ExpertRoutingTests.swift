import Testing
import Workload
import _SimulationTestSupport

@Suite struct ExpertRoutingTests {
    @Test(arguments: 0..<200)
    func `Every assignment goes to an expert, none more than once per token, in proportion`(seed: UInt64) {
        var generator = SeededGenerator(seed: 4000 + seed)
        let experts = generator.integer(1...12)
        let mixture = MixtureOfExperts(
            experts: experts, activeExperts: generator.integer(1...experts), expertIntermediateSize: 64)
        var weights = (0..<experts).map { _ in generator.flag() ? Double(generator.integer(1...1000)) : 1e-9 }
        // Some experts may never be chosen, as long as there are enough others.
        for index in mixture.activeExperts..<experts where generator.flag() { weights[index] = 0 }
        for tokens in [1, 2, 7, 100, 1023] {
            let loads = ExpertRouting.weighted(weights).loads(tokens: tokens, of: mixture)
            #expect(loads.reduce(0, +) == tokens * mixture.activeExperts, "seed \(seed)")
            #expect(loads.allSatisfy { (0...tokens).contains($0) }, "seed \(seed) \(loads)")
            for (load, weight) in zip(loads, weights) where weight == 0 { #expect(load == 0) }
            for (first, second) in zip(loads, weights).lazy.map({ $0 }).pairs where first.1 > second.1 {
                #expect(first.0 + 1 >= second.0, "seed \(seed): \(weights) \(loads)")
            }
        }
    }

    @Test func `Even loads are dealt out one by one, and equal weights are even`() {
        let mixture = MixtureOfExperts(experts: 8, activeExperts: 2, expertIntermediateSize: 64)
        #expect(ExpertRouting.uniform.loads(tokens: 5, of: mixture) == [2, 2, 1, 1, 1, 1, 1, 1])
        let equal = ExpertRouting.weighted(Array(repeating: 3, count: 8))
        for tokens in [1, 4, 5, 100] {
            #expect(
                equal.loads(tokens: tokens, of: mixture) == ExpertRouting.uniform.loads(tokens: tokens, of: mixture))
        }
    }

    @Test func `A popular expert gets every token and no more`() {
        let mixture = MixtureOfExperts(experts: 4, activeExperts: 2, expertIntermediateSize: 64)
        let loads = ExpertRouting.weighted([100, 1, 1, 1]).loads(tokens: 9, of: mixture)
        #expect(loads == [9, 3, 3, 3])
    }

    @Test func `Experts with equal loads are one piece of work`() {
        let work = ExpertWork(tokensOfExperts: [3, 0, 5, 3])
        #expect(work.loads == [.init(experts: 1, tokens: 5), .init(experts: 2, tokens: 3)])
        #expect(work.assignments == 11)
    }
}

extension Sequence {
    /// All ordered pairs of elements.
    fileprivate var pairs: [(Element, Element)] { flatMap { first in map { (first, $0) } } }
}
