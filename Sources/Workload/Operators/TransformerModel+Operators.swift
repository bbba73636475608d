/// The operators of a step, layer half by layer half: between two of them a tensor-parallel group exchanges sums.
///
/// `shard` is what one chip holds; ``ShardShape/init(whole:)`` gives the undivided model. Matrices whose outputs are
/// divided (q, k, v, gate, up, head) are followed by those whose inputs are (o, down), so that one all-reduce per half
/// suffices (Megatron-LM, Shoeybi et al. 2019, arXiv:1909.08053).
extension TransformerModel {
    /// The embedding look-up.
    ///
    /// Rows of the table are divided over the group; each chip looks up its share of an even spread.
    public func embeddingOperators(shard: ShardShape, step: PhaseStep) -> [Operator] {
        let rows = (step.tokens * shard.vocabularyRows + vocabularySize - 1) / vocabularySize
        var positions = 0
        if case .learned = position { positions = (step.tokens + shard.groupSize - 1) / shard.groupSize }
        return [Operator("embedding", .embedding(rows: rows, positionRows: positions, width: hiddenSize))]
    }

    /// A norm over rows of the hidden vector or, where it is divided too, of a part of it.
    public func normOperators(_ name: String, rows: Int, width: Int? = nil) -> [Operator] {
        [Operator(name, .norm(normalization, rows: rows, width: width ?? hiddenSize))]
    }

    /// The attention half of a layer up to the output projection, its residual sum excluded.
    ///
    /// - Parameter withNorm: false where the norm runs elsewhere, on other rows.
    public func attentionOperators(shard: ShardShape, step: PhaseStep, withNorm: Bool = true) -> [Operator] {
        let names = LayerNames(family: family)
        let tokens = step.tokens
        let queryWidth = shard.queryHeads * headDimension
        let keyWidth = shard.kvHeads * headDimension
        func projection(_ name: String, _ outputs: Int) -> Operator {
            Operator(
                name,
                .linear(
                    Linear(outputs: outputs, inputs: hiddenSize, tokens: tokens, hasBias: hasQueryKeyValueBias)))
        }
        return (withNorm ? normOperators("attn_norm", rows: tokens) : [])
            + [
                projection(names.queryKeyValue.query, queryWidth), projection(names.queryKeyValue.key, keyWidth),
                projection(names.queryKeyValue.value, keyWidth),
            ] + headwiseOperators(shard: shard, step: step)
            + [
                Operator(
                    names.output,
                    .linear(
                        Linear(
                            outputs: hiddenSize, inputs: queryWidth, inputOffset: shard.offsets.attentionOutput,
                            tokens: tokens, hasBias: hasAttentionOutputBias, isPartial: shard.groupSize > 1)))
            ]
    }

    /// What each head does between its projections: norms, rotation, the cache, attention itself.
    func headwiseOperators(shard: ShardShape, step: PhaseStep) -> [Operator] {
        let tokens = step.tokens
        var operators: [Operator] = []
        if hasQueryKeyNorm {
            operators.append(
                Operator(
                    "qk_norm",
                    .norm(normalization, rows: tokens * (shard.queryHeads + shard.kvHeads), width: headDimension)))
        }
        if case .rotary(let dimensions) = position {
            operators.append(
                Operator(
                    "rope",
                    .rope(
                        rows: tokens * (shard.queryHeads + shard.kvHeads), dimensions: dimensions,
                        width: headDimension, positions: step.newTokens)))
        }
        operators.append(
            Operator(
                "kv_append",
                .keyValueAppend(
                    tokens: tokens, kvHeads: shard.kvHeads, headDimension: headDimension, batch: step.batch)))
        let shape = attentionShape(shard: shard, step: step)
        return operators + [
            Operator("attn_qk", .attentionScores(shape)), Operator("softmax", .softmax(shape)),
            Operator("attn_v", .attentionValues(shape)),
        ]
    }

    /// What meets in attention: the chip's heads against the cached tokens within the window.
    public func attentionShape(shard: ShardShape, step: PhaseStep) -> AttentionExtent {
        var groups: [AttentionExtent.Group] = []
        for queries in Set(shard.queryHeadsPerKVHead).sorted(by: >) {
            let heads = shard.queryHeadsPerKVHead.count { $0 == queries }
            groups.append(.init(instances: heads * step.batch, rows: queries * step.newTokens))
        }
        // A query sees at most `window` tokens; the rows of a prefill together see `window + newTokens - 1`.
        let visible = slidingWindow.map { min(step.context, $0 + step.newTokens - 1) } ?? step.context
        return AttentionExtent(groups: groups, context: visible, headDimension: headDimension)
    }

