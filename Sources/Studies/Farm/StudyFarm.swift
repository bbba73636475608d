import Documents
import Foundation
import MessagePassing
import Simulation

/// Simulates the points of a study on all ranks: each point whole on one rank.
///
/// The coordinator claims points in the store, hands them out as ranks become free and writes what comes back; a thread of
/// its process simulates points too. Which rank simulates a point, and when, has no influence on its result. Several
/// sweeps may share a store: a point belongs to whoever has claimed it, and what dead sweeps had claimed is claimed again.
public final class StudyFarm {
    /// How far a sweep is.
    public struct Progress: Hashable, Sendable {
        /// Points of the study.
        public var total: Int
        /// Those that were finished before this sweep began.
        public var before: Int
        /// Those that this sweep has finished and stored.
        public var finished: Int
        /// Those of them that failed.
        public var failed: Int
        /// Whether nothing is left but points that another sweep has in hand.
        public var isWaiting: Bool
    }

    /// How a sweep ended.
    public struct Summary: Hashable, Sendable {
        /// The states of the study's points.
        public var counts: ResultStore.Counts
        /// Points that this sweep has finished.
        public var finished: Int
        /// Whether it was asked to end before it was through.
        public var isStopped: Bool
    }

    private let store: ResultStore
    private let study: String
    private let program: String
    private let communicator: any Communicator
    private let report: (Progress) -> Void
    private let owner = StoreOwner()
    private let local = LocalWorker()
    private var progress: Progress

    /// Claimed and not handed out, the next one last.
    private var claimed: [ClaimedPoint] = []
    /// Handed out: identities by rank, with the sends to other ranks.
    private var inHand: [[String: PendingSend?]]
    /// Finished and not stored.
    private var finished: [(id: String, outcome: PointOutcome)] = []
    private var isStopped = false
    private var lastExchange = Date.distantPast

    /// Results are stored at least this often; a kill loses no more.
    private static let secondsBetweenExchanges = 0.1
    /// While others hold the rest, the store is looked at this often.
    private static let secondsBetweenLooks = 0.25

    /// Creates the coordinator's side.
    ///
    /// - Parameters:
    ///   - study: registered in the store.
    ///   - program: the version to note beside results.
    ///   - report: called after results have been stored.
    public init(
        _ study: String, in store: ResultStore, program: String, on communicator: any Communicator,
        report: @escaping (Progress) -> Void
    ) throws {
        self.store = store
        self.study = study
        self.program = program
        self.communicator = communicator
        self.report = report
        inHand = Array(repeating: [:], count: communicator.size)
        try store.reclaim()
        let counts = try store.counts(study: study)
        progress = Progress(
            total: counts.total, before: counts.finished, finished: 0, failed: 0, isWaiting: false)
    }

    /// The side of all other ranks: simulates what it is told until there is no more.
    public static func serve(on communicator: any Communicator) throws {
        let memory = RunMemory()
        while case .simulate(let point) = try communicator.receive(valueOf: FarmOrder.self, from: 0, tag: FarmOrder.tag)
        {
            let outcome = StopSignal.isReceived ? nil : PointOutcome(of: point, memory: memory)
            try communicator.send(value: FarmReply(id: point.id, outcome: outcome), to: 0, tag: FarmReply.tag)
        }
    }

    /// The coordinator's side.
    ///
    /// - Throws: ``InputError`` where the store cannot be written. What is finished and stored stays.
    public func run() throws -> Summary {
        defer { local.end() }
        report(progress)
        while try step() {}
        try exchange(claiming: 0)
        try store.release(owner)
        for rank in 1..<max(communicator.size, 1) {
            try communicator.send(value: FarmOrder.end, to: rank, tag: FarmOrder.tag)
        }
        return Summary(
            counts: try store.counts(study: study), finished: progress.finished, isStopped: isStopped)
    }

