import Testing
import Workload
import _SimulationTestSupport

@testable import Simulation

@Suite struct DivisionTests {
    @Test(arguments: 0..<20)
    func `Lengths add up, differ by less than two units, and none is empty`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<300 {
            let parts = generator.integer(1...70)
            let total = generator.integer(parts...parts * generator.pick([1, 3, 50, 2000]))
            let groupSize = generator.pick([16, 32, 64, 128, 256])
            let lengths = Division.lengths(of: total, over: parts, groupSize: groupSize)
            #expect(lengths.count == parts && lengths.reduce(0, +) == total, "seed \(seed): \(total) over \(parts)")
            let shortest = lengths.min() ?? 0
            let longest = lengths.max() ?? 0
            #expect(shortest > 0, "seed \(seed): \(total) over \(parts) \(lengths)")
            #expect(longest - shortest < 32, "seed \(seed): \(total) over \(parts) \(lengths)")
        }
    }

    @Test func `A length that divides into whole groups is divided into equal ones`() {
        #expect(Division.lengths(of: 13824, over: 4, groupSize: 128) == [3456, 3456, 3456, 3456])
        #expect(Division.lengths(of: 13824, over: 8, groupSize: 128) == Array(repeating: 1728, count: 8))
        #expect(Division.lengths(of: 11008, over: 3, groupSize: 128) == [3680, 3664, 3664])
        #expect(Division.lengths(of: 100, over: 3, groupSize: 128) == [48, 32, 20])
        #expect(Division.lengths(of: 10, over: 4, groupSize: 128) == [3, 3, 2, 2])
        #expect(Division.lengths(of: 77, over: 1, groupSize: 128) == [77])
    }

    @Test func `A cut group counts as such unless the part ends where a group does`() {
        #expect(Division.offsets([1728, 1728, 1728], groupSize: 128) == [0, 0, 0])
        #expect(Division.offsets([192, 128, 128, 128], groupSize: 128) == [0, 64, 64, 64])
        #expect(Division.offsets([171, 170], groupSize: 128) == [0, 43])
        #expect(Division.offsets([128, 256], groupSize: 128) == [0, 0])
    }

    @Test(arguments: 0..<40)
    func `Heads are given out once each, and chips that share a KV head each have a copy`(seed: UInt64) {
        var generator = SeededGenerator(seed: 100 + seed)
        let model = TransformerModel.random(using: &generator)
        for parts in 1...model.attentionHeads {
            let heads = Division.heads(of: model, over: parts)
            #expect(heads.count == parts)
            #expect(heads.joined().reduce(0, +) == model.attentionHeads)
            #expect(heads.joined().allSatisfy { $0 > 0 && $0 <= model.queryHeadsPerKVHead })
            let counts = heads.map { $0.reduce(0, +) }
            let spread = (counts.max() ?? 0) - (counts.min() ?? 0)
            if parts <= model.kvHeads {
                #expect(spread <= model.queryHeadsPerKVHead, "seed \(seed)")
                #expect(heads.joined().count == model.kvHeads, "seed \(seed): no KV head is copied")
            } else {
                #expect(spread <= 1, "seed \(seed)")
                // A KV head is on as many chips as its query heads are.
                var chipOfHead: [Int] = []
                for (chip, count) in counts.enumerated() { chipOfHead += Array(repeating: chip, count: count) }
                let copies = (0..<model.kvHeads).reduce(0) { sum, kvHead in
                    let queries = model.queryHeadsPerKVHead
                    return sum + Set(chipOfHead[kvHead * queries..<(kvHead + 1) * queries]).count
                }
                #expect(heads.joined().count == copies, "seed \(seed), \(parts) chips: \(heads)")
            }
        }
    }
}
