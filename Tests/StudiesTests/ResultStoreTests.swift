import Documents
import Foundation
import GRDB
import Testing
import _SimulationTestSupport

@testable import Studies

@Suite struct ResultStoreTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "store-\(UUID().uuidString)")
    private var path: String { folder.appending(path: "s.sqlite").path }

    init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

    private func points(_ prompts: [Int]) throws -> [StudyPoint] {
        try prompts.map { prompt in
            let study = try Study(
                yaml: "base: {model: gpt2, prompt: \(prompt)}", file: "s.yaml", keys: StudyTests.keys)
            return try StudyPoint(study.points[0], request: .tile(.sample("gpt2", prompt: prompt, generate: 1)))
        }
    }

    private func claim(_ store: ResultStore, _ limit: Int, _ owner: StoreOwner) throws -> [ClaimedPoint] {
        try store.exchange(finished: [], claiming: limit, study: "s", owner: owner, program: "1")
    }

    @Test func `A point is claimed once, whoever asks`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let points = try points([4, 5, 6])
        let (first, second) = (try ResultStore(path: path, .writing), try ResultStore(path: path, .writing))
        try first.register(points, study: "s", retryingFailed: false)
        try second.register(points, study: "s", retryingFailed: false)
        let (one, two) = (StoreOwner(), StoreOwner())
        #expect(try claim(first, 2, one).map(\.id) == points[..<2].map(\.id))
        #expect(try claim(second, 2, two).map(\.id) == [points[2].id])
        #expect(try claim(first, 2, one).isEmpty)
        try first.release(one)
        #expect(try claim(second, 9, two).map(\.id) == points[..<2].map(\.id))
    }

    @Test func `What an owner of an ended process had claimed is free again, what a living one has is not`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = try ResultStore(path: path, .writing)
        try store.register(points([4, 5]), study: "s", retryingFailed: false)
        let owner = StoreOwner()
        #expect(try claim(store, 1, owner).count == 1)
        try store.reclaim()
        #expect(try store.counts(study: "s").running == 1)
        // The same number of a process that began at another time.
        try store.write { try $0.execute(sql: "UPDATE owner SET process = process + (1 << 40)") }
        try store.reclaim()
        #expect(try store.counts(study: "s").pending == 2)
    }

    @Test func `An owner on another machine is dead after a long silence`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = try ResultStore(path: path, .writing)
        try store.register(points([4]), study: "s", retryingFailed: false)
        #expect(try claim(store, 1, StoreOwner()).count == 1)
        try store.write { try $0.execute(sql: "UPDATE owner SET host = 'elsewhere'") }
        try store.reclaim()
        #expect(try store.counts(study: "s").running == 1)
        try store.write { try $0.execute(sql: "UPDATE owner SET heartbeat = heartbeat - 121") }
        try store.reclaim()
        #expect(try store.counts(study: "s").pending == 1)
    }

    @Test func `A result stays, whatever comes after it`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = try ResultStore(path: path, .writing)
        let points = try points([4])
        try store.register(points, study: "s", retryingFailed: false)
        let outcome = PointOutcome(of: points[0].request)
        func finish(_ outcome: PointOutcome) throws {
            _ = try store.exchange(
                finished: [(points[0].id, outcome)], claiming: 0, study: "s", owner: StoreOwner(), program: "1")
        }
        try finish(PointOutcome(error: "too hot"))
        #expect(try store.counts(study: "s").failed == 1)
        try store.register(points, study: "s", retryingFailed: false)
        #expect(try store.counts(study: "s").failed == 1)
        try store.register(points, study: "s", retryingFailed: true)
        #expect(try store.counts(study: "s").pending == 1)
        try finish(outcome)
        try finish(PointOutcome(error: "too late"))
        try store.register([], study: "s", retryingFailed: false)
        try store.register(points, study: "s", retryingFailed: true)
        #expect(try store.counts(study: "s") == ResultStore.Counts(done: 1))
        let stored = try store.read { try String.fetchOne($0, sql: "SELECT result FROM point") }
        #expect(stored == outcome.result)
    }

    @Test func `A file that is no store is refused with what it is`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data("hello, this is no database at all".utf8).write(to: URL(fileURLWithPath: path))
        #expect(throws: InputError.self) { try ResultStore(path: path, .writing) }
        #expect(!ResultStore.isStore(path))
        try FileManager.default.removeItem(atPath: path)
        try DatabaseQueue(path: path).write { try $0.execute(sql: "CREATE TABLE t (a)") }
        let error = #expect(throws: InputError.self) { try ResultStore(path: path, .writing) }
        #expect(error?.problem == "is a database of another program" && error?.exitCode == 65)
        #expect(ResultStore.isStore(path))
        let missing = #expect(throws: InputError.self) { try ResultStore(path: path + "x", .reading) }
        #expect(missing?.exitCode == 66)
    }
}
