import Units

/// When the stages of a pipeline work in a phase.
///
/// Micro-batch j of step s goes through the stages one after the other, and a stage takes micro-batches in their order:
///
///     start(s, j, k) = max(end of the pass before on stage k, arrival(s, j, k))
///     arrival(s, j, k) = end of the transfer of (s, j) from stage k - 1;   for k = 0, of its new tokens of step s - 1
///
/// A transfer begins when the pass has ended and the transfer before over the same links has; the chips go on meanwhile.
/// The phase ends when the last new token is back at the first stage.
struct PipelineTimeline: Equatable {
    /// From the start of the phase to its end.
    private(set) var latency = 0
    /// For each stage, the time it waits for a transfer that is under way, in picoseconds.
    private(set) var exposedTransfers: [Int]
    /// For each stage, the time of all its passes.
    private(set) var working: [Int]

    /// Runs a phase.
    ///
    /// - Parameters:
    ///   - durations: `[micro-batch][stage][step]`, in picoseconds.
    ///   - transfers: `[micro-batch][stage]`: from a stage to the next, and from the last to the first. No entries where
    ///     there is one stage.
    init(durations: [[[Int]]], transfers: [[Int]]) {
        let (batches, stages) = (durations.count, durations[0].count)
        exposedTransfers = Array(repeating: 0, count: stages)
        working = Array(repeating: 0, count: stages)
        var free = working
        var linkFree = working
        // When the tokens of a micro-batch are back at the first stage, and when the transfer that brought them began.
        var back = Array(repeating: (begin: 0, end: 0), count: batches)
        for step in durations[0][0].indices {
            for batch in 0..<batches {
                var (begin, arrival) = back[batch]
                for stage in 0..<stages {
                    if arrival > free[stage] {
                        exposedTransfers[stage] += arrival - max(begin, free[stage])
                        free[stage] = arrival
                    }
                    let duration = durations[batch][stage][step]
                    free[stage] += duration
                    working[stage] += duration
                    guard stages > 1 else {
                        (begin, arrival) = (free[stage], free[stage])
                        continue
                    }
                    begin = max(free[stage], linkFree[stage])
                    arrival = begin + transfers[batch][stage]
                    linkFree[stage] = arrival
                }
                back[batch] = (begin, arrival)
            }
        }
        for (begin, end) in back {
            if end > free[0] {
                // The first stage, with nothing left to do, waits for the last tokens.
                exposedTransfers[0] += end - max(begin, free[0])
                free[0] = end
            }
            latency = max(latency, end)
        }
    }
}
