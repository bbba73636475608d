/// Who sends what to whom, round by round: an algorithm for a group of participants, without times.
///
/// A participant enters a round once all messages that it expects in the rounds before have arrived; then it sends its
/// messages of the round, in order. Rounds of different participants are not synchronised otherwise. The vector is cut
/// into equal blocks, the last of which may be padding.
struct Schedule: Hashable, Sendable {
    /// p.
    let participants: Int
    /// Blocks of the vector.
    let blocks: Int
    /// Elements of a block.
    let blockElements: Int
    /// Bytes of a block.
    let blockBytes: Int
    /// The rounds in order.
    private(set) var rounds: [Round] = []

    /// A message of a participant in a round, block numbers as a function of the repetition.
    struct Send: Hashable, Sendable {
        /// The receiving participant.
        var destination: Int32
        /// Blocks `base + ((first + step * repetition) mod modulus) * count` and the `count - 1` after it are sent.
        var base: Int32 = 0
        var first: Int32 = 0
        var step: Int32 = 0
        var modulus: Int32 = 1
        var count: Int32

        /// The first block that is sent in a repetition of the round.
        func firstBlock(repetition: Int) -> Int {
            let modulus = Int(modulus)
            let place = (Int(first) + Int(step) * repetition) % modulus
            return Int(base) + (place < 0 ? place + modulus : place) * Int(count)
        }
    }

    /// Equal rounds, one after the other.
    struct Round: Hashable, Sendable {
        /// How often it is repeated.
        var repetitions: Int
        /// Whether receivers add what arrives to what they have; else it takes its place.
        var adds: Bool
        /// All messages, by sender.
        var sends: [Send]
        /// Where the messages of each participant begin, and the end [participants + 1].
        var offsets: [Int32]
        /// How many messages each participant receives.
        var expected: [Int32]
    }

    /// Creates a schedule without rounds.
    ///
    /// - Parameters:
    ///   - elements: of the whole vector.
    ///   - blocks: into which it is cut; their size is rounded up to whole elements.
    init(participants: Int, elements: Int, elementBytes: Int, blocks: Int) {
        self.participants = participants
        self.blocks = blocks
        blockElements = (elements + blocks - 1) / blocks
        blockBytes = blockElements * elementBytes
    }

    /// Adds a round, repeated, or nothing if it is repeated no times.
    ///
    /// - Parameter messages: appends what a participant sends.
    mutating func addRound(repetitions: Int = 1, adds: Bool, messages: (_ participant: Int, inout [Send]) -> Void) {
        guard repetitions > 0 else { return }
        var round = Round(
            repetitions: repetitions, adds: adds, sends: [], offsets: [0],
            expected: Array(repeating: 0, count: participants))
        for participant in 0..<participants {
            messages(participant, &round.sends)
            round.offsets.append(Int32(round.sends.count))
        }
        for send in round.sends { round.expected[Int(send.destination)] += 1 }
        rounds.append(round)
    }

    /// Messages of all rounds.
    var messageCount: Int { rounds.reduce(0) { $0 + $1.repetitions * $1.sends.count } }

    /// Elements that participants add, all together.
    var additions: Int {
        rounds.filter(\.adds).reduce(0) { total, round in
            total + round.repetitions * round.sends.reduce(0) { $0 + Int($1.count) } * blockElements
        }
    }
}
