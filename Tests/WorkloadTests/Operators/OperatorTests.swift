import Testing
import Workload
import _SimulationTestSupport

@Suite struct OperatorTests {
    /// All operators of a step, each layer written out.
    private func operators(_ model: TransformerModel, _ shard: ShardShape, _ step: PhaseStep) -> [Operator] {
        let layers = (0..<model.layers).flatMap { layer in
            model.attentionOperators(shard: shard, step: step)
                + model.feedForwardOperators(
                    shard: shard, step: step, isMixture: model.isMixture(layer: layer),
                    withNorm: !model.isParallelBlock || model.normsPerLayer > 1)
        }
        return model.embeddingOperators(shard: shard, step: step) + layers
            + model.headOperators(shard: shard, step: step)
    }

    private func linears(_ operators: [Operator]) -> [(linear: Linear, count: Int)] {
        operators.compactMap { if case .linear(let linear) = $0.kind { (linear, $0.count) } else { nil } }
    }

    /// Tokens that a query sees: in a prefill all that are computed, masked or not.
    private func visible(_ model: TransformerModel, _ step: PhaseStep) -> Int {
        model.slidingWindow.map { min(step.context, $0 + step.newTokens - 1) } ?? step.context
    }

    /// Multiply-adds of a step from the model's own counts: each token meets the active matrices, its context twice, and
    /// the head where it is asked for.
    private func macs(_ model: TransformerModel, _ step: PhaseStep) -> Int {
        let attention = 2 * model.queryDimension * visible(model, step) * model.layers
        return step.tokens * (model.activeBlockLinearParametersPerToken + attention)
            + step.headTokens * model.headParameters
    }

    @Test(arguments: ModelRegistry.all.map(\.name))
    func `Matrices of all layers hold the model's parameters`(name: String) throws {
        let model = try ModelRegistry.model(named: name)
        let shard = ShardShape(whole: model)
        let matrices = (0..<model.layers).flatMap {
            model.weightMatrices(shard: shard, isMixture: model.isMixture(layer: $0))
        }
        #expect(matrices.reduce(0) { $0 + $1.outputs * $1.inputs * $1.count } == model.blockLinearParameters)
        let head = model.headMatrix(shard: shard)
        #expect(head.outputs * head.inputs == model.headParameters && head.hasBias == model.hasHeadBias)
        let biases = matrices.reduce(0) { $0 + ($1.hasBias ? $1.outputs * $1.count : 0) }
        var expected = 0
        if model.hasQueryKeyValueBias {
            expected += model.layers * (model.queryDimension + 2 * model.keyValueDimension)
        }
        if model.hasAttentionOutputBias { expected += model.layers * model.hiddenSize }
        if model.hasFeedForwardBias, model.mixtureOfExperts == nil {
            expected += model.layers * ((model.feedForward.matrices - 1) * model.intermediateSize + model.hiddenSize)
        }
        if model.mixtureOfExperts == nil { #expect(biases == expected) }
    }

    @Test(arguments: ModelRegistry.all.map(\.name))
    func `Multiply-adds of registered models follow from their parameters`(name: String) throws {
        let model = try ModelRegistry.model(named: name)
        let steps: [PhaseStep] = [
            .prefill(batch: 1, prompt: 256), .prefill(batch: 3, prompt: 17, headPositions: .all),
            .decode(batch: 1, context: 300), .decode(batch: 5, context: 2000),
        ]
        for step in steps {
            let found = operators(model, ShardShape(whole: model), step).reduce(0) { $0 + $1.macs }
            #expect(found == macs(model, step), "\(name) \(step)")
        }
    }

    @Test func `A decode step of a small model, counted by hand`() throws {
        let model = TransformerModel(
            name: "tiny", family: "llama", hiddenSize: 8, layers: 2, attentionHeads: 4, kvHeads: 2, headDimension: 4,
            intermediateSize: 6, vocabularySize: 10, hasTiedEmbeddings: false, position: .rotary(dimensions: 4),
            maximumPositions: 100)
        let step = PhaseStep.decode(batch: 3, context: 7)
        let operators = operators(model, ShardShape(whole: model), step)
        // q 16x8, k and v 8x8, o 8x16, gate, up and down 6x8; four heads of 4 against 7 tokens, twice; head 10x8.
        let layer = 3 * (16 * 8 + 2 * 8 * 8 + 8 * 16 + 3 * 6 * 8) + 3 * 2 * 4 * 4 * 7
        #expect(operators.reduce(0) { $0 + $1.macs } == 2 * layer + 3 * 10 * 8)
        let append = operators.compactMap { operation -> [Int]? in
            guard case .keyValueAppend(let tokens, let kvHeads, let width, let batch) = operation.kind else {
                return nil
            }
            return [tokens, kvHeads, width, batch]
        }
        #expect(append == [[3, 2, 4, 3], [3, 2, 4, 3]])
        #expect(
            operators.prefix(12).map(\.name) == [
                "embedding", "attn_norm", "q_proj", "k_proj", "v_proj", "rope", "kv_append", "attn_qk", "softmax",
                "attn_v", "o_proj", "ffn_norm",
            ])
    }

    @Test func `A prefill of experts deals every token to its active experts`() throws {
        let model = try ModelRegistry.model(named: "mixtral-8x7b")
        let mixture = try #require(model.mixtureOfExperts)
        for tokens in [1, 2, 3, 4, 5, 7, 8, 100, 257] {
            let loads = mixture.expertLoads(tokens: tokens)
            #expect(loads.reduce(0) { $0 + $1.experts * $1.tokens } == tokens * 2)
            #expect(loads.reduce(0) { $0 + $1.experts } == min(8, tokens * 2))
            #expect(loads.allSatisfy { $0.tokens <= (tokens * 2 + 7) / 8 })
        }
    }

