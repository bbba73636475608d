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
    ///   - visit: told what happens, step by step; on each stage in the order of time.
    init(durations: [[[Int]]], transfers: [[Int]], visit: (PipelineEvent) -> Void = { _ in }) {
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
                        let exposed = max(begin, free[stage])..<arrival
                        exposedTransfers[stage] += exposed.count
                        visit(PipelineEvent(.waiting, step: step, microBatch: batch, stage: stage, span: exposed))
                        free[stage] = arrival
                    }
                    let duration = durations[batch][stage][step]
                    let pass = free[stage]..<free[stage] + duration
                    visit(PipelineEvent(.pass, step: step, microBatch: batch, stage: stage, span: pass))
                    free[stage] += duration
                    working[stage] += duration
                    guard stages > 1 else {
                        (begin, arrival) = (free[stage], free[stage])
                        continue
                    }
                    begin = max(free[stage], linkFree[stage])
                    arrival = begin + transfers[batch][stage]
                    linkFree[stage] = arrival
                    visit(
                        PipelineEvent(
                            .transfer, step: step, microBatch: batch, stage: (stage + 1) % stages, span: begin..<arrival
                        ))
                }
                back[batch] = (begin, arrival)
            }
        }
        for (batch, (begin, end)) in back.enumerated() {
            if end > free[0] {
                // The first stage, with nothing left to do, waits for the last tokens.
                let exposed = max(begin, free[0])..<end
                exposedTransfers[0] += exposed.count
                let step = durations[0][0].count - 1
                visit(PipelineEvent(.waiting, step: step, microBatch: batch, stage: 0, span: exposed))
                free[0] = end
            }
            latency = max(latency, end)
        }
    }
}

/// Something that happens on a stage of a pipeline.
struct PipelineEvent: Hashable {
    enum Kind: Hashable {
        /// A micro-batch passes through the stage.
        case pass
        /// What the stage needs next is on its way from the stage before, and the stage has nothing to do.
        case waiting
        /// What the stage needs is on its way, whatever the stage does meanwhile.
        case transfer
    }

    var kind: Kind
    var step: Int
    var microBatch: Int
    /// The stage; of a transfer the one that it leads to.
    var stage: Int
    /// From the start of the phase, in picoseconds.
    var span: Range<Int>

    init(_ kind: Kind, step: Int, microBatch: Int, stage: Int, span: Range<Int>) {
        self.kind = kind
        self.step = step
        self.microBatch = microBatch
        self.stage = stage
        self.span = span
    }
}
