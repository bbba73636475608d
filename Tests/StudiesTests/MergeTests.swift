import Documents
import Foundation
import Testing

@testable import Studies

@Suite final class MergeTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "merge-\(UUID().uuidString)")
    private let sweep = SweepIdentity(study: "s", program: "1")

    init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(at: folder) }

    private func store(_ name: String, _ points: [StudyPoint], study: String = "s") throws -> ResultStore {
        let store = try ResultStore(path: folder.appending(path: name).path, .writing)
        if !points.isEmpty { try store.register(points, study: study, retryingFailed: false) }
        return store
    }

    private func finish(_ store: ResultStore, _ point: StudyPoint, _ outcome: PointOutcome) throws {
        _ = try store.exchange(finished: [(point.id, outcome)], claiming: [], for: sweep)
    }

    /// What an export sees.
    private func content(_ store: ResultStore) throws -> [[String]] {
        try store.points().map { point in
            let texts = [point.study, point.error, point.result].map { $0 ?? "none" }
            let columns = point.columns.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            return [point.id, point.state, "\(point.position ?? -1)"] + texts + columns
        }
    }

    @Test func `Merged shards are what one sweep would have left, in whatever order they come`() throws {
        let points = try StudyPoint.samples(prompts: [4, 5, 6, 7])
        let outcomes = points.map { PointOutcome(of: $0.request) }
        let whole = try store("whole", points)
        let parts = try [store("first", points), store("second", points)]
        for (index, point) in points.enumerated() {
            let outcome = index == 3 ? PointOutcome(error: "no") : outcomes[index]
            try finish(whole, point, outcome)
            try finish(parts[index % 2], point, outcome)
        }
        for (name, order) in [("ab", parts), ("ba", parts.reversed()), ("aba", parts + parts)] {
            let merged = try store(name, [])
            try merged.merge(order)
            #expect(try content(merged) == content(whole), "\(name)")
            #expect(try merged.studies() == ["s"])
            // What is missing of a shard is seen.
            #expect(try merged.counts(study: "s") == ResultStore.Counts(done: 3, failed: 1))
        }
    }

    @Test func `A result counts for more than a failure, and what is in hand elsewhere is not begun here`() throws {
        let points = try StudyPoint.samples(prompts: [4, 5])
        let outcome = PointOutcome(of: points[0].request)
        let (failed, done) = (try store("failed", points), try store("done", points))
        try finish(failed, points[0], PointOutcome(error: "no"))
        try finish(done, points[0], outcome)
        #expect(try done.exchange(finished: [], claiming: [.several(1)], for: sweep)[0].count == 1)
        for (name, order) in [("fd", [failed, done]), ("df", [done, failed])] {
            let merged = try store(name, [])
            try merged.merge(order)
            #expect(try merged.counts(study: "s") == ResultStore.Counts(done: 1, pending: 1), "\(name)")
        }
    }

    @Test func `Different results for one identity are an error that names both stores, and change nothing`() throws {
        let points = try StudyPoint.samples(prompts: [4, 5])
        let stores = try ["one", "two"].map { try store($0, points) }
        try finish(stores[0], points[1], PointOutcome(of: points[1].request))
        try finish(stores[1], points[1], PointOutcome(of: points[0].request))
        let merged = try store("merged", [])
        let error = try #require(throws: InputError.self) { try merged.merge(stores) }
        #expect(error.exitCode == 65 && error.file == stores[1].path)
        #expect(error.problem == "has another result than in \(stores[0].path) (model=gpt2 prompt=5)")
        #expect(try merged.points().isEmpty)
    }

    @Test func `Different versions of a study are an error, different studies share points`() throws {
        let merged = try store("merged", [])
        let first = try store("first", StudyPoint.samples(prompts: [4, 5]))
        let later = try store("later", StudyPoint.samples(prompts: [4, 6]))
        let longer = try store("longer", StudyPoint.samples(prompts: [4, 5, 6]))
        for (other, place) in [(later, 2), (longer, 3)] {
            let error = try #require(throws: InputError.self) { try merged.merge([first, other]) }
            #expect(error.problem == "has something else at place \(place) than the stores before it")
        }
        #expect(try merged.points().isEmpty)
        try merged.merge([first, try store("another", StudyPoint.samples(prompts: [4, 6]), study: "t")])
        #expect(try merged.studies() == ["s", "t"] && merged.points().count == 3)
    }
}