    /// The feed-forward half of a layer, its residual sum excluded.
    ///
    /// - Parameters:
    ///   - isMixture: whether the layer routes tokens to experts.
    ///   - withNorm: false where it shares the norm of attention (parallel blocks), or where that runs elsewhere.
    ///   - experts: what the chip does of the experts; by default all of them, with even loads.
    public func feedForwardOperators(
        shard: ShardShape, step: PhaseStep, isMixture: Bool, withNorm: Bool = true, experts: ExpertWork? = nil
    ) -> [Operator] {
        let tokens = step.tokens
        let norm = withNorm ? normOperators("ffn_norm", rows: tokens) : []
        guard isMixture, let mixture = mixtureOfExperts else {
            return norm
                + network(
                    prefix: "", width: shard.intermediateSize, offset: shard.offsets.down, tokens: tokens,
                    isPartial: shard.groupSize > 1)
        }
        let work = experts ?? ExpertWork(loads: mixture.expertLoads(tokens: tokens))
        let isShared = shard.sharedIntermediateSize > 0
        return norm + routerOperators(tokens: tokens)
            + expertOperators(
                width: shard.expertIntermediateSize, offset: shard.offsets.expertDown, work: work,
                isPartial: shard.groupSize > 1)
            + (isShared ? sharedExpertOperators(shard: shard, step: step) : [])
            + combineOperators(tokens: tokens, assignments: work.assignments + (isShared ? tokens : 0))
    }

    /// Scores of all experts for each token, and the choice of the best few.
    public func routerOperators(tokens: Int) -> [Operator] {
        guard tokens > 0, let mixture = mixtureOfExperts else { return [] }
        return [
            Operator("router", .linear(Linear(outputs: mixture.experts, inputs: hiddenSize, tokens: tokens))),
            Operator("routing", .routing(tokens: tokens, experts: mixture.experts)),
        ]
    }

    /// The chip's experts, those with equal loads together.
    public func expertOperators(width: Int, offset: Int = 0, work: ExpertWork, isPartial: Bool) -> [Operator] {
        work.loads.flatMap {
            network(
                prefix: "expert_", width: width, offset: offset, tokens: $0.tokens, count: $0.experts,
                isPartial: isPartial)
        }
    }

    /// The part of the expert that every token passes through.
    public func sharedExpertOperators(shard: ShardShape, step: PhaseStep) -> [Operator] {
        network(
            prefix: "shared_", width: shard.sharedIntermediateSize, offset: shard.offsets.sharedDown,
            tokens: step.tokens, isPartial: shard.groupSize > 1)
    }

    /// The weighted sum of experts' outputs.
    ///
    /// - Parameters:
    ///   - tokens: rows of the sum.
    ///   - assignments: rows that are added up.
    public func combineOperators(tokens: Int, assignments: Int) -> [Operator] {
        guard assignments > 0 else { return [] }
        return [Operator("combine", .combine(tokens: tokens, assignments: assignments, width: hiddenSize))]
    }

    private func network(
        prefix: String, width: Int, offset: Int, tokens: Int, count: Int = 1, isPartial: Bool
    ) -> [Operator] {
        let names = LayerNames(family: family).feedForward
        let isGated = feedForward == .gated
        func widening(_ name: String) -> Operator {
            Operator(
                prefix + name,
                .linear(
                    Linear(outputs: width, inputs: hiddenSize, tokens: tokens, hasBias: hasFeedForwardBias)),
                count: count)
        }
        let activationKind = OperatorKind.activation(activation, isGated: isGated, rows: tokens, width: width)
        let narrowing = Linear(
            outputs: hiddenSize, inputs: width, inputOffset: offset, tokens: tokens, hasBias: hasFeedForwardBias,
            isPartial: isPartial)
        var operators = isGated ? [widening(names.gate)] : []
        operators.append(widening(names.up))
        operators.append(Operator(prefix + "activation", activationKind, count: count))
        operators.append(Operator(prefix + names.down, .linear(narrowing), count: count))
        return operators
    }

    /// The sum of a block's output with its input, for all tokens of a step.
    public func residualOperators(step: PhaseStep) -> [Operator] { residualOperators(rows: step.tokens) }

    /// The sum of a block's output with its input, of some rows and, where that is divided, a part of the hidden vector.
    public func residualOperators(rows: Int, width: Int? = nil) -> [Operator] {
        [Operator("residual", .residual(rows: rows, width: width ?? hiddenSize))]
    }

    /// The final norm and the language-model head.
    ///
    /// - Parameter withNorm: false where the norm runs elsewhere, on other rows.
    public func headOperators(shard: ShardShape, step: PhaseStep, withNorm: Bool = true) -> [Operator] {
        (withNorm ? normOperators("final_norm", rows: step.headTokens) : []) + [
            Operator(
                "lm_head",
                .linear(
                    Linear(
                        outputs: shard.vocabularyRows, inputs: hiddenSize, tokens: step.headTokens, role: .head,
                        hasBias: hasHeadBias)))
        ]
    }
}

extension MixtureOfExperts {
    /// How many experts get how many tokens when routing is even: `tokens x activeExperts` dealt out one by one.
    ///
    /// Experts without tokens are left out; heavier loads come first.
    public func expertLoads(tokens: Int) -> [ExpertWork.Load] {
        let assignments = tokens * activeExperts
        let (each, extra) = assignments.quotientAndRemainder(dividingBy: experts)
        let loads = [
            ExpertWork.Load(experts: extra, tokens: each + 1), ExpertWork.Load(experts: experts - extra, tokens: each),
        ]
        return loads.filter { $0.experts > 0 && $0.tokens > 0 }
    }
}
