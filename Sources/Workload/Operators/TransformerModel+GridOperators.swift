/// The operators of a layer whose matrices are divided both ways (Pope et al. 2022, arXiv:2211.05102, section 3.2.2, 2D
/// weight-stationary): widening products end in partial sums over the chips of a column, narrowing ones in partial sums
/// over the chips of a row.
///
/// `shard` is what the chip owns once the sums are scattered: its heads and its part of the width.
extension TransformerModel {
    /// q, k and v of the column's heads from the chip's part of the hidden vector.
    public func gridProjectionOperators(block: GridBlock, step: PhaseStep) -> [Operator] {
        let names = LayerNames(family: family).queryKeyValue
        let key = block.kvHeads * headDimension
        return [
            widening(names.query, block.queryHeads * headDimension, block, step.tokens, bias: hasQueryKeyValueBias),
            widening(names.key, key, block, step.tokens, bias: hasQueryKeyValueBias),
            widening(names.value, key, block, step.tokens, bias: hasQueryKeyValueBias),
        ]
    }

    /// Attention of the chip's own heads.
    public func gridAttentionOperators(shard: ShardShape, step: PhaseStep) -> [Operator] {
        headwiseOperators(shard: shard, step: step)
    }

    /// The output projection from the column's heads to the chip's part of the hidden vector.
    public func gridOutputOperators(block: GridBlock, step: PhaseStep) -> [Operator] {
        [
            narrowing(
                LayerNames(family: family).output, block.queryHeads * headDimension, block, step.tokens,
                bias: hasAttentionOutputBias)
        ]
    }

    /// Gate, where there is one, and up.
    public func gridWideningOperators(block: GridBlock, step: PhaseStep) -> [Operator] {
        let names = LayerNames(family: family).feedForward
        return (feedForward == .gated ? [names.gate, names.up] : [names.up]).map {
            widening($0, block.intermediateSize, block, step.tokens, bias: hasFeedForwardBias)
        }
    }

    /// The activation function on the chip's own part of the width.
    public func gridActivationOperators(shard: ShardShape, step: PhaseStep) -> [Operator] {
        [
            Operator(
                "activation",
                .activation(
                    activation, isGated: feedForward == .gated, rows: step.tokens, width: shard.intermediateSize))
        ]
    }

    /// The projection from the column's width to the chip's part of the hidden vector.
    public func gridNarrowingOperators(block: GridBlock, step: PhaseStep) -> [Operator] {
        [
            narrowing(
                LayerNames(family: family).feedForward.down, block.intermediateSize, block, step.tokens,
                bias: hasFeedForwardBias)
        ]
    }

    /// The language-model head of the column's rows.
    public func gridHeadOperators(block: GridBlock, step: PhaseStep) -> [Operator] {
        [
            Operator(
                "lm_head",
                .linear(
                    Linear(
                        outputs: block.vocabularyRows, inputs: block.hiddenSize, tokens: step.headTokens, role: .head,
                        hasBias: hasHeadBias, isPartial: block.rows > 1)))
        ]
    }

    private func widening(_ name: String, _ outputs: Int, _ block: GridBlock, _ tokens: Int, bias: Bool) -> Operator {
        Operator(
            name,
            .linear(
                Linear(
                    outputs: outputs, inputs: block.hiddenSize, tokens: tokens, hasBias: bias,
                    isPartial: block.rows > 1)))
    }

    private func narrowing(_ name: String, _ inputs: Int, _ block: GridBlock, _ tokens: Int, bias: Bool) -> Operator {
        Operator(
            name,
            .linear(
                Linear(
                    outputs: block.hiddenSize, inputs: inputs, tokens: tokens, hasBias: bias,
                    isPartial: block.columns > 1)))
    }
}
