import Accelerator
import Fabric
import Units
import Workload

/// What happens in one pass of a micro-batch through a stage, as it was simulated.
struct PassRecord {
    /// An operator on one chip, or a part of it.
    struct Work {
        var name: String
        /// From the start of the segment to its own, in cycles.
        var begin: Int
        var cost: OperatorCost
    }

    /// An exchange, from its last arrival.
    struct ExchangeSpan {
        var collective: Collective
        var begin: Picoseconds
        var end: Picoseconds
    }

    /// A segment; times count from its start.
    struct SegmentRecord {
        var part: Segment.Part
        var repetitions: Int
        /// By member of the pass.
        var work: [[Work]] = []
        /// When each member is done with its own work.
        var ends: [Picoseconds] = []
        var exchanges: [ExchangeSpan] = []
        var duration = Picoseconds.zero

        /// When the slowest chip is done with its own work.
        var slowest: Picoseconds { ends.max() ?? .zero }
    }

    var segments: [SegmentRecord] = []
    /// A chip's share of each exchange, with how often it takes place.
    var shares: [(share: ExchangeShare, count: Int)] = []

    var duration: Picoseconds { segments.reduce(.zero) { $0 + $1.duration * $1.repetitions } }

    // MARK: Recording

    /// A segment begins.
    mutating func begin(_ segment: Segment) {
        segments.append(SegmentRecord(part: segment.part, repetitions: segment.repetitions))
    }

    /// The next member of the pass begins its work of the segment.
    mutating func beginMember() { segments[segments.count - 1].work.append([]) }

    /// The member does an operator; begin counts in cycles from its start of the segment.
    mutating func add(_ name: String, begin: Int, cost: OperatorCost) {
        // Softmax and values are costed with the scores, as one attention block.
        guard cost.latencyCycles > 0 else { return }
        let (segment, member) = (segments.count - 1, segments[segments.count - 1].work.count - 1)
        segments[segment].work[member].append(Work(name: name, begin: begin, cost: cost))
    }

    /// A part of the segment's exchange is costed.
    mutating func add(_ share: ExchangeShare, of collective: Collective) {
        let last = segments.count - 1
        segments[last].exchanges.append(ExchangeSpan(collective: collective, begin: .zero, end: .zero))
        shares.append((share, segments[last].repetitions))
    }

    /// The segment ends.
    mutating func end(_ timing: SegmentTiming, ends: [[Picoseconds]]) {
        let last = segments.count - 1
        segments[last].ends = ends.map { $0.last ?? .zero }
        segments[last].duration = timing.duration
        for (part, span) in timing.exchanges.enumerated() {
            segments[last].exchanges[part].begin = span.lowerBound
            segments[last].exchanges[part].end = span.upperBound
        }
    }

    // MARK: Reading

    /// The segments in the order of time, with the layer from the stage's first, or nil outside of layers.
    ///
    /// The record has equal layers once; every layer ends with its residual sum.
    func forEachInOrder(_ body: (SegmentRecord, _ layer: Int?) -> Void) {
        var layer = 0
        var first = 0
        while first < segments.count {
            let segment = segments[first]
            guard segment.part != .embedding, segment.part != .head else {
                body(segment, nil)
                first += 1
                continue
            }
            let last = segments[first...].firstIndex { $0.part == .residual } ?? segments.count - 1
            for _ in 0..<segment.repetitions {
                for index in first...last { body(segments[index], layer) }
                layer += 1
            }
            first = last + 1
        }
    }
}

extension PassSimulator {
    /// What happens in one step of a kind of pass.
    mutating func record(
        of kind: PassKind, phase: PhaseStep.Phase, step: Int, chip: inout ChipSimulator
    ) throws -> PassRecord {
        record = PassRecord()
        defer { record = nil }
        let totals = try totals(of: kind, phase: phase, steps: CollectionOfOne(step), chip: &chip)
        guard let record else { preconditionFailure("a pass is recorded") }
        precondition(record.duration.count == totals.durations[0], "a record lasts as long as its pass")
        return record
    }
}
