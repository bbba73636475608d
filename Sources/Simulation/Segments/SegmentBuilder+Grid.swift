import Fabric
import Units
import Workload

extension SegmentBuilder {
    /// The segments where matrices are divided both ways over rows x columns of chips (Pope et al. 2022, section 3.2.2).
    ///
    /// Between halves of a layer each chip keeps a part of the hidden vector of every token. A half is
    ///
    ///     norm of the part, its statistics summed over the group   all-reduce
    ///     the row's part of the hidden vector                      all-gather in the row
    ///     widening products, partial over the column               reduce-scatter in the column
    ///     attention of own heads, or activation of the own width
    ///     the column's heads or width                              all-gather in the column
    ///     narrowing product, partial over the row                  reduce-scatter in the row
    ///     residual sum of the part
    func gridSegments() -> [Segment] {
        guard let block = seat.block else { preconditionFailure("a grid has blocks") }
        var segments: [Segment] = []
        if stage.isFirst {
            segments.append(
                segment(
                    .embedding, model.embeddingOperators(shard: shard, step: step), 1,
                    then: exchange(.reduceScatter, .tensor, step.tokens * model.hiddenSize, 2, block)))
        }
        for layers in stage.layers {
            let part = seat.part(ofLayers: layers.sort)
            guard let block = part.block else { preconditionFailure("a grid has blocks") }
            segments +=
                model.isParallelBlock
                ? parallelGrid(part.shard, block, layers.count) : sequentialGrid(part.shard, block, layers.count)
        }
        guard stage.isLast else { return segments }
        let tokens = step.headTokens
        segments += normAndGather(.head, ["final_norm"], [], tokens, 1, block)
        segments.append(
            segment(
                .head, model.gridHeadOperators(block: block, step: step), 1,
                then: exchange(
                    .reduceScatter, .column, tokens * block.vocabularyRows, partialSumBytes, block)))
        segments.append(
            segment(
                .head, [], 1, then: exchange(.allGather, .tensor, tokens * model.vocabularySize, 2, block)))
        return segments
    }

    private func sequentialGrid(_ shard: ShardShape, _ block: GridBlock, _ count: Int) -> [Segment] {
        let residual = model.residualOperators(rows: step.tokens, width: block.ownHiddenSize)
        return normAndGather(.attention, ["attn_norm"], [], step.tokens, count, block)
            + [
                segment(
                    .attention, model.gridProjectionOperators(block: block, step: step), count,
                    then: scatterInColumn(projected(block), block)),
                segment(
                    .attention, model.gridAttentionOperators(shard: shard, step: step), count,
                    then: gatherInColumn(block.queryHeads * model.headDimension, block)),
                segment(
                    .attention, model.gridOutputOperators(block: block, step: step), count,
                    then: scatterInRow(block), canBeCut: true),
            ] + normAndGather(.feedForward, ["ffn_norm"], residual, step.tokens, count, block)
            + [
                segment(
                    .feedForward, model.gridWideningOperators(block: block, step: step), count,
                    then: scatterInColumn(widened(block), block)),
                segment(
                    .feedForward, model.gridActivationOperators(shard: shard, step: step), count,
                    then: gatherInColumn(block.intermediateSize, block)),
                segment(
                    .feedForward, model.gridNarrowingOperators(block: block, step: step), count,
                    then: scatterInRow(block), canBeCut: true),
                segment(.residual, residual, count, then: nil),
            ]
    }

    private func parallelGrid(_ shard: ShardShape, _ block: GridBlock, _ count: Int) -> [Segment] {
        let norms = Array(["attn_norm", "ffn_norm"].prefix(max(1, model.normsPerLayer)))
        return normAndGather(.attention, norms, [], step.tokens, count, block)
            + [
                segment(
                    .attention,
                    model.gridProjectionOperators(block: block, step: step)
                        + model.gridWideningOperators(block: block, step: step), count,
                    then: scatterInColumn(projected(block) + widened(block), block)),
                segment(
                    .attention,
                    model.gridAttentionOperators(shard: shard, step: step)
                        + model.gridActivationOperators(shard: shard, step: step), count,
                    then: gatherInColumn(block.queryHeads * model.headDimension + block.intermediateSize, block)),
                segment(
                    .attention,
                    model.gridOutputOperators(block: block, step: step)
                        + model.gridNarrowingOperators(block: block, step: step)
                        + model.residualOperators(rows: step.tokens, width: block.hiddenSize), count,
                    then: scatterInRow(block), canBeCut: true),
                segment(
                    .residual, model.residualOperators(rows: step.tokens, width: block.ownHiddenSize), count,
                    then: nil),
            ]
    }

    /// Norms of the chip's part, after what comes before them; each is gathered in the row for itself.
    private func normAndGather(
        _ part: Segment.Part, _ norms: [String], _ before: [Operator], _ tokens: Int, _ count: Int,
        _ block: GridBlock
    ) -> [Segment] {
        let operators =
            before + norms.flatMap { model.normOperators($0, rows: tokens, width: block.ownHiddenSize) }
        // Mean square, or mean and variance, of each token in FP32.
        let statistics = tokens * (model.normalization == .layerNorm ? 2 : 1)
        return [
            segment(part, operators, count, then: exchange(.allReduce, .tensor, statistics, 4, block)),
            segment(
                part, [], count,
                then: exchange(.allGather, .row, tokens * block.hiddenSize * norms.count, 2, block)),
        ]
    }

    private func projected(_ block: GridBlock) -> Int {
        (block.queryHeads + 2 * block.kvHeadCopies) * model.headDimension
    }

    private func widened(_ block: GridBlock) -> Int { block.intermediateSize * (model.feedForward.matrices - 1) }

    private func scatterInColumn(_ width: Int, _ block: GridBlock) -> Exchange? {
        exchange(.reduceScatter, .column, step.tokens * width, partialSumBytes, block)
    }

    private func gatherInColumn(_ width: Int, _ block: GridBlock) -> Exchange? {
        exchange(.allGather, .column, step.tokens * width, 2, block)
    }

    private func scatterInRow(_ block: GridBlock) -> Exchange? {
        exchange(.reduceScatter, .row, step.tokens * block.hiddenSize, partialSumBytes, block)
    }

    /// An exchange, or nil in a group of one.
    private func exchange(
        _ operation: Collective.Operation, _ scope: Exchange.Scope, _ elements: Int, _ elementBytes: Int,
        _ block: GridBlock
    ) -> Exchange? {
        let chips =
            switch scope {
            case .row: block.columns
            case .column: block.rows
            case .tensor, .domain: block.rows * block.columns
            }
        guard chips > 1 else { return nil }
        return Exchange(operation, scope, bytes: elements * elementBytes, elementBytes: elementBytes)
    }
}
