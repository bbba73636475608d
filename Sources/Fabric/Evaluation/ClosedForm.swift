/// Exchanges message by message as if no two ways shared a link: the α–β costs of the textbooks, with arrivals.
///
/// A message over h hops takes `Σ α + max n/β` (cut-through) or `Σ (α + n/β)` (store-and-forward); messages of the same
/// two chips follow each other. A participant's time in a round is the latest of what it waits for:
///
///     t(r, s + 1) = max over messages m to r in round s of arrival(m)
///
/// and the additions after it, one after the other.
///
/// Equal to ``EventSimulation`` where no link is part of two ways, and never later elsewhere. It holds no queue and no
/// events: rounds in order, participants in order.
struct ClosedForm: ~Copyable {
    private let jobs: [ExchangeJob]
    private let routes: RouteTable
    private let kinds: Int
    private let endpointDelay: Int
    private let isCutThrough: Bool
    private let kindOfHop: UnsafeMutablePointer<Int32>
    private let latencies: UnsafeMutableBufferPointer<Int>
    private let occupancies: UnsafeMutableBufferPointer<Int>

    init(_ jobs: [ExchangeJob], routes: RouteTable) {
        self.jobs = jobs
        self.routes = routes
        kinds = routes.network.kinds.count
        endpointDelay = routes.assumptions.endpointDelay.count
        isCutThrough = routes.assumptions.switching == .cutThrough
        kindOfHop = routes.kindOfHop
        latencies = .allocate(capacity: kinds)
        _ = latencies.initialize(from: routes.network.kinds.lazy.map(\.latency.count))
        occupancies = .allocate(capacity: routes.occupancies.count)
        _ = occupancies.initialize(from: routes.occupancies)
    }

    deinit {
        latencies.deallocate()
        occupancies.deallocate()
    }

    /// - Returns: when each participant of each job has finished.
    func run() -> [[Int]] {
        var finishes = Array(repeating: [Int](), count: jobs.count)
        // Jobs that follow each other at every participant; other jobs are as if they were not there.
        for first in ExchangeJob.firstOfSequences(jobs) {
            let scratch = routes.newOwner()
            var arrivals = jobs[first].arrivals
            var next: Int? = first
            while let job = next {
                finishes[job] = run(jobs[job].schedule, arrivals: arrivals, scratch)
                next = jobs[job].successor
                if let next { arrivals = zip(finishes[job], jobs[next].arrivals).map(max) }
            }
        }
        return finishes
    }

    /// When each hop of each way can serve the next message of a sequence of jobs.
    private typealias Scratch = (id: Int32, free: UnsafeMutablePointer<Int>, owner: UnsafeMutablePointer<Int32>)

    private func run(_ schedule: PlacedSchedule, arrivals: [Int], _ scratch: Scratch) -> [Int] {
        let count = schedule.participants
        let (sends, offsets, expected) = (schedule.sends, schedule.offsets, schedule.expected)
        var time = arrivals.map { $0 + endpointDelay }
        // What arrives in a round, by receiver.
        var arrived: [Int] = []
        var place = Array(repeating: 0, count: count)
        for round in 0..<schedule.rounds {
            let pattern = Int(schedule.patterns[round])
            var messages = 0
            for participant in 0..<count {
                place[participant] = messages
                messages &+= Int(expected[pattern &* count &+ participant])
            }
            if arrived.count < messages { arrived = Array(repeating: 0, count: messages) }
            for participant in 0..<count {
                let offset = pattern &* (count &+ 1) &+ participant
                var next = Int(offsets[offset])
                let end = Int(offsets[offset &+ 1])
                while next < end {
                    let send = sends[next]
                    next &+= 1
                    let receiver = Int(send.destination)
                    arrived[place[receiver]] = transmit(send, at: time[participant], scratch)
                    place[receiver] &+= 1
                }
            }
            let addition = schedule.additionTimes[pattern]
            for participant in 0..<count {
                let number = Int(expected[pattern &* count &+ participant])
                guard number > 0 else { continue }
                let last = place[participant]
                if addition > 0, number > 1 { arrived[last &- number..<last].sort() }
                // Added one after the other as they arrive, once the participant is in the round.
                var ready = time[participant]
                for message in last &- number..<last { ready = max(ready, arrived[message]) &+ addition }
                time[participant] = ready &+ endpointDelay
            }
        }
        return time
    }

    /// Sends a message over its way as if it were alone there but for earlier ones of the same two chips.
    @inline(__always)
    private func transmit(_ send: PlacedSchedule.Send, at now: Int, _ scratch: Scratch) -> Int {
        var head = now
        var tail = now
        var hop = Int(send.route.start)
        let end = Int(send.route.end)
        while hop < end {
            let kind = Int(kindOfHop[hop])
            let occupancy = occupancies[Int(send.size) &* kinds &+ kind]
            let latency = latencies[kind]
            let start = max(isCutThrough ? head : tail, scratch.owner[hop] == scratch.id ? scratch.free[hop] : 0)
            let left = max(start &+ occupancy, tail)
            scratch.free[hop] = left
            scratch.owner[hop] = scratch.id
            head = start &+ latency
            tail = left &+ latency
            hop &+= 1
        }
        return tail
    }
}
