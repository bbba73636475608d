import Checkpoints
import Documents
import MessagePassing
import Simulation
import Workload

/// A rank's chips running a model together with those of the other ranks, divided as a plan says.
///
/// What chips hold and add follows from the plan alone, so that the results are the same bits for any number of ranks.
/// The ranks of a pipeline stage keep the residual vectors of all tokens. The chips of a stage meet twice in a layer to
/// add partial sums, in the order of the all-reduce that the simulated network would use; stages hand the residual vectors
/// on.
public final class Transformer {
    /// The model.
    public let model: LanguageModel
    /// The chips and how they divide it.
    public let hardware: SimulatedHardware
    /// What this rank's chips have done so far.
    public private(set) var counts = WorkCounts()
    /// The activations that its matrices were multiplied with, where they are observed.
    var statistics: ActivationStatistics?
    let options: InferenceOptions
    let communicator: any Communicator
    let shape: TransformerModel
    private var plan: Plan { hardware.plan }
    let rule: CountingRule
    private let sums: StageSums
    private let stages: [StageRanks]
    var shards: [ChipShard]
    /// What pruned layers keep, of the layers of this rank's chips.
    let kept: [Int: KeptChannels]
    private let layerVectors: [Int: LayerVectors]
    private let finalNorm: Norm
    private let embedding: Embedding
    private var rotary: RotaryTable
    private var caches: KeyValueCaches

    /// What every rank of a layer's stage has of it.
    private struct LayerVectors {
        var attentionNorm: Norm
        var feedForwardNorm: Norm
        /// Of each query and key head, where the model has them.
        var queryNorm: Norm?
        var keyNorm: Norm?
        /// Added to sums over chips, where the model has them.
        var outputBias: [Float]?
        var downBias: [Float]?

        /// Takes up the factors of smoothing, which all chips of a stage share.
        mutating func fold(divisorsOf parts: ChipShard.Layer) {
            attentionNorm = attentionNorm.folding(divisors: parts.query.divisors)
            feedForwardNorm = feedForwardNorm.folding(divisors: parts.up.divisors)
        }
    }

    /// Reads and quantises the shards of this rank's chips. Called by all ranks.
    ///
    /// - Parameters:
    ///   - hardware: the chips and how they divide the model.
    ///   - progress: called on every rank after each layer of a chip with the number done and that of all.
    /// - Throws: ``InputError`` (data), on this rank only: use `agree` around it.
    public init(
        _ model: LanguageModel, _ options: InferenceOptions, _ hardware: SimulatedHardware,
        on communicator: any Communicator, progress: @escaping (Int, Int) -> Void = { _, _ in }
    ) throws {
        self.model = model
        self.options = options
        self.communicator = communicator
        let shape = hardware.request.model
        precondition(shape.unpruned == model.description.shape, "hardware of this model")
        self.shape = shape
        self.hardware = hardware
        let plan = hardware.plan
        let rule = CountingRule(hardware.request)
        self.rule = rule
        sums = try StageSums(hardware)
        let owners = BlockPartition(plan.chips, into: communicator.size)
        stages = plan.stages.indices.map { StageRanks($0, of: plan, owners: owners) }
        let loader = try MatrixLoader(model: model, options: options)
        embedding = try Embedding(model)
        let own = owners[communicator.rank]
        let seats = own.map { ChipSeat($0, of: plan, shape) }
        var vectors: [Int: LayerVectors] = [:]
        let arithmetic = options.nonLinearArithmetic
        for layer in Set(seats.flatMap(\.layers)).sorted() {
            vectors[layer] = try Self.vectors(of: model, layer, arithmetic)
        }
        finalNorm = try Norm(model.names.finalNorm, width: shape.hiddenSize, model, arithmetic)
        let pruned = vectors.keys.sorted().filter { shape.sort(ofLayer: $0) == .pruned }
        let total = seats.reduce(0) { $0 + $1.layers.count } + pruned.count
        var done = 0
        func step() {
            done += 1
            progress(done, total)
        }
        var kept: [Int: KeptChannels] = [:]
        for layer in pruned {
            kept[layer] = try KeptChannels(layer: layer, of: shape.ofLayers(.pruned), loader)
            step()
        }
        self.kept = kept
        // Layer by layer, so that chips can share what was made of a layer's whole matrices.
        var layers = seats.map { _ in [ChipShard.Layer]() }
        for layer in vectors.keys.sorted() {
            for (index, seat) in seats.enumerated() where seat.layers.contains(layer) {
                layers[index].append(
                    try ChipShard.Layer(layer, seat, of: shape, kept: kept[layer], loader, rule))
                step()
            }
        }
        shards = try zip(seats, layers).map { seat, layers in
            let head = seat.hasHead ? try loader.head(rows: seat.vocabularyRows) : nil
            return ChipShard(seat: seat, layers: layers, head: head.map(rule.counted))
        }
        for shard in shards {
            for (layer, parts) in zip(shard.seat.layers, shard.layers) { vectors[layer]?.fold(divisorsOf: parts) }
        }
        layerVectors = vectors
        rotary = RotaryTable(model.description)
        caches = KeyValueCaches(sequences: 0, chips: [], headDimension: shape.headDimension, options)
    }

