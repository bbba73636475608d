import Fabric
import Units
import Workload

/// What a chip does between two exchanges with others.
struct Segment: Sendable {
    /// The part of the model it belongs to.
    enum Part: String, Sendable, Codable, CaseIterable {
        case embedding
        case attention
        case feedForward
        case residual
        case head
    }

    /// The part of the model it belongs to.
    var part: Part
    /// The operators in order.
    var operators: [Operator]
    /// How many equal ones the stage has, one for each layer.
    var repetitions: Int
    /// What the group exchanges afterwards.
    var exchange: SingleExchange?
}

extension TransformerModel {
    /// The segments of a pipeline stage in a step, equal layers together.
    ///
    /// - Parameter partialSumBytes: bytes of a partial sum between chips.
    func segments(
        of chipClass: Plan.ChipClass, in plan: Plan, step: PhaseStep, partialSumBytes: Int
    ) -> [Segment] {
        let shard = chipClass.shard
        let isShared = plan.tensorParallel > 1
        let hidden = step.tokens * hiddenSize
        let sum: SingleExchange? =
            isShared ? .allReduce(Bytes(hidden * partialSumBytes), elementBytes: partialSumBytes) : nil
        var segments: [Segment] = []
        if chipClass.stage == 0 {
            segments.append(
                Segment(
                    part: .embedding, operators: embeddingOperators(shard: shard, step: step), repetitions: 1,
                    exchange: isShared ? .allReduce(Bytes(hidden * 2), elementBytes: 2) : nil))
        }
        let layers = plan.stages[chipClass.stage].range
        let mixtures = layers.count { isMixture(layer: $0) }
        for (isMixture, count) in [(false, layers.count - mixtures), (true, mixtures)] where count > 0 {
            let attention = attentionOperators(shard: shard, step: step)
            if isParallelBlock {
                let network = feedForwardOperators(
                    shard: shard, step: step, isMixture: isMixture, withNorm: normsPerLayer > 1)
                // Both halves are summed on the chip, so one exchange serves both.
                segments.append(
                    Segment(
                        part: .attention, operators: attention + network + residualOperators(step: step),
                        repetitions: count, exchange: sum))
            } else {
                segments.append(
                    Segment(part: .attention, operators: attention, repetitions: count, exchange: sum))
                segments.append(
                    Segment(
                        part: .feedForward,
                        operators: residualOperators(step: step)
                            + feedForwardOperators(shard: shard, step: step, isMixture: isMixture),
                        repetitions: count, exchange: sum))
            }
            segments.append(
                Segment(part: .residual, operators: residualOperators(step: step), repetitions: count, exchange: nil))
        }
        if chipClass.stage == plan.stages.count - 1 {
            segments.append(
                Segment(
                    part: .head, operators: headOperators(shard: shard, step: step), repetitions: 1,
                    exchange: isShared ? .allGather(Bytes(step.headTokens * vocabularySize * 2)) : nil))
        }
        return segments
    }
}
