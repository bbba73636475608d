import Documents
import Foundation
import MessagePassing
import Simulation

/// Simulates the points of a study on all ranks: each point whole on one rank.
///
/// The coordinator claims points in the store, hands them out as ranks become free and writes what comes back; a thread of
/// its process simulates points too. Which rank simulates a point, and when, has no influence on its result. Several
/// sweeps may share a store: a point belongs to whoever has claimed it, and what dead sweeps had claimed is claimed again.
///
/// Neighbouring points have most costs in common, so every rank goes through a section of the study, in runs of points as
/// long as there are plenty; when it is through, it takes from the end of what is left. A point that may be what sweeps
/// died of is tried for the last time when nothing else is in hand, so that it fails for nothing but itself.
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
    private let sweep: SweepIdentity
    private let communicator: any Communicator
    private let report: (Progress) -> Void
    private let local = LocalWorker()
    private var progress: Progress

    /// Claimed and not handed out, by the rank that they are meant for, the next one last.
    private var claimed: [[ClaimedPoint]]
    /// Handed out: identities by rank, the first of a run with its send to another rank.
    private var inHand: [[String: PendingSend?]]
    /// Whether what is in hand is the last attempt of a point.
    private var isLastAttempt = false
    /// Finished and not stored.
    private var finished: [(id: String, outcome: PointOutcome)] = []
    /// What is left of each rank's section: places of the study that have not been looked at for points to claim. What
    /// others give back before that is looked for at last.
    private var sections: [Range<Int>]
    /// Where the end of what is left begins: places from here on have been looked at.
    private var end: Int
    private var isStopped = false
    private var lastExchange = Date.distantPast

    /// Results are stored at least this often; a kill loses no more.
    private static let secondsBetweenExchanges = 0.1
    /// Messages of other ranks are looked for this often; what this process has finished interrupts the wait.
    private static let secondsBetweenPolls = 0.004
    /// While others hold the rest, the store is looked at this often.
    private static let secondsBetweenLooks = 0.25

    /// Creates the coordinator's side.
    ///
    /// - Parameters:
    ///   - study: registered in the store.
    ///   - shard: which of its points.
    ///   - attempts: how many sweeps may die with a point in hand before it counts as failed, at least 2.
    ///   - program: the version to note beside results.
    ///   - report: called after results have been stored.
    public init(
        _ study: String, shard: Shard = .whole, in store: ResultStore, attempts: Int = 3, program: String,
        on communicator: any Communicator, report: @escaping (Progress) -> Void
    ) throws {
        precondition(attempts >= 2, "the last attempt of a point is its second at the earliest")
        self.store = store
        sweep = SweepIdentity(study: study, shard: shard, attempts: attempts, program: program)
        self.communicator = communicator
        self.report = report
        inHand = Array(repeating: [:], count: communicator.size)
        claimed = Array(repeating: [], count: communicator.size)
        end = try store.places(study: study)
        let parts = BlockPartition(end, into: communicator.size)
        sections = (0..<communicator.size).map { parts[$0] }
        try store.reclaim(for: sweep)
        let counts = try store.counts(study: study, shard: shard)
        progress = Progress(
            total: counts.total, before: counts.finished, finished: 0, failed: 0, isWaiting: false)
    }

    /// The side of all other ranks: simulates what it is told until there is no more.
    public static func serve(on communicator: any Communicator) throws {
        let memory = RunMemory()
        while case .simulate(let run) = try communicator.receive(valueOf: FarmOrder.self, from: 0, tag: FarmOrder.tag) {
            for point in run {
                let outcome = StopSignal.isReceived ? nil : PointOutcome(of: point, memory: memory)
                try communicator.send(value: FarmReply(id: point.id, outcome: outcome), to: 0, tag: FarmReply.tag)
            }
        }
    }

    /// The coordinator's side.
    ///
    /// - Throws: ``InputError`` where the store cannot be written. What is finished and stored stays.
    public func run() throws -> Summary {
        defer { local.end() }
        report(progress)
        while try step() {}
        try exchange()
        try store.release(sweep.owner)
        for rank in 1..<max(communicator.size, 1) {
            try communicator.send(value: FarmOrder.end, to: rank, tag: FarmOrder.tag)
        }
        return Summary(
            counts: try store.counts(study: sweep.study, shard: sweep.shard), finished: progress.finished,
            isStopped: isStopped)
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
            for rank in claimed.indices { claimed[rank] = [] }
            for point in local.takeBack() { inHand[0][point.id] = nil }
            // The next signal may be the one that ends everything.
            if !finished.isEmpty { try exchange() }
            guard inHand.contains(where: { !$0.isEmpty }) else { return false }
        } else {
            try exchangeIfDue()
            try handOut()
            if claimed.allSatisfy(\.isEmpty) && inHand.allSatisfy(\.isEmpty) { return try lookForMore() }
        }
        // The other ranks have more points in hand: nobody waits for this.
        for (point, outcome) in local.takeFinished(waiting: Self.secondsBetweenPolls) {
            try take(FarmReply(id: point.id, outcome: outcome), from: 0)
        }
        return true
    }

    private func take(_ reply: FarmReply, from rank: Int) throws {
        // It has the run if it answers its first point: this does not wait.
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
        let wanted = claimed.indices.map { wantedClaims(of: $0) }
        let ranks = claimed.indices.filter { wanted[$0] > 0 }
        let isUrgent = ranks.contains { inHand[$0].isEmpty }
        guard elapsed >= Self.secondsBetweenExchanges || isUrgent else { return }
        // A heartbeat at least, now and then, while a long point is in hand.
        guard !finished.isEmpty || !ranks.isEmpty || elapsed > StoreOwner.silenceSeconds / 10 else { return }
        let new = try exchange(
            claiming: ranks.map { rank in
                sections[rank].isEmpty
                    ? .severalFromEnd(wanted[rank], before: end) : .several(wanted[rank], in: sections[rank])
            })
        for (rank, points) in zip(ranks, new) { receive(points, for: rank, wanted: wanted[rank]) }
    }

    private func receive(_ points: [ClaimedPoint], for rank: Int, wanted: Int) {
        claimed[rank] = points.reversed() + claimed[rank]
        let section = sections[rank]
        if section.isEmpty {
            end = points.count < wanted ? 0 : min(end, points.first?.position ?? 0)
        } else if points.count < wanted {
            sections[rank] = section.upperBound..<section.upperBound
        } else if let last = points.last {
            sections[rank] = last.position + 1..<section.upperBound
        }
    }

    /// As many points as last a rank without any until the next time, and no more: another sweep may want some too.
    private func wantedClaims(of rank: Int) -> Int {
        guard claimed[rank].isEmpty, !isLastAttempt,
            progress.before + progress.finished + finished.count < progress.total,
            !sections[rank].isEmpty || end > 0
        else { return 0 }
        return max(2, 4 * finished.count / communicator.size)
    }

    @discardableResult
    private func exchange(claiming claims: [ResultStore.Claim] = []) throws -> [[ClaimedPoint]] {
        let storing = finished
        let new = try store.exchange(finished: storing, claiming: claims, for: sweep)
        finished = []
        lastExchange = Date()
        progress.finished += storing.count
        progress.failed += storing.count { $0.outcome.result == nil }
        progress.isWaiting = false
        if !storing.isEmpty { report(progress) }
        return new
    }

    /// Nothing is in hand: is there anything that others have given up, or still hold?
    private func lookForMore() throws -> Bool {
        isLastAttempt = false
        try store.reclaim(for: sweep)
        // Idle ranks take over from the coordinator.
        claimed[0] = try exchange(claiming: [.several(2 * communicator.size)])[0].reversed()
        if claimed[0].isEmpty {
            claimed[0] = try exchange(claiming: [.lastAttempt])[0]
            isLastAttempt = !claimed[0].isEmpty
        }
        guard claimed[0].isEmpty else { return true }
        let counts = try store.counts(study: sweep.study, shard: sweep.shard)
        guard counts.running + counts.pending > 0 else { return false }
        progress.before = counts.finished - progress.finished
        progress.isWaiting = true
        report(progress)
        usleep(UInt32(Self.secondsBetweenLooks * 1e6))
        return true
    }

    // MARK: Ranks

    /// Every rank gets a run of its points, and a second one before it is through with the first, so that it need not wait
    /// for the coordinator. What is claimed lasts for some tenths of a second, and so a run for less. A rank without any
    /// takes over half of what the richest still has, from the end.
    private func handOut() throws {
        for fewest in 0...1 {
            for rank in inHand.indices.reversed() where inHand[rank].count <= fewest {
                if fewest == 0, claimed[rank].isEmpty { takeOver(rank) }
                guard claimed[rank].count > fewest else { continue }
                let run = Array(claimed[rank].suffix(max(claimed[rank].count / 4, 1)).reversed())
                claimed[rank].removeLast(run.count)
                try give(run, to: rank)
            }
        }
    }

    private func takeOver(_ rank: Int) {
        guard let richest = claimed.indices.max(by: { claimed[$0].count < claimed[$1].count }) else { return }
        let count = (claimed[richest].count + 1) / 2
        claimed[rank] = Array(claimed[richest].prefix(count))
        claimed[richest].removeFirst(count)
    }

    private func give(_ run: [ClaimedPoint], to rank: Int) throws {
        for point in run { inHand[rank][point.id] = .some(nil) }
        guard rank != communicator.rank else { return local.add(run) }
        let bytes = Array(try JSONEncoder().encode(FarmOrder.simulate(run)))
        inHand[rank][run[0].id] = try communicator.startSend(bytes, to: rank, tag: FarmOrder.tag)
    }
}