    private static func vectors(
        of model: LanguageModel, _ layer: Int, _ arithmetic: NonLinearArithmetic
    ) throws -> LayerVectors {
        let shape = model.description.shape
        let (hidden, size) = (shape.hiddenSize, shape.headDimension)
        func bias(_ matrix: TensorNames.Matrix) throws -> [Float] {
            try model.weights.finiteVector(model.names.matrix(matrix, layer: layer) + ".bias", count: hidden)
        }
        var vectors = LayerVectors(
            attentionNorm: try Norm(model.names.attentionNorm(layer: layer), width: hidden, model, arithmetic),
            feedForwardNorm: try Norm(model.names.feedForwardNorm(layer: layer), width: hidden, model, arithmetic))
        if shape.hasQueryKeyNorm {
            vectors.queryNorm = try Norm(model.names.queryNorm(layer: layer), width: size, model, arithmetic)
            vectors.keyNorm = try Norm(model.names.keyNorm(layer: layer), width: size, model, arithmetic)
        }
        if shape.hasAttentionOutputBias { vectors.outputBias = try bias(.output) }
        if shape.hasFeedForwardBias { vectors.downBias = try bias(.down) }
        return vectors
    }

    /// Observes activations from now on.
    ///
    /// - Throws: what ``Calibration/check(_:_:)`` throws.
    public func observe(for calibration: Calibration) throws {
        try calibration.check(plan, options)
        statistics = ActivationStatistics(withProducts: calibration.withSecondMoments)
    }

    /// Forgets all sequences and starts new, empty ones.
    public func start(sequences: Int) {
        caches = KeyValueCaches(
            sequences: sequences, chips: shards.map { $0.layers.map(\.part.keyValueHeads.count) },
            headDimension: shape.headDimension, options)
    }

    /// Runs tokens through all layers. Called by all ranks with the same tokens.
    ///
    /// - Parameters:
    ///   - tokens: any number for each sequence, those of one sequence in order and together.
    ///   - phase: what the work is counted as.
    /// - Returns: the residual vectors behind the last layer [tokens x hidden], on the ranks of the last stage; else empty.
    func run(_ tokens: [StepToken], phase: PhaseStep.Phase) throws -> [Float] {
        counts.phase = phase
        rotary.extend(to: (tokens.map(\.position).max() ?? 0) + 1)
        var residual: [Float] = []
        for stage in stages {
            guard stage.ranks.contains(communicator.rank) else {
                residual = []
                continue
            }
            if stage.index == 0 {
                residual = try embeddings(of: tokens, stage)
            } else {
                residual = try stage.receive(
                    residual, from: stages[stage.index - 1], on: communicator)
            }
            let own = shards.indices.filter { shards[$0].seat.stage == stage.index }
            for layer in plan.stages[stage.index].range {
                try runLayer(layer, tokens, own, stage, &residual)
            }
            if stage.index + 1 < stages.count, communicator.rank == stage.ranks.lowerBound {
                try stage.send(residual, to: stages[stage.index + 1], on: communicator)
                counts.exchange {
                    $0.handovers += 1
                    $0.handoverElements += residual.count
                }
            }
        }
        return residual
    }

