import Units

/// In which order an all-reduce adds up the vectors of its participants: the data side of its schedules.
///
/// Each participant holds its vector and does what the algorithm's schedules say: in a round, messages take what was there
/// when the round began, and what arrives is added in the order of the senders. Binary32 sums depend on that order, so
/// that results of another algorithm, or of another number of participants, differ in their last bits.
public struct ReductionOrder: Sendable {
    /// The algorithm.
    public let algorithm: Algorithm
    /// Elements of a vector.
    public let elements: Int
    private let participants: Int
    private let parts: [Part]

    /// A share of the vector that goes through a schedule of its own.
    private struct Part: Sendable {
        var range: Range<Int>
        var schedule: Schedule
    }

    /// The order of an algorithm.
    ///
    /// - Parameter chunks: parts of the vector that go through the algorithm one after the other.
    init(_ algorithm: Algorithm, elements: Int, elementBytes: Int, chunks: Int, layout: GroupLayout) {
        self.algorithm = algorithm
        self.elements = elements
        participants = layout.participants
        parts = (0..<elements).divided(into: max(1, min(chunks, elements))).flatMap { chunk in
            let schedules = algorithm.schedules(
                for: .allReduce, elements: chunk.count, elementBytes: elementBytes, layout: layout)
            return zip(chunk.divided(into: schedules.count), schedules).map(Part.init)
        }
    }

    /// Adds up vectors, one participant's behind the other's.
    ///
    /// - Parameter vectors: [participants x elements].
    /// - Returns: what every participant ends with [participants x elements].
    public func sums(_ vectors: [Float]) -> [Float] {
        precondition(vectors.count == participants * elements, "a vector of each participant")
        var held = vectors
        held.withUnsafeMutableBufferPointer { held in
            for part in parts { run(part, held) }
        }
        return held
    }

    private func run(_ part: Part, _ held: UnsafeMutableBufferPointer<Float>) {
        let schedule = part.schedule
        var messages: [Float] = []
        func range(_ send: Schedule.Send, _ repetition: Int) -> Range<Int> {
            let first = part.range.lowerBound + send.firstBlock(repetition: repetition) * schedule.blockElements
            let last = first + Int(send.count) * schedule.blockElements
            return min(first, part.range.upperBound)..<min(last, part.range.upperBound)
        }
        for round in schedule.rounds {
            for repetition in 0..<round.repetitions {
                messages.removeAll(keepingCapacity: true)
                for sender in 0..<participants {
                    for index in Int(round.offsets[sender])..<Int(round.offsets[sender + 1]) {
                        let sent = range(round.sends[index], repetition)
                        messages += held[sender * elements + sent.lowerBound..<sender * elements + sent.upperBound]
                    }
                }
                var place = 0
                for send in round.sends {
                    let sent = range(send, repetition)
                    let target = Int(send.destination) * elements
                    for element in sent {
                        held[target + element] =
                            round.adds ? held[target + element] + messages[place] : messages[place]
                        place += 1
                    }
                }
            }
        }
    }
}

extension Interconnect {
    /// In which order an all-reduce of a group adds, by the algorithm that it would use if all chips came together.
    ///
    /// - Parameters:
    ///   - elements: of the vector.
    ///   - elementBytes: of an element on its way.
    /// - Precondition: the group has at least two chips.
    public func reductionOrder(elements: Int, elementBytes: Int, among group: [Int]) -> ReductionOrder {
        let collective = Collective(.allReduce, bytes: Bytes(elements * elementBytes), elementBytes: elementBytes)
        return ReductionOrder(
            evaluate(collective, among: [group]).algorithm, elements: elements, elementBytes: elementBytes,
            chunks: assumptions.chunks, layout: layout(of: group))
    }
}
