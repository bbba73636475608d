/// Exchanges as events over links: every channel serves messages in the order in which their heads arrive; those that
/// arrive at the same time in the order in which they were sent, which the numbers of jobs and participants decide.
///
/// One event for each message and hop. A message occupies a channel from when it gets it until its last byte has left,
/// and its last byte cannot leave before it has arrived (virtual cut-through), so a slower link before holds up a faster
/// one behind it. Buffers hold any number of messages. Participants add what arrives one after the other, and what is for
/// a later round only once they are there.
struct EventSimulation: ~Copyable {
    /// A message on its way.
    private struct Message {
        /// The next hop, and the end of its hops.
        var hop: Int32
        var end: Int32
        /// The receiver among the participants of all jobs, and the round for which it is.
        var receiver: Int32
        var round: Int32
        var size: Int32
        /// When its last byte arrives at the vertex where it is.
        var tail: Int
    }

    private struct ChannelState {
        /// When it can serve the next message.
        var free: Int
        /// Latency to the next vertex.
        var latency: Int
        var kind: Int32
    }

    /// A participant of a job.
    private struct Participant {
        /// The round whose messages it waits for; -1 before the first, -2 before it arrives.
        var round: Int32
        var job: Int32
        /// When it has added all that it has received for the round.
        var added: Int
    }

    private struct Job {
        /// Its first participant among those of all jobs.
        var first: Int
        /// Messages received for each round and participant, while it runs [round x participant].
        var received: UnsafeMutablePointer<Int32>?
        /// Participants that have not finished.
        var running: Int
        // What the loop reads of its schedule, which the simulation keeps.
        let participants: Int
        let rounds: Int
        let patterns: UnsafePointer<Int32>
        let sends: UnsafePointer<PlacedSchedule.Send>
        let offsets: UnsafePointer<Int32>
        let expected: UnsafePointer<Int32>
        let additionTimes: UnsafePointer<Int>

        init(_ schedule: PlacedSchedule, first: Int) {
            self.first = first
            running = schedule.participants
            participants = schedule.participants
            rounds = schedule.rounds
            // A buffer without elements is not read.
            patterns = UnsafePointer(schedule.patterns.baseAddress!)
            sends = UnsafePointer(schedule.sends.baseAddress!)
            offsets = UnsafePointer(schedule.offsets.baseAddress!)
            expected = UnsafePointer(schedule.expected.baseAddress!)
            additionTimes = UnsafePointer(schedule.additionTimes.baseAddress!)
        }
    }

    private let jobs: [ExchangeJob]
    private let routes: RouteTable
    private let hops: UnsafeMutablePointer<Int32>
    private let occupancies: UnsafeMutableBufferPointer<Int>
    private let kinds: Int
    private let endpointDelay: Int
    private let isCutThrough: Bool
    private var queue = RadixQueue()
    private var channels: UnsafeMutableBufferPointer<ChannelState>
    private var participants: UnsafeMutableBufferPointer<Participant>
    private var finishes: UnsafeMutableBufferPointer<Int>
    private var states: UnsafeMutableBufferPointer<Job>
    private var messages: UnsafeMutableBufferPointer<Message>
    private var messageCount = 0
    /// The message that was last freed, or -1; the ones before it are chained by `hop`.
    private var freeMessage: Int32 = -1

    /// Prepares a simulation.
    init(_ jobs: [ExchangeJob], routes: RouteTable) {
        self.jobs = jobs
        self.routes = routes
        hops = routes.hops
        occupancies = .allocate(capacity: routes.occupancies.count)
        _ = occupancies.initialize(from: routes.occupancies)
        kinds = routes.network.kinds.count
        endpointDelay = routes.assumptions.endpointDelay.count
        isCutThrough = routes.assumptions.switching == .cutThrough
        channels = .allocate(capacity: routes.network.channels.count)
        for (index, channel) in routes.network.channels.enumerated() {
            channels[index] = ChannelState(
                free: 0, latency: routes.network.kinds[Int(channel.kind)].latency.count, kind: channel.kind)
        }
        let count = jobs.reduce(0) { $0 + $1.schedule.participants }
        participants = .allocate(capacity: count)
        finishes = .allocate(capacity: count)
        finishes.initialize(repeating: 0)
        states = .allocate(capacity: jobs.count)
        messages = .allocate(capacity: 1024)
        var first = 0
        for (index, job) in jobs.enumerated() {
            states.initializeElement(at: index, to: Job(job.schedule, first: first))
            for participant in first..<first + job.schedule.participants {
                participants[participant] = Participant(round: -2, job: Int32(index), added: 0)
            }
            first += job.schedule.participants
        }
    }

    deinit {
        for state in states { state.received?.deallocate() }
        occupancies.deallocate()
        channels.deallocate()
        participants.deallocate()
        finishes.deallocate()
        states.deallocate()
        messages.deallocate()
    }