    private func runLayer(
        _ layer: Int, _ tokens: [StepToken], _ own: [Int], _ stage: StageRanks, _ residual: inout [Float]
    ) throws {
        guard let vectors = layerVectors[layer] else { preconditionFailure("a stage has its layers' vectors") }
        let local = layer - plan.stages[stage.index].firstLayer
        let attentionInput = vectors.attentionNorm.input(residual)
        let isFirst = communicator.rank == stage.ranks.lowerBound
        if isFirst {
            statistics?.observe(
                vectors.attentionNorm.activations(attentionInput), tokens: tokens.count, layer: layer, .attentionInput)
        }
        try addPartialSums(to: &residual, stage, own) { chip in
            let parts = shards[chip].layers[local]
            let mixed = try attention(chip, local, attentionInput, tokens, vectors)
            statistics?.observe(
                mixed, tokens: tokens.count, layer: layer, .attentionOutput,
                first: parts.part.queryColumns(shape.headDimension).lowerBound)
            return product(parts.output, parts.output.padded(LinearInput(mixed, tokens: tokens.count)), chip)
        }
        add(vectors.outputBias, to: &residual)
        let input = vectors.feedForwardNorm.input(residual)
        if isFirst {
            statistics?.observe(
                vectors.feedForwardNorm.activations(input), tokens: tokens.count, layer: layer, .feedForwardInput)
        }
        try addPartialSums(to: &residual, stage, own) { chip in
            let parts = shards[chip].layers[local]
            let inner = inner(parts, input, chip)
            statistics?.observe(
                inner.activations, tokens: tokens.count, layer: layer, .feedForwardInner,
                first: parts.part.inner.lowerBound)
            return product(parts.down, parts.down.padded(inner), chip)
        }
        add(vectors.downBias, to: &residual)
    }

    /// The residual vectors of tokens before the first layer, on the ranks of the first stage.
    func embedded(_ tokens: [StepToken]) throws -> [Float] { try embeddings(of: tokens, stages[0]) }

    /// Runs tokens through one layer of a model on one chip.
    func run(_ tokens: [StepToken], layer: Int, _ residual: inout [Float]) throws {
        precondition(plan.chips == 1, "one chip, which has all layers")
        rotary.extend(to: (tokens.map(\.position).max() ?? 0) + 1)
        try runLayer(layer, tokens, [0], stages[0], &residual)
    }

    /// Makes the logits of some of the vectors that ``run(_:phase:)`` returned, some rows at a time. Called by all ranks.
    ///
    /// - Parameters:
    ///   - rows: the tokens wanted.
    ///   - body: called on the coordinator with a range of `rows` and their logits [rows x vocabulary], in order.
    func logits(_ residual: [Float], rows: [Int], _ body: (Range<Int>, [Float]) throws -> Void) throws {
        let hidden = shape.hiddenSize
        let last = stages[stages.count - 1]
        let isLast = last.ranks.contains(communicator.rank)
        for shard in shards {
            guard let head = shard.head else { continue }
            counts.add(head.counts.with(tokens: rows.count), head.name, chip: shard.seat.chip)
        }
        if plan.tensorParallel > 1, communicator.rank == last.ranks.lowerBound {
            counts.exchange {
                $0.gathers += 1
                $0.gatherElements += rows.count * shape.vocabularySize
            }
        }
        for start in stride(from: 0, to: rows.count, by: Self.logitRows) {
            let range = start..<min(start + Self.logitRows, rows.count)
            var own: [Float] = []
            if isLast {
                let values = rows[range].flatMap { residual[$0 * hidden..<($0 + 1) * hidden] }
                let input = LinearInput(finalNorm(values), tokens: range.count)
                for shard in shards { if let head = shard.head { own += head(input) } }
            }
            if let all = try gathered(own, rows: range.count) { try body(range, all) }
        }
    }

    /// Rows of logits that are made together.
    private static let logitRows = 64

    /// Logits from those of all chips, on the coordinator.
    private func gathered(_ own: [Float], rows: Int) throws -> [Float]? {
        guard communicator.size > 1 || plan.tensorParallel > 1 else { return own }
        guard let byRank = try communicator.gather(own, at: 0) else { return nil }
        let parts = byRank.flatMap { $0 }
        let width = shape.vocabularySize
        var result = [Float](repeating: 0, count: rows * width)
        // The chips' columns, one chip's [rows x its columns] behind the other's.
        var start = 0
        for index in 0..<plan.tensorParallel {
            let columns = ChipSeat(index, of: plan, shape).vocabularyRows
            for row in 0..<rows {
                for column in 0..<columns.count {
                    result[row * width + columns.lowerBound + column] = parts[start + row * columns.count + column]
                }
            }
            start += rows * columns.count
        }
        return result
    }

