import Foundation
import Testing

@testable import Studies

@Suite struct ShardTests {
    @Test(arguments: ["", "1", "0/3", "4/3", "1/0", "-1/3", "1/3/3", "a/b", "1/"])
    func `What is not I of N is no shard`(text: String) {
        #expect(Shard(text) == nil)
    }

    @Test func `Every point is in one shard, shards differ by one point at most`() throws {
        let identities = (0..<100).map { PointRequest.identity(ofCanonicalText: "\($0)") }
        let turns = Shard.turns(of: identities + identities.reversed())
        #expect(turns.values.sorted() == Array(0..<100))
        for count in 1...12 {
            let shards = try (1...count).map { try #require(Shard("\($0)/\(count)")) }
            let sizes = shards.map { shard in turns.values.count { shard.hasTurn($0) } }
            #expect(sizes.reduce(0, +) == 100 && sizes.allSatisfy { $0 - (sizes.min() ?? 0) <= 1 })
            #expect(turns.values.allSatisfy { turn in shards.count { $0.hasTurn(turn) } == 1 })
        }
    }

    @Test func `A sweep of a shard claims, counts and retries its own points alone`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "shards-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = try ResultStore(path: folder.appending(path: "s.sqlite").path, .writing)
        let points = try StudyPoint.samples(prompts: Array(4...10))
        var claimed: Set<String> = []
        for (text, size) in [("1/3", 3), ("2/3", 2), ("3/3", 2)] {
            let shard = try #require(Shard(text))
            // Once more for each shard: whoever comes later has the whole study too.
            try store.register(points, study: "s", retryingFailed: false, shard: shard)
            let sweep = SweepIdentity(study: "s", shard: shard, program: "1")
            let own = try store.exchange(finished: [], claiming: [.several(9)], for: sweep)[0].map(\.id)
            #expect(own.count == size && claimed.isDisjoint(with: own))
            claimed.formUnion(own)
            #expect(try store.counts(study: "s", shard: shard) == ResultStore.Counts(running: size))
            _ = try store.exchange(
                finished: own.map { ($0, PointOutcome(error: "no")) }, claiming: [], for: sweep)
        }
        #expect(claimed == Set(points.map(\.id)))
        let second = try #require(Shard("2/3"))
        try store.register(points, study: "s", retryingFailed: true, shard: second)
        #expect(try store.counts(study: "s", shard: second) == ResultStore.Counts(pending: 2))
        #expect(try store.counts(study: "s") == ResultStore.Counts(failed: 5, pending: 2))
        #expect(try store.failures(study: "s", shard: second).isEmpty)
    }
}
