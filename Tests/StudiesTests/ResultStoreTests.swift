import Documents
import Foundation
import GRDB
import Testing

@testable import Studies

@Suite struct ResultStoreTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "store-\(UUID().uuidString)")
    private var path: String { folder.appending(path: "s.sqlite").path }

    init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

    private let sweep = SweepIdentity(study: "s", program: "1")

    private func claim(_ store: ResultStore, _ limit: Int, _ sweep: SweepIdentity) throws -> [ClaimedPoint] {
        try store.exchange(finished: [], claiming: [.several(limit)], for: sweep)[0]
    }

    private func finish(_ store: ResultStore, _ point: StudyPoint, _ outcome: PointOutcome) throws {
        _ = try store.exchange(finished: [(point.id, outcome)], claiming: [], for: sweep)
    }

    /// As if the process of every sweep had ended.
    private func killSweeps(of store: ResultStore) throws {
        try store.write { try $0.execute(sql: "UPDATE owner SET process = process + (1 << 40)") }
    }

    @Test func `A point is claimed once, whoever asks`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let points = try StudyPoint.samples(prompts: [4, 5, 6])
        let (first, second) = (try ResultStore(path: path, .writing), try ResultStore(path: path, .writing))
        try first.register(points, study: "s", retryingFailed: false)
        try second.register(points, study: "s", retryingFailed: false)
        let (one, two) = (sweep, SweepIdentity(study: "s", program: "1"))
        #expect(try claim(first, 2, one).map(\.id) == points[..<2].map(\.id))
        #expect(try claim(second, 2, two).map(\.id) == [points[2].id])
        #expect(try claim(first, 2, one).isEmpty)
        try first.release(one.owner)
        #expect(try claim(second, 9, two).map(\.id) == points[..<2].map(\.id))
    }

    @Test func `A point with two places in a study is claimed once, and claims go on from a place`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = try ResultStore(path: path, .writing)
        let points = try StudyPoint.samples(prompts: [4, 5, 4, 6])
        try store.register(points, study: "s", retryingFailed: false)
        #expect(try store.counts(study: "s").total == 3)
        func claim(from position: Int) throws -> [Int] {
            try store.exchange(finished: [], claiming: [.several(3, in: position..<Int.max)], for: sweep)[0].map(
                \.position)
        }
        #expect(try claim(from: 3) == [3])
        #expect(try claim(from: 0) == [0, 1])
        #expect(try claim(from: 0).isEmpty)
    }

    @Test func `Claims of several ranks begin at their sections and at the end, and share no point`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = try ResultStore(path: path, .writing)
        try store.register(StudyPoint.samples(prompts: Array(4..<14)), study: "s", retryingFailed: false)
        #expect(try store.places(study: "s") == 10 && store.places(study: "other") == 0)
        let claims = try store.exchange(
            finished: [],
            claiming: [.several(2, in: 0..<5), .several(9, in: 5..<7), .severalFromEnd(2, before: 9)], for: sweep)
        #expect(claims.map { $0.map(\.position) } == [[0, 1], [5, 6], [7, 8]])
        let rest = try store.exchange(
            finished: [], claiming: [.severalFromEnd(9, before: 10), .several(9)], for: sweep)
        #expect(rest.map { $0.map(\.position) } == [[2, 3, 4, 9], []])
    }

    @Test func `What an owner of an ended process had claimed is free again, what a living one has is not`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = try ResultStore(path: path, .writing)
        try store.register(StudyPoint.samples(prompts: [4, 5]), study: "s", retryingFailed: false)
        #expect(try claim(store, 1, sweep).count == 1)
        try store.reclaim(for: sweep)
        #expect(try store.counts(study: "s").running == 1)
        // The same number of a process that began at another time.
        try killSweeps(of: store)
        try store.reclaim(for: sweep)
        #expect(try store.counts(study: "s").pending == 2)
    }

    @Test func `An owner on another machine is dead after a long silence`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = try ResultStore(path: path, .writing)
        try store.register(StudyPoint.samples(prompts: [4]), study: "s", retryingFailed: false)
        #expect(try claim(store, 1, sweep).count == 1)
        try store.write { try $0.execute(sql: "UPDATE owner SET host = 'elsewhere'") }
        try store.reclaim(for: sweep)
        #expect(try store.counts(study: "s").running == 1)
        try store.write { try $0.execute(sql: "UPDATE owner SET heartbeat = heartbeat - 121") }
        try store.reclaim(for: sweep)
        #expect(try store.counts(study: "s").pending == 1)
    }

    @Test func `A result stays, whatever comes after it`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = try ResultStore(path: path, .writing)
        let points = try StudyPoint.samples(prompts: [4])
        try store.register(points, study: "s", retryingFailed: false)
        let outcome = PointOutcome(of: points[0].request)
        try finish(store, points[0], PointOutcome(error: "too hot"))
        #expect(try store.counts(study: "s").failed == 1)
        try store.register(points, study: "s", retryingFailed: false)
        #expect(try store.counts(study: "s").failed == 1)
        try store.register(points, study: "s", retryingFailed: true)
        #expect(try store.counts(study: "s").pending == 1)
        try finish(store, points[0], outcome)
        try finish(store, points[0], PointOutcome(error: "too late"))
        try store.register([], study: "s", retryingFailed: false)
        try store.register(points, study: "s", retryingFailed: true)
        #expect(try store.counts(study: "s") == ResultStore.Counts(done: 1))
        let stored = try store.read { try String.fetchOne($0, sql: "SELECT result FROM point") }
        #expect(stored == outcome.result)
    }

    @Test func `A point whose sweeps die is claimed by itself at last, and then has failed`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = try ResultStore(path: path, .writing)
        let points = try StudyPoint.samples(prompts: [4, 5])
        try store.register(points, study: "s", retryingFailed: false)
        for _ in 0..<2 {
            #expect(try claim(store, 1, sweep).map(\.id) == [points[0].id])
            try killSweeps(of: store)
            try store.reclaim(for: sweep)
        }
        // A sweep that gives back has not tried.
        #expect(try claim(store, 9, sweep).map(\.id) == [points[1].id])
        try store.release(sweep.owner)
        #expect(try claim(store, 9, sweep).map(\.id) == [points[1].id])
        let last = try store.exchange(finished: [], claiming: [.lastAttempt], for: sweep)[0]
        #expect(last.map(\.id) == [points[0].id])
        #expect(try store.exchange(finished: [], claiming: [.lastAttempt], for: sweep)[0].isEmpty)
        try store.reclaim(for: sweep)
        #expect(try store.counts(study: "s") == ResultStore.Counts(running: 2))
        try killSweeps(of: store)
        try store.reclaim(for: sweep)
        #expect(try store.counts(study: "s") == ResultStore.Counts(failed: 1, pending: 1))
        #expect(
            try store.failures(study: "s").map(\.error)
                == ["given up after 3 attempts: each time the sweep died with it in hand"])
        try store.register(points, study: "s", retryingFailed: true)
        #expect(try claim(store, 9, sweep).count == 2)
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
