/// A schedule on the chips of a group: every message with its way and its size, laid out for the evaluators.
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

    let schedule: Schedule
    let participants: Int
    /// For each round, repetitions apart, the index of its pattern.
    let patterns: [Int32]
    /// Messages of all patterns.
    let sends: [Send]
    /// Where the messages of each participant begin and end [pattern x (participants + 1)].
    let offsets: [Int32]
    /// How many messages each participant receives [pattern x participants].
    let expected: [Int32]
    /// Picoseconds that a participant takes to add a message, 0 where it only keeps it [pattern].
    let additionTimes: [Int]

    init(_ schedule: Schedule, chips: [Int], routes: RouteTable) {
        self.schedule = schedule
        participants = schedule.participants
        var patterns: [Int32] = []
        var sends: [Send] = []
        var offsets: [Int32] = []
        var expected: [Int32] = []
        for (pattern, round) in schedule.rounds.enumerated() {
            patterns += Array(repeating: Int32(pattern), count: round.repetitions)
            offsets += round.offsets.map { $0 + Int32(sends.count) }
            expected += round.expected
            for participant in 0..<participants {
                for index in Int(round.offsets[participant])..<Int(round.offsets[participant + 1]) {
                    let send = round.sends[index]
                    sends.append(
                        Send(
                            destination: send.destination,
                            size: routes.size(of: Int(send.count) * schedule.blockBytes),
                            route: routes.route(from: chips[participant], to: chips[Int(send.destination)])))
                }
            }
        }
        self.patterns = patterns
        self.sends = sends
        self.offsets = offsets
        self.expected = expected
        additionTimes = schedule.rounds.map { round in
            // All messages of a round that are added have one size.
            let blocks = round.adds ? Int(round.sends.first?.count ?? 0) : 0
            precondition(!round.adds || round.sends.allSatisfy { $0.count == blocks }, "one size of addition in a round")
            return routes.assumptions.reductionTime(of: blocks * schedule.blockBytes).count
        }
    }

    /// Rounds, repetitions counted.
    var rounds: Int { patterns.count }

    /// Calls `body` for each message of a pattern with the number of its repetitions.
    func forEachSend(_ body: (Send, _ repetitions: Int) -> Void) {
        let stride = participants + 1
        for (pattern, round) in schedule.rounds.enumerated() {
            let range = Int(offsets[pattern * stride])..<Int(offsets[pattern * stride + participants])
            for send in sends[range] { body(send, round.repetitions) }
        }
    }
}
