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

    /// The attention half of a layer up to the output projection, its residual sum excluded.
    public func attentionOperators(shard: ShardShape, step: PhaseStep) -> [Operator] {
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
        var operators = [
            Operator("attn_norm", .norm(normalization, rows: tokens, width: hiddenSize)),
            projection(names.queryKeyValue.query, queryWidth), projection(names.queryKeyValue.key, keyWidth),
            projection(names.queryKeyValue.value, keyWidth),
        ]
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
        operators += [
            Operator("attn_qk", .attentionScores(shape)), Operator("softmax", .softmax(shape)),
            Operator("attn_v", .attentionValues(shape)),
            Operator(
                names.output,
                .linear(
                    Linear(
                        outputs: hiddenSize, inputs: queryWidth, tokens: tokens, hasBias: hasAttentionOutputBias,
                        isPartial: shard.groupSize > 1))),
        ]
        return operators
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
    ///   - withNorm: false where it shares the norm of attention (parallel blocks).
    public func feedForwardOperators(
        shard: ShardShape, step: PhaseStep, isMixture: Bool, withNorm: Bool = true
    ) -> [Operator] {
        let tokens = step.tokens
        var operators: [Operator] = []
        if withNorm { operators.append(Operator("ffn_norm", .norm(normalization, rows: tokens, width: hiddenSize))) }
        guard isMixture, let mixture = mixtureOfExperts else {
            return operators
                + network(prefix: "", width: shard.intermediateSize, tokens: tokens, isPartial: shard.groupSize > 1)
        }
        operators += [
            Operator("router", .linear(Linear(outputs: mixture.experts, inputs: hiddenSize, tokens: tokens))),
            Operator("routing", .routing(tokens: tokens, experts: mixture.experts)),
        ]
        for load in mixture.expertLoads(tokens: tokens) {
            operators += network(
                prefix: "expert_", width: shard.expertIntermediateSize, tokens: load.tokens, count: load.experts,
                isPartial: shard.groupSize > 1)
        }
        if shard.sharedIntermediateSize > 0 {
            operators += network(
                prefix: "shared_", width: shard.sharedIntermediateSize, tokens: tokens, isPartial: shard.groupSize > 1)
        }
        let outputs = mixture.activeExperts + (shard.sharedIntermediateSize > 0 ? 1 : 0)
        return operators + [Operator("combine", .combine(tokens: tokens, experts: outputs, width: hiddenSize))]
    }

    private func network(
        prefix: String, width: Int, tokens: Int, count: Int = 1, isPartial: Bool
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
            outputs: hiddenSize, inputs: width, tokens: tokens, hasBias: hasFeedForwardBias, isPartial: isPartial)
        var operators = isGated ? [widening(names.gate)] : []
        operators.append(widening(names.up))
        operators.append(Operator(prefix + "activation", activationKind, count: count))
        operators.append(Operator(prefix + names.down, .linear(narrowing), count: count))
        return operators
    }

    /// The sum of a block's output with its input.
    public func residualOperators(step: PhaseStep) -> [Operator] {
        [Operator("residual", .residual(rows: step.tokens, width: hiddenSize))]
    }

    /// The final norm and the language-model head.
    public func headOperators(shard: ShardShape, step: PhaseStep) -> [Operator] {
        [
            Operator("final_norm", .norm(normalization, rows: step.headTokens, width: hiddenSize)),
            Operator(
                "lm_head",
                .linear(
                    Linear(
                        outputs: shard.vocabularyRows, inputs: hiddenSize, tokens: step.headTokens, role: .head,
                        hasBias: hasHeadBias))),
        ]
    }
}

extension MixtureOfExperts {
    /// How many experts get how many tokens when routing is even: `tokens x activeExperts` dealt out one by one.
    ///
    /// Experts without tokens are left out; heavier loads come first.
    public func expertLoads(tokens: Int) -> [(experts: Int, tokens: Int)] {
        let assignments = tokens * activeExperts
        let (each, extra) = assignments.quotientAndRemainder(dividingBy: experts)
        let loads: [(experts: Int, tokens: Int)] = [(extra, each + 1), (experts - extra, each)]
        return loads.filter { $0.experts > 0 && $0.tokens > 0 }
    }
}
