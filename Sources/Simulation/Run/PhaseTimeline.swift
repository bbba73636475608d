import Fabric
import Units
import Workload

/// When things happen in a phase, from how long each chip takes for each segment.
///
/// Chips of a group start a segment together, because they end the one before with an exchange that completes for all at
/// the same time; so a segment lasts as long as its slowest chip. A chip's work does not depend on when it starts, hence
/// ranks need not meet at every exchange: one maximum over all ranks of the durations of all segments says when every
/// exchange of the phase begins. Integers, so the order of ranks cannot matter.
///
/// Pipeline stages pass the batch on, one after the other; after a decode step the new tokens go back to the first.
struct PhaseTimeline: Sendable {
    /// The slowest chip's duration of every segment, step by step, stage by stage.
    private(set) var slowest: [Int64]
    private let stageOffsets: [Int]
    private let segmentsPerStep: Int

    /// Creates a timeline for which no chip has reported yet.
    ///
    /// - Parameter segmentsPerStage: number of segments of each stage in a step.
    init(segmentsPerStage: [Int], steps: Int) {
        var offsets = [0]
        for count in segmentsPerStage { offsets.append((offsets.last ?? 0) + count) }
        stageOffsets = offsets
        segmentsPerStep = offsets.last ?? 0
        slowest = Array(repeating: 0, count: segmentsPerStep * steps)
    }

    /// Takes in a chip's durations.
    mutating func include(_ costs: SegmentCosts, stage: Int) {
        for (index, entry) in costs.entries.enumerated() {
            let position = position(of: index, stage: stage, perStep: costs.entriesPerStep)
            slowest[position] = max(slowest[position], Int64(entry.duration.count))
        }
    }

    /// Replaces the maxima of this rank by those over all ranks.
    mutating func replace(with maxima: [Int64]) {
        precondition(maxima.count == slowest.count, "maxima of the same segments")
        slowest = maxima
    }

    private func position(of index: Int, stage: Int, perStep: Int) -> Int {
        let (step, segment) = index.quotientAndRemainder(dividingBy: perStep)
        return step * segmentsPerStep + stageOffsets[stage] + segment
    }

    /// How long the stage's group works and exchanges in the phase: each segment lasts as long as its slowest chip.
    ///
    /// - Throws: ``InputError`` where the time cannot be counted.
    func busy(_ costs: SegmentCosts, stage: Int) throws -> Picoseconds {
        var time = Picoseconds.zero
        var elapsed = 0.0
        for (index, entry) in costs.entries.enumerated() {
            let slowest = slowest[position(of: index, stage: stage, perStep: costs.entriesPerStep)]
            elapsed += (Double(slowest) + Double(entry.exchange.time.count)) * Double(entry.repetitions)
            try UncountableTime.check(elapsed)
            time += (Picoseconds(Int(slowest)) + entry.exchange.time) * entry.repetitions
        }
        return time
    }
}