    /// One round: take what is finished, store, claim, hand out.
    ///
    /// - Returns: whether there is more to do.
    private func step() throws -> Bool {
        while let rank = try communicator.pollMessage(tag: FarmReply.tag) {
            try take(communicator.receive(valueOf: FarmReply.self, from: rank, tag: FarmReply.tag), from: rank)
        }
        for (point, outcome) in local.takeFinished(waiting: 0) {
            try take(FarmReply(id: point.id, outcome: outcome), from: 0)
        }
        if StopSignal.isReceived { isStopped = true }
        if isStopped {
            claimed = []
            for point in local.takeBack() { inHand[0][point.id] = nil }
            // The next signal may be the one that ends everything.
            if !finished.isEmpty { try exchange(claiming: 0) }
            guard inHand.contains(where: { !$0.isEmpty }) else { return false }
        } else {
            try exchangeIfDue()
            try handOut()
            if claimed.isEmpty && inHand.allSatisfy(\.isEmpty) { return try lookForMore() }
        }
        // The other ranks have the next point already: nobody waits for this.
        for (point, outcome) in local.takeFinished(waiting: 0.001) {
            try take(FarmReply(id: point.id, outcome: outcome), from: 0)
        }
        return true
    }

    private func take(_ reply: FarmReply, from rank: Int) throws {
        // It has the order if it answers: this does not wait.
        if let send = inHand[rank].removeValue(forKey: reply.id) { try send?.wait() }
        guard let outcome = reply.outcome else {
            isStopped = true
            return
        }
        finished.append((reply.id, outcome))
    }

    // MARK: Store

    private func exchangeIfDue() throws {
        let elapsed = -lastExchange.timeIntervalSinceNow
        let wanted = wantedClaims
        guard elapsed >= Self.secondsBetweenExchanges || wanted > 0 && claimed.isEmpty && hasIdleRank else { return }
        // A heartbeat at least, now and then, while a long point is in hand.
        guard !finished.isEmpty || wanted > 0 || elapsed > StoreOwner.silenceSeconds / 10 else { return }
        try exchange(claiming: wanted)
    }

    private var hasIdleRank: Bool { inHand.contains(where: \.isEmpty) }

    /// As many points as last until the next time, and no more: another sweep may want some too.
    private var wantedClaims: Int {
        guard progress.before + progress.finished + finished.count < progress.total else { return 0 }
        let most = max(2 * communicator.size, 4 * finished.count)
        return claimed.count < communicator.size ? most - claimed.count : 0
    }

    private func exchange(claiming limit: Int) throws {
        let storing = finished
        let new = try store.exchange(
            finished: storing, claiming: limit, study: study, owner: owner, program: program)
        finished = []
        claimed = new.reversed() + claimed
        lastExchange = Date()
        progress.finished += storing.count
        progress.failed += storing.count { $0.outcome.result == nil }
        progress.isWaiting = false
        if !storing.isEmpty { report(progress) }
    }

    /// Nothing is in hand: is there anything that others have given up, or still hold?
    private func lookForMore() throws -> Bool {
        try store.reclaim()
        try exchange(claiming: max(2 * communicator.size, 1))
        guard claimed.isEmpty else { return true }
        let counts = try store.counts(study: study)
        guard counts.running + counts.pending > 0 else { return false }
        progress.before = counts.finished - progress.finished
        progress.isWaiting = true
        report(progress)
        usleep(UInt32(Self.secondsBetweenLooks * 1e6))
        return true
    }

    // MARK: Ranks

    /// Every rank gets one point, and while there are plenty a second one, so that it need not wait for the coordinator.
    private func handOut() throws {
        for depth in 1...2 {
            for rank in inHand.indices.reversed() where inHand[rank].count < depth {
                guard let point = claimed.last, depth == 1 || claimed.count > communicator.size else { break }
                claimed.removeLast()
                try give(point, to: rank)
            }
        }
    }

    private func give(_ point: ClaimedPoint, to rank: Int) throws {
        guard rank != communicator.rank else {
            inHand[rank][point.id] = .some(nil)
            return local.add(point)
        }
        let bytes = Array(try JSONEncoder().encode(FarmOrder.simulate(point)))
        inHand[rank][point.id] = try communicator.startSend(bytes, to: rank, tag: FarmOrder.tag)
    }
}
