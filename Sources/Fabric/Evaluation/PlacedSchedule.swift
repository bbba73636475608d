/// A schedule on the chips of a group: every message with its way and its size, laid out for the evaluators.
///
/// The hot loops read it through pointers, which live as long as it does.
final class PlacedSchedule {
    /// A message of a participant in a round.
    struct Send {
        /// The receiving participant.
        var destination: Int32
        /// Index of its size.
        var size: Int32
        /// Its way.
        var route: RouteTable.Route
    }

    /// Participants of the group.
    let participants: Int
    /// For each round, repetitions apart, the index of its pattern.
    let patterns: UnsafeMutableBufferPointer<Int32>
    /// Messages of all patterns.
    let sends: UnsafeMutableBufferPointer<Send>
    /// Where the messages of each participant begin and end [pattern x (participants + 1)].
    let offsets: UnsafeMutableBufferPointer<Int32>
    /// How many messages each participant receives [pattern x participants].
    let expected: UnsafeMutableBufferPointer<Int32>
    /// Picoseconds that a participant takes to add a message, 0 where it only keeps it [pattern].
    let additionTimes: UnsafeMutableBufferPointer<Int>
    /// How often each pattern is repeated.
    let repetitions: [Int]
    /// Elements that participants add, all together.
    let additions: Int

    init(_ schedule: Schedule, chips: [Int], routes: RouteTable) {
        participants = schedule.participants
        repetitions = schedule.rounds.map(\.repetitions)
        additions = schedule.additions
        patterns = .allocate(capacity: repetitions.reduce(0, +))
        sends = .allocate(capacity: schedule.rounds.reduce(0) { $0 + $1.sends.count })
        offsets = .allocate(capacity: schedule.rounds.count * (participants + 1))
        expected = .allocate(capacity: schedule.rounds.count * participants)
        additionTimes = .allocate(capacity: schedule.rounds.count)
        var round = 0
        var send = 0
        for (pattern, source) in schedule.rounds.enumerated() {
            for _ in 0..<source.repetitions {
                patterns[round] = Int32(pattern)
                round += 1
            }
            let firstSend = Int32(send)
            for (index, offset) in source.offsets.enumerated() {
                offsets[pattern * (participants + 1) + index] = firstSend + offset
            }
            for (participant, number) in source.expected.enumerated() {
                expected[pattern * participants + participant] = number
            }
            for participant in 0..<participants {
                for message in source.sends[Int(source.offsets[participant])..<Int(source.offsets[participant + 1])] {
                    sends[send] = Send(
                        destination: message.destination,
                        size: routes.size(of: Int(message.count) * schedule.blockBytes),
                        route: routes.route(from: chips[participant], to: chips[Int(message.destination)]))
                    send += 1
                }
            }
            // All messages of a round that are added have one size.
            let blocks = source.adds ? Int(source.sends.first?.count ?? 0) : 0
            precondition(!source.adds || source.sends.allSatisfy { $0.count == blocks }, "one size of addition")
            additionTimes[pattern] = routes.assumptions.reductionTime(of: blocks * schedule.blockBytes).count
        }
    }

    deinit {
        patterns.deallocate()
        sends.deallocate()
        offsets.deallocate()
        expected.deallocate()
        additionTimes.deallocate()
    }

    /// Rounds, repetitions counted.
    var rounds: Int { patterns.count }

    /// Messages of all rounds.
    var messageCount: Int {
        repetitions.indices.reduce(0) { $0 + repetitions[$1] * sendsOfPattern($1).count }
    }

    /// Calls `body` for each message of a pattern with the number of its repetitions.
    func forEachSend(_ body: (Send, _ repetitions: Int) -> Void) {
        for pattern in repetitions.indices {
            for send in sends[sendsOfPattern(pattern)] { body(send, repetitions[pattern]) }
        }
    }

    private func sendsOfPattern(_ pattern: Int) -> Range<Int> {
        let first = pattern * (participants + 1)
        return Int(offsets[first])..<Int(offsets[first + participants])
    }
}
