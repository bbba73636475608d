import Workload

/// What chips exchange in a phase: how often, and elements of the vectors, whatever network carries them.
public struct ExchangeCounts: Sendable, Hashable, Codable {
    /// Sums of partial results over the chips of a layer.
    public var sums = 0
    /// Elements of these sums, each vector counted once.
    public var sumElements = 0
    /// Times that the chips of the head put their logits together.
    public var gathers = 0
    /// Logits put together.
    public var gatherElements = 0
    /// Times that a stage hands residual vectors on to the next.
    public var handovers = 0
    /// Elements handed on.
    public var handoverElements = 0

    /// Nothing.
    public init() {}

    /// The exchanges of a phase, over all stages and steps.
    ///
    /// - Precondition: the plan has one replica, one micro-batch, and divides neither tokens nor experts.
    public init(_ request: RunRequest, plan: Plan, phase: PhaseStep.Phase) {
        precondition(
            plan.dataParallel == 1 && plan.microBatches == 1 && !plan.degrees.isSequenceParallel && plan.grid == nil
                && request.model.mixtureOfExperts == nil, "tensor and pipeline parallelism only")
        for step in request.steps(of: phase) {
            for stage in plan.stages.indices {
                let segments = SegmentBuilder(
                    model: request.model, plan: plan, stage: StageShape(stage, of: plan, request),
                    partialSumBytes: request.partialSumBits / 8, seat: plan.seats[0], step: step, experts: nil,
                    dispatch: nil
                ).segments()
                for segment in segments {
                    guard let collective = segment.exchange?.collective else { continue }
                    let elements = collective.bytes.count / collective.elementBytes * segment.repetitions
                    if collective.operation == .allReduce {
                        sums += segment.repetitions
                        sumElements += elements
                    } else {
                        gathers += segment.repetitions
                        gatherElements += elements
                    }
                }
            }
            handovers += plan.stages.count - 1
            handoverElements += (plan.stages.count - 1) * step.tokens * request.model.hiddenSize
        }
    }

    /// Adds other exchanges.
    public static func += (left: inout ExchangeCounts, right: ExchangeCounts) {
        left.sums += right.sums
        left.sumElements += right.sumElements
        left.gathers += right.gathers
        left.gatherElements += right.gatherElements
        left.handovers += right.handovers
        left.handoverElements += right.handoverElements
    }
}