    /// Simulates a run on the chips. Called by all ranks.
    ///
    /// The share of outliers and the pairs of blocks are those of the weights that all chips hold.
    ///
    /// - Returns: the result on the coordinator, nil on other ranks and where the chips cannot run the model.
    func simulate(prompt: Int, generated: Int) throws -> RunResult? {
        var share: Double?
        if hardware.request.scheme.nominalOutlierShare > 0 {
            let parts = shards.flatMap(\.layers).flatMap(\.linearParts)
            let own = [parts.reduce(0) { $0 + $1.outliers }, parts.reduce(0) { $0 + $1.counts.macs }]
            let all = try communicator.allReduce(own, .sum)
            share = Double(all[0]) / Double(max(all[1], 1))
        }
        return try hardware.simulate(
            prompt: prompt, generated: generated, outlierShare: share, blockPairs: blockPairs(), on: communicator)
    }

    /// Pairs of a narrower and a wider block of every layer's matrices, by name; none where the scheme has no pairs.
    private func blockPairs() throws -> [[String: Int]] {
        guard hardware.request.scheme.exceptionalCycles != nil else { return [] }
        var own: [Int: [String: Int]] = [:]
        for shard in shards {
            for (layer, parts) in zip(shard.seat.layers, shard.layers) {
                for part in parts.linearParts { own[layer, default: [:]][part.name] = part.exceptionalGroups.count }
            }
        }
        // Chips of one stage do not share layers, as tensor parallelism is refused.
        let all = try communicator.allGather(value: own).reduce(into: [:]) { $0.merge($1) { first, _ in first } }
        return (0..<shape.layers).map { all[$0] ?? [:] }
    }

    /// What all ranks have counted, on the coordinator. Called by all ranks.
    func allCounts() throws -> WorkCounts? {
        guard let byRank = try communicator.gather(value: counts) else { return nil }
        var all = byRank[0]
        for counts in byRank.dropFirst() { all.merge(counts) }
        return all
    }

    // MARK: Parts of a layer

    /// A product on a chip, counted.
    private func product(_ part: LinearPart, _ input: LinearInput, _ chip: Int) -> [Float] {
        counts.add(part.counts.with(tokens: input.tokens), part.name, chip: shards[chip].seat.chip)
        return part(input)
    }

    /// Every chip looks up the tokens of its own rows; the sum over chips has them all.
    private func embeddings(of tokens: [StepToken], _ stage: StageRanks) throws -> [Float] {
        let own = try shards.filter(\.seat.hasEmbedding).flatMap { try embedding(tokens, of: $0.seat.vocabularyRows) }
        return try sum(own, count: tokens.count * shape.hiddenSize, stage, isEmbedding: true)
    }

    /// What a chip's part of the feed-forward network makes of an input [tokens x its inner dimension].
    private func inner(_ parts: ChipShard.Layer, _ input: LinearInput, _ chip: Int) -> LinearInput {
        var inner = product(parts.gate ?? parts.up, input, chip)
        if parts.gate != nil, shape.activation == .silu, case .integer(let bits) = options.nonLinearArithmetic {
            let ups = product(parts.up, input, chip)
            return LinearInput(
                VectorUnit.swiGLU(gates: inner, ups: ups, tokens: input.tokens, bits: bits), columns: parts.up.rows)
        }
        VectorUnit.activate(&inner, shape.activation, model.description.geluForm)
        if parts.gate != nil { VectorUnit.multiply(&inner, by: product(parts.up, input, chip)) }
        return LinearInput(inner, tokens: input.tokens)
    }

    /// The attention of a chip's heads [tokens x its query dimension].
    private func attention(
        _ chip: Int, _ layer: Int, _ input: LinearInput, _ tokens: [StepToken], _ vectors: LayerVectors
    ) throws -> [Float] {
        let parts = shards[chip].layers[layer]
        let part = parts.part
        let queries = heads(product(parts.query, input, chip), tokens, norm: vectors.queryNorm)
        let keys = heads(product(parts.key, input, chip), tokens, norm: vectors.keyNorm)
        let values = product(parts.value, input, chip)
        var mixed = [Float](repeating: 0, count: queries.count)
        var firstQuery = 0
        for (head, group) in part.queryHeadsPerKVHead.enumerated() {
            var first = 0
            while first < tokens.count {
                let sequence = tokens[first].sequence
                let last = tokens[first...].firstIndex { $0.sequence != sequence } ?? tokens.count
                let extent = HeadExtent(
                    tokens: first..<last, keyHead: head, keyHeads: part.keyValueHeads.count,
                    queryHeads: firstQuery..<firstQuery + group, allQueryHeads: part.queryHeads.count)
                let cache = caches.head(sequence: sequence, chip: chip, layer: layer, head: head)
                try attend(cache, extent, queries, keys, values, into: &mixed)
                let rows = (last - first) * group
                counts.add(rule.attention(rows: rows, context: cache.count), "attention", chip: shards[chip].seat.chip)
                first = last
            }
            firstQuery += group
        }
        return mixed
    }

