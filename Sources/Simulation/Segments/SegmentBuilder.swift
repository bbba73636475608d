import Fabric
import Units
import Workload

/// Makes the segments of a micro-batch's pass through a stage on one chip, equal layers together.
///
/// All chips of a domain have the same segments with the same exchanges; only their operators differ in size.
struct SegmentBuilder {
    let model: TransformerModel
    let plan: Plan
    let stage: StageShape
    /// Bytes of a partial sum between chips.
    let partialSumBytes: Int
    /// What the chip holds.
    let seat: Seat
    /// The step of the chip's replica.
    let step: PhaseStep
    /// What the chip does of the experts.
    let experts: ExpertWork?
    /// What is sent to the experts of other chips.
    let dispatch: TokenDispatch?

    /// Its part of a layer that is not pruned.
    var shard: ShardShape { seat.shard }
    var isShared: Bool { plan.tensorParallel > 1 }
    var isSequenceParallel: Bool { plan.degrees.isSequenceParallel }

    /// The segments in order.
    func segments() -> [Segment] {
        guard seat.block == nil else { return gridSegments() }
        return embedding()
            + stage.layers.flatMap { layers in
                layer(layers.sort, count: layers.count).map { $0.with(blockPairs: layers.blockPairs) }
            } + head()
    }

    // MARK: Rows and exchanges

    /// Rows of a chip where tokens are divided over the group, padded to equal shares (Megatron-LM pads too).
    func share(of tokens: Int) -> Int { (tokens + plan.tensorParallel - 1) / plan.tensorParallel }

    /// Rows that norms and residual sums of a chip see.
    func rows(_ tokens: Int) -> Int { isSequenceParallel ? share(of: tokens) : tokens }

    /// Adds up partial sums: for every chip all of them, or with sequence parallelism its share of the tokens.
    func sum(_ tokens: Int, elementBytes: Int) -> Exchange? {
        guard isShared else { return nil }
        if isSequenceParallel { return scatter(tokens, elementBytes: elementBytes) }
        return Exchange(
            .allReduce, .tensor, bytes: tokens * model.hiddenSize * elementBytes, elementBytes: elementBytes)
    }

    /// Adds up partial sums and leaves each chip its share of the tokens.
    func scatter(_ tokens: Int, elementBytes: Int) -> Exchange? {
        guard isShared else { return nil }
        return Exchange(
            .reduceScatter, .tensor,
            bytes: share(of: tokens) * plan.tensorParallel * model.hiddenSize * elementBytes,
            elementBytes: elementBytes)
    }

    /// Gives every chip all tokens.
    func gather(_ tokens: Int) -> Exchange? {
        guard isShared else { return nil }
        return Exchange(
            .allGather, .tensor, bytes: share(of: tokens) * plan.tensorParallel * model.hiddenSize * 2,
            elementBytes: 2)
    }

    func segment(
        _ part: Segment.Part, _ operators: [Operator], _ count: Int, then exchange: Exchange?, canBeCut: Bool = false
    ) -> Segment {
        // From the last product on: what follows it in a parallel block is the sum of both halves.
        let cut =
            canBeCut && exchange != nil
            ? operators.lastIndex { if case .linear = $0.kind { true } else { false } } : nil
        return Segment(part: part, operators: operators, repetitions: count, exchange: exchange, cut: cut)
    }

    // MARK: Parts

    private func embedding() -> [Segment] {
        guard stage.isFirst else { return [] }
        return [
            segment(
                .embedding, model.embeddingOperators(shard: shard, step: step), 1,
                then: sum(step.tokens, elementBytes: 2))
        ]
    }

    private func head() -> [Segment] {
        guard stage.isLast else { return [] }
        let logits =
            isShared
            ? Exchange(.allGather, .tensor, bytes: step.headTokens * model.vocabularySize * 2, elementBytes: 2) : nil
        guard isSequenceParallel else {
            return [
                segment(.head, model.headOperators(shard: shard, step: step), 1, then: logits, canBeCut: true)
            ]
        }
        return [
            segment(
                .head, model.normOperators("final_norm", rows: rows(step.headTokens)), 1, then: gather(step.headTokens)),
            segment(
                .head, model.headOperators(shard: shard, step: step, withNorm: false), 1, then: logits, canBeCut: true),
        ]
    }

    private func layer(_ sort: LayerSort, count: Int) -> [Segment] {
        let shard = seat.part(ofLayers: sort).shard
        let isMixture = sort == .mixture
        if model.isParallelBlock { return parallelLayer(shard, isMixture: isMixture, count: count) }
        let sum = sum(step.tokens, elementBytes: partialSumBytes)
        var segments: [Segment] = []
        if isSequenceParallel {
            segments = [
                segment(
                    .attention, model.normOperators("attn_norm", rows: rows(step.tokens)), count,
                    then: gather(step.tokens))
            ]
        }
        segments.append(
            segment(
                .attention, model.attentionOperators(shard: shard, step: step, withNorm: !isSequenceParallel), count,
                then: sum, canBeCut: true))
        if isMixture, plan.sendsTokens {
            segments += sentExperts(count: count)
        } else {
            let residual = model.residualOperators(rows: rows(step.tokens))
            if isSequenceParallel {
                let norm = model.normOperators("ffn_norm", rows: rows(step.tokens))
                segments.append(segment(.feedForward, residual + norm, count, then: gather(step.tokens)))
            }
            let network = model.feedForwardOperators(
                shard: shard, step: step, isMixture: isMixture, withNorm: !isSequenceParallel, experts: experts)
            segments.append(
                segment(
                    .feedForward, (isSequenceParallel ? [] : residual) + network, count, then: sum,
                    canBeCut: !isMixture))
        }
        return segments + [residual(count)]
    }

    private func residual(_ count: Int) -> Segment {
        segment(.residual, model.residualOperators(rows: rows(step.tokens)), count, then: nil)
    }

    /// Both halves start from the block's input and are summed on the chip, so one exchange serves both.
    private func parallelLayer(_ shard: ShardShape, isMixture: Bool, count: Int) -> [Segment] {
        var segments: [Segment] = []
        if isSequenceParallel {
            // Norms with weights of their own are gathered each for itself.
            for index in 0..<min(2, model.normsPerLayer) {
                let norm = model.normOperators(index == 0 ? "attn_norm" : "ffn_norm", rows: rows(step.tokens))
                segments.append(segment(.attention, norm, count, then: gather(step.tokens)))
            }
        }
        let attention = model.attentionOperators(shard: shard, step: step, withNorm: !isSequenceParallel)
        let network = model.feedForwardOperators(
            shard: shard, step: step, isMixture: isMixture, withNorm: !isSequenceParallel && model.normsPerLayer > 1,
            experts: experts)
        segments.append(
            segment(
                .attention, attention + network + model.residualOperators(step: step), count,
                then: sum(step.tokens, elementBytes: partialSumBytes), canBeCut: !isMixture))
        return segments + [residual(count)]
    }
}