    @Test
    func `A window bounds what a query sees, in decode exactly and in prefill by one window behind the first row`()
        throws
    {
        var model = try ModelRegistry.model(named: "llama-2-7b")
        model.slidingWindow = 100
        let shard = ShardShape(whole: model)
        #expect(model.attentionShape(shard: shard, step: .decode(batch: 1, context: 99)).context == 99)
        #expect(model.attentionShape(shard: shard, step: .decode(batch: 1, context: 100)).context == 100)
        #expect(model.attentionShape(shard: shard, step: .decode(batch: 1, context: 101)).context == 100)
        #expect(model.attentionShape(shard: shard, step: .prefill(batch: 1, prompt: 50)).context == 50)
    }

    // MARK: Shards

    /// Any division at all: head by head, column by column, uneven.
    private func randomShards(_ model: TransformerModel, _ generator: inout SeededGenerator) -> [ShardShape] {
        let widths = [
            model.attentionHeads, model.intermediateSize, model.vocabularySize,
            model.mixtureOfExperts?.expertIntermediateSize, model.mixtureOfExperts?.sharedIntermediateSize,
        ].compactMap { $0 }.filter { $0 > 0 }
        let parts = generator.integer(1...min(7, widths.min() ?? 1))
        func cut(_ total: Int) -> [Int] {
            guard total > 0 else { return Array(repeating: 0, count: parts) }
            let cuts = Array((1..<total).shuffled(using: &generator).prefix(parts - 1)).sorted()
            return zip(cuts + [total], [0] + cuts).map { $0 - $1 }
        }
        let heads = cut(model.attentionHeads)
        var first = 0
        let queries = heads.map { count -> [Int] in
            defer { first += count }
            // Query heads first ..< first + count, by the KV head they use.
            let byKVHead = Dictionary(grouping: first..<first + count) { $0 / model.queryHeadsPerKVHead }
            return byKVHead.sorted { $0.key < $1.key }.map(\.value.count)
        }
        let widthsOfParts = (
            cut(model.intermediateSize), cut(model.mixtureOfExperts?.expertIntermediateSize ?? 0),
            cut(model.mixtureOfExperts?.sharedIntermediateSize ?? 0), cut(model.vocabularySize)
        )
        return (0..<parts).map { part in
            ShardShape(
                queryHeadsPerKVHead: queries[part], intermediateSize: widthsOfParts.0[part],
                expertIntermediateSize: widthsOfParts.1[part], sharedIntermediateSize: widthsOfParts.2[part],
                vocabularyRows: widthsOfParts.3[part], groupSize: parts)
        }
    }

    @Test(arguments: 0..<40)
    func `Shards of any division together do the work and hold the weights of the whole`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: 7000 + seed)
        // Layers of one shape: what pruned ones hold is what those of a smaller model hold.
        let model = TransformerModel.random(using: &generator).unpruned
        try model.validate()
        let shards = randomShards(model, &generator)
        let copies = shards.count - 1
        let routers =
            (0..<model.layers).count { model.isMixture(layer: $0) } * model.hiddenSize
            * (model.mixtureOfExperts?.experts ?? 0)
        // Chips that share a KV head each hold it, and compute its keys and values.
        let copiedKVHeads = shards.reduce(0) { $0 + $1.kvHeads } - model.kvHeads
        #expect(copiedKVHeads >= 0 && copiedKVHeads <= copies)
        let copiedWeights = 2 * copiedKVHeads * model.headDimension * model.hiddenSize * model.layers + copies * routers

        let held = shards.reduce(0) { sum, shard in
            sum
                + (0..<model.layers).reduce(0) { layers, layer in
                    layers
                        + model.weightMatrices(shard: shard, isMixture: model.isMixture(layer: layer)).reduce(0) {
                            $0 + $1.outputs * $1.inputs * $1.count
                        }
                }
        }
        #expect(held == model.blockLinearParameters + copiedWeights, "seed \(seed): \(shards)")
        #expect(shards.reduce(0) { $0 + $1.vocabularyRows } == model.vocabularySize)

        for step in [
            PhaseStep.prefill(batch: generator.integer(1...3), prompt: generator.integer(1...40)),
            .decode(batch: generator.integer(1...4), context: generator.integer(1...80)),
        ] {
            let whole = operators(model, ShardShape(whole: model), step).reduce(0) { $0 + $1.macs }
            #expect(whole == macs(model, step), "seed \(seed)")
            let parts = shards.map { operators(model, $0, step) }
            let sum = parts.joined().reduce(0) { $0 + $1.macs }
            #expect(sum == whole + step.tokens * copiedWeights, "seed \(seed), \(step)")
            // Only the products that are summed over chips are partial, and all of them are.
            for part in parts {
                for (linear, _) in linears(part) where linear.role == .block {
                    #expect(
                        linear.isPartial
                            == (copies > 0 && linear.outputs == model.hiddenSize && isNarrowing(linear, part)))
                }
            }
            let rows = parts.joined().reduce(0) { sum, operation in
                if case .embedding(let rows, _, _) = operation.kind { sum + rows } else { sum }
            }
            #expect(rows >= step.tokens && rows <= step.tokens + copies)
        }
    }

    /// Whether a product's inputs are a slice: its width is not the hidden vector that all chips have.
    private func isNarrowing(_ linear: Linear, _ operators: [Operator]) -> Bool {
        operators.contains { operation in
            guard case .linear(linear) = operation.kind else { return false }
            return ["o_proj", "down_proj", "out_proj", "fc2", "dense", "attn.c_proj", "mlp.c_proj", "dense_4h_to_h"]
                .contains { operation.name.hasSuffix($0) }
        }
    }
}