    /// Where one key and value head and its queries stand among those of a chip, for the tokens of one sequence.
    private struct HeadExtent {
        var tokens: Range<Int>
        var keyHead: Int
        var keyHeads: Int
        var queryHeads: Range<Int>
        var allQueryHeads: Int
    }

    /// One head's attention for the tokens of one sequence.
    private func attend(
        _ cache: any HeadCache, _ extent: HeadExtent, _ queries: [Float], _ keys: [Float], _ values: [Float],
        into mixed: inout [Float]
    ) throws {
        let size = shape.headDimension
        let before = cache.count
        let saturates = options.arithmetic == .rtl2024
        func cut(_ values: [Float]) -> [Float] {
            var own: [Float] = []
            own.reserveCapacity(extent.tokens.count * size)
            for token in extent.tokens {
                let start = (token * extent.keyHeads + extent.keyHead) * size
                own += values[start..<start + size]
            }
            return saturates ? own.map { Self.saturated($0) } : own
        }
        do { try cache.append(keys: cut(keys), values: cut(values)) } catch let error as InputError {
            throw error.naming(file: model.path)
        }
        let group = extent.queryHeads.count
        var own: [Float] = []
        own.reserveCapacity(extent.tokens.count * group * size)
        var limits: [Int] = []
        func start(_ token: Int) -> Int { (token * extent.allQueryHeads + extent.queryHeads.lowerBound) * size }
        for token in extent.tokens {
            own += queries[start(token)..<start(token) + group * size]
            for _ in 0..<group { limits.append(before + token - extent.tokens.lowerBound + 1) }
        }
        let result = cache.attend(own, limits: limits, scale: 1 / Float(size).squareRoot())
        for token in extent.tokens {
            let source = (token - extent.tokens.lowerBound) * group * size
            for index in 0..<group * size { mixed[start(token) + index] = result[source + index] }
        }
    }

    /// The nearest number of binary16: the sums of the published Verilog leave its range, and its lanes take infinities
    /// for numbers.
    private static func saturated(_ value: Float) -> Float {
        value.isNaN ? 0 : min(max(value, -65_504), 65_504)
    }

    /// Normalises, where the model does, and rotates the heads of queries or keys.
    private func heads(_ projected: [Float], _ tokens: [StepToken], norm: Norm?) -> [Float] {
        var result = projected
        let size = shape.headDimension
        let perToken = projected.count / max(tokens.count, 1)
        result.withUnsafeMutableBufferPointer { buffer in
            norm?.apply(to: buffer)
            guard let first = buffer.baseAddress else { return }
            for (index, token) in tokens.enumerated() {
                for head in stride(from: 0, to: perToken, by: size) {
                    rotary.rotate(first + index * perToken + head, position: token.position)
                }
            }
        }
        return result
    }

    /// Adds what the chips of a stage make of their part of an inner dimension.
    private func addPartialSums(
        to residual: inout [Float], _ stage: StageRanks, _ own: [Int], _ partial: (Int) throws -> [Float]
    ) throws {
        var parts: [Float] = []
        for chip in own { parts += try partial(chip) }
        let total = try sum(parts, count: residual.count, stage, isEmbedding: false)
        for index in residual.indices { residual[index] += total[index] }
    }

    /// The sum of the vectors of all chips of a stage, on all its ranks.
    ///
    /// - Parameters:
    ///   - own: those of this rank's chips, one behind the other.
    ///   - count: elements of a vector.
    private func sum(_ own: [Float], count: Int, _ stage: StageRanks, isEmbedding: Bool) throws -> [Float] {
        if plan.tensorParallel > 1, communicator.rank == stage.ranks.lowerBound {
            counts.exchange {
                $0.sums += 1
                $0.sumElements += count
            }
        }
        let all = try stage.allGather(own, on: communicator)
        return all.count == count ? all : sums(all, count: count, stage: stage.index, isEmbedding: isEmbedding)
    }

    private func add(_ bias: [Float]?, to residual: inout [Float]) {
        guard let bias else { return }
        for index in residual.indices { residual[index] += bias[index % bias.count] }
    }
}
