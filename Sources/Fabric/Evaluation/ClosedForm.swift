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
struct ClosedForm {
    private let jobs: [ExchangeJob]
    private let routes: RouteTable
    /// When each hop of each way can serve the next message, and the sequence of jobs for which that holds.
    private var free: [(time: Int, sequence: Int)]

    init(_ jobs: [ExchangeJob], routes: RouteTable) {
        self.jobs = jobs
        self.routes = routes
        free = Array(repeating: (0, -1), count: routes.hops.count)
    }

    /// - Returns: when each participant of each job has finished.
    mutating func run() -> [[Int]] {
        var finishes = Array(repeating: [Int](), count: jobs.count)
        // Jobs that follow each other at every participant; other jobs are as if they were not there.
        for (sequence, first) in ExchangeJob.firstOfSequences(jobs).enumerated() {
            var arrivals = jobs[first].arrivals
            var next: Int? = first
            while let job = next {
                finishes[job] = run(jobs[job].schedule, arrivals: arrivals, sequence: sequence)
                next = jobs[job].successor
                if let next { arrivals = zip(finishes[job], jobs[next].arrivals).map(max) }
            }
        }
        return finishes
    }

    private mutating func run(_ schedule: PlacedSchedule, arrivals: [Int], sequence: Int) -> [Int] {
        let count = schedule.participants
        let delay = routes.assumptions.endpointDelay.count
        var time = arrivals.map { $0 + delay }
        // What arrives in a round, by receiver.
        var arrived: [Int] = []
        var place = Array(repeating: 0, count: count)
        for pattern in schedule.patterns.lazy.map(Int.init) {
            let expected = schedule.expected[pattern * count..<(pattern + 1) * count]
            var messages = 0
            for (participant, number) in expected.enumerated() {
                place[participant] = messages
                messages += Int(number)
            }
            if arrived.count < messages { arrived = Array(repeating: 0, count: messages) }
            for participant in 0..<count {
                let offset = pattern * (count + 1) + participant
                for index in Int(schedule.offsets[offset])..<Int(schedule.offsets[offset + 1]) {
                    let send = schedule.sends[index]
                    let receiver = Int(send.destination)
                    arrived[place[receiver]] = transmit(send, at: time[participant], sequence: sequence)
                    place[receiver] += 1
                }
            }
            for (participant, number) in expected.enumerated() where number > 0 {
                let range = place[participant] - Int(number)..<place[participant]
                let addition = schedule.additionTimes[pattern]
                if addition > 0, number > 1 { arrived[range].sort() }
                // Added one after the other as they arrive, once the participant is in the round.
                let ready = arrived[range].reduce(time[participant]) { max($0, $1) + addition }
                time[participant] = ready + delay
            }
        }
        return time
    }

    /// Sends a message over its way as if it were alone there but for earlier ones of the same two chips.
    private mutating func transmit(_ send: PlacedSchedule.Send, at now: Int, sequence: Int) -> Int {
        let network = routes.network
        let isCutThrough = routes.assumptions.switching == .cutThrough
        var head = now
        var tail = now
        for hop in Int(send.route.start)..<Int(send.route.end) {
            let kind = Int(network.channels[Int(routes.hops[hop])].kind)
            let occupancy = routes.occupancies[Int(send.size) * network.kinds.count + kind]
            let latency = network.kinds[kind].latency.count
            let start = max(isCutThrough ? head : tail, free[hop].sequence == sequence ? free[hop].time : 0)
            let left = max(start + occupancy, tail)
            free[hop] = (left, sequence)
            head = start + latency
            tail = left + latency
        }
        return tail
    }
}