    /// Runs all jobs to their end.
    ///
    /// - Returns: when each participant of each job has finished.
    mutating func run() -> [[Int]] {
        for job in ExchangeJob.firstOfSequences(jobs) {
            for (participant, arrival) in jobs[job].arrivals.enumerated() {
                start(states[job].first + participant, at: arrival)
            }
        }
        while let event = queue.pop() {
            if event.id < 0 {
                enterRounds(Int(~event.id), now: event.time)
            } else {
                let index = Int(event.id)
                if messages[index].hop == messages[index].end {
                    receive(index, now: event.time)
                } else {
                    transmit(index, now: event.time)
                }
            }
        }
        return jobs.enumerated().map { index, job in
            Array(finishes[states[index].first..<states[index].first + job.schedule.participants])
        }
    }

    private mutating func start(_ participant: Int, at time: Int) {
        let job = Int(participants[participant].job)
        if states[job].received == nil {
            let count = states[job].rounds * states[job].participants
            let received = UnsafeMutablePointer<Int32>.allocate(capacity: max(1, count))
            received.initialize(repeating: 0, count: count)
            states[job].received = received
        }
        participants[participant].round = -1
        queue.push(RadixQueue.Event(time: time &+ endpointDelay, id: ~Int32(participant)))
    }

    /// Sends the messages of the next round, and of those after it, as long as nothing has to be waited for.
    private mutating func enterRounds(_ index: Int, now: Int) {
        let job = Int(participants[index].job)
        let state = states[job]
        let count = state.participants
        let participant = index &- state.first
        var round = Int(participants[index].round) &+ 1
        while round < state.rounds {
            let pattern = Int(state.patterns[round])
            let offset = pattern &* (count &+ 1) &+ participant
            var next = Int(state.offsets[offset])
            let end = Int(state.offsets[offset &+ 1])
            while next < end {
                let send = state.sends[next]
                next &+= 1
                let message = newMessage()
                messages[message] = Message(
                    hop: send.route.start, end: send.route.end,
                    receiver: Int32(truncatingIfNeeded: state.first &+ Int(send.destination)),
                    round: Int32(truncatingIfNeeded: round), size: send.size, tail: now)
                transmit(message, now: now)
            }
            let expected = state.expected[pattern &* count &+ participant]
            if expected > 0 {
                // What came early is added now.
                let early = state.received?[round &* count &+ participant] ?? 0
                let added = now &+ Int(early) &* state.additionTimes[pattern]
                participants[index].round = Int32(truncatingIfNeeded: round)
                participants[index].added = added
                guard early == expected else { return }
                let ready = added &+ endpointDelay
                if ready > now {
                    queue.push(RadixQueue.Event(time: ready, id: ~Int32(index)))
                    return
                }
            }
            round &+= 1
        }
        finish(index, job: job, participant: participant, now: now)
    }

    private mutating func finish(_ index: Int, job: Int, participant: Int, now: Int) {
        finishes[index] = now
        states[job].running &-= 1
        if states[job].running == 0 {
            states[job].received?.deallocate()
            states[job].received = nil
        }
        if let successor = jobs[job].successor {
            start(states[successor].first &+ participant, at: max(now, jobs[successor].arrivals[participant]))
        }
    }

    @inline(__always)
    private mutating func newMessage() -> Int {
        if freeMessage >= 0 {
            let message = Int(freeMessage)
            freeMessage = messages[message].hop
            return message
        }
        if messageCount == messages.count { growMessages() }
        messageCount &+= 1
        return messageCount &- 1
    }

    private mutating func growMessages() {
        let larger = UnsafeMutableBufferPointer<Message>.allocate(capacity: messages.count * 2)
        _ = larger.update(fromContentsOf: messages)
        messages.deallocate()
        messages = larger
    }

    /// Puts a message on its next channel.
    @inline(__always)
    private mutating func transmit(_ index: Int, now: Int) {
        let message = messages[index]
        let channel = Int(hops[Int(message.hop)])
        let state = channels[channel]
        let start = max(now, state.free)
        let left = max(
            start &+ occupancies[Int(message.size) &* kinds &+ Int(state.kind)], isCutThrough ? message.tail : 0)
        channels[channel].free = left
        let tail = left &+ state.latency
        messages[index].hop = message.hop &+ 1
        messages[index].tail = tail
        let isLast = message.hop &+ 1 == message.end
        queue.push(
            RadixQueue.Event(
                time: isLast || !isCutThrough ? tail : start &+ state.latency, id: Int32(truncatingIfNeeded: index)))
    }

    /// A message is there as a whole.
    @inline(__always)
    private mutating func receive(_ index: Int, now: Int) {
        let message = messages[index]
        messages[index].hop = freeMessage
        freeMessage = Int32(truncatingIfNeeded: index)
        let receiver = Int(message.receiver)
        let participant = participants[receiver]
        let job = states[Int(participant.job)]
        let place = Int(message.round) &* job.participants &+ receiver &- job.first
        guard let received = job.received else { return }
        received[place] &+= 1
        guard message.round == participant.round else { return }
        let pattern = Int(job.patterns[Int(message.round)])
        let added = max(participant.added, now) &+ job.additionTimes[pattern]
        participants[receiver].added = added
        guard received[place] == job.expected[pattern &* job.participants &+ receiver &- job.first] else { return }
        let ready = added &+ endpointDelay
        if ready > now {
            queue.push(RadixQueue.Event(time: ready, id: ~Int32(truncatingIfNeeded: receiver)))
        } else {
            enterRounds(receiver, now: now)
        }
    }
}
