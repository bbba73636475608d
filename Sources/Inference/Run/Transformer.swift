import Checkpoints
import Documents
import MessagePassing
import Workload

/// A rank's chips running a model together with those of the other ranks.
///
/// What chips hold and add follows from their number alone, so that the results are the same bits for any number of
/// ranks. Every rank keeps the residual vectors of all tokens; chips meet three times in a layer: to put attention heads
/// together, and twice to add partial sums, chip after chip.
public final class Transformer {
    /// The model.
    public let model: LanguageModel
    let options: InferenceOptions
    let communicator: any Communicator
    let shape: TransformerModel
    let division: ShardDivision
    private let shards: [ChipShard]
    private let layerNorms: [LayerNorms]
    private let finalNorm: Norm
    private let embedding: Embedding
    private var rotary: RotaryTable
    private var caches: KeyValueCaches

    private struct LayerNorms {
        var attention: Norm
        var feedForward: Norm
        /// Of each query and key head, where the model has them.
        var query: Norm?
        var key: Norm?
    }

    /// Reads and quantises the shards of this rank's chips. Called by all ranks.
    ///
    /// - Parameter progress: called on every rank after each layer with the number done and that of all.
    /// - Throws: ``InputError`` (data), on this rank only: use `agree` around it.
    public init(
        _ model: LanguageModel, _ options: InferenceOptions, on communicator: any Communicator,
        progress: @escaping (Int, Int) -> Void = { _, _ in }
    ) throws {
        self.model = model
        self.options = options
        self.communicator = communicator
        let shape = model.description.shape
        self.shape = shape
        let division = ShardDivision(
            shape: shape, groupSize: options.weightScheme?.groupSize ?? Self.usualGroupSize, chips: options.chips)
        self.division = division
        let loader = MatrixLoader(model: model, options: options)
        embedding = try Embedding(model)
        layerNorms = try (0..<shape.layers).map { layer in
            let (hidden, size) = (shape.hiddenSize, shape.headDimension)
            var norms = LayerNorms(
                attention: try Norm(model.names.attentionNorm(layer: layer), width: hidden, model),
                feedForward: try Norm(model.names.feedForwardNorm(layer: layer), width: hidden, model))
            if shape.hasQueryKeyNorm {
                norms.query = try Norm(model.names.queryNorm(layer: layer), width: size, model)
                norms.key = try Norm(model.names.keyNorm(layer: layer), width: size, model)
            }
            return norms
        }
        finalNorm = try Norm(model.names.finalNorm, width: shape.hiddenSize, model)
        let own = BlockPartition(options.chips, into: communicator.size)[communicator.rank]
        var done = 0
        shards = try own.map { chip in
            try ChipShard(chip: chip, division, loader) {
                done += 1
                progress(done, own.count * shape.layers)
            }
        }
        rotary = RotaryTable(model.description)
        caches = KeyValueCaches(
            sequences: 0, headsPerChip: [], layers: 0, headDimension: shape.headDimension, options)
    }

    /// The borders at which inner dimensions are divided where nothing is quantised.
    private static let usualGroupSize = 128

    /// Forgets all sequences and starts new, empty ones.
    public func start(sequences: Int) {
        caches = KeyValueCaches(
            sequences: sequences, headsPerChip: shards.map(\.keyValueHeads.count), layers: shape.layers,
            headDimension: shape.headDimension, options)
    }

    /// Runs tokens through all layers. Called by all ranks with the same tokens.
    ///
    /// - Parameter tokens: any number for each sequence, those of one sequence in order and together.
    /// - Returns: the residual vectors behind the last layer [tokens x hidden], on every rank.
    func run(_ tokens: [StepToken]) throws -> [Float] {
        rotary.extend(to: (tokens.map(\.position).max() ?? 0) + 1)
        var residual = try embedding(tokens)
        for layer in 0..<shape.layers {
            let norms = layerNorms[layer]
            let mixed = try attention(
                LinearInput(norms.attention(residual), tokens: tokens.count), tokens, layer, norms)
            try addPartialSums(to: &residual) { shard in
                shard.layers[layer].output.map { part in
                    part(
                        LinearInput(
                            columns(shard.outputColumns, of: mixed, width: shape.queryDimension),
                            tokens: tokens.count))
                }
            }
            if shape.hasAttentionOutputBias { try addBias(.output, layer, to: &residual) }
            let input = LinearInput(norms.feedForward(residual), tokens: tokens.count)
            try addPartialSums(to: &residual) { shard in
                let parts = shard.layers[layer]
                guard let up = parts.up, let down = parts.down else { return nil }
                var inner = (parts.gate ?? up)(input)
                VectorUnit.activate(&inner, shape.activation, model.description.geluForm)
                if parts.gate != nil { VectorUnit.multiply(&inner, by: up(input)) }
                return down(LinearInput(inner, tokens: tokens.count))
            }
            if shape.hasFeedForwardBias { try addBias(.down, layer, to: &residual) }
        }
        return residual
    }

    /// The logits of some of the vectors that ``run(_:)`` returned. Called by all ranks.
    ///
    /// - Returns: [tokens x vocabulary] on the coordinator; nil on the others.
    func logits(_ residual: [Float], rows: Range<Int>) throws -> [Float]? {
        let hidden = shape.hiddenSize
        let values = Array(residual[rows.lowerBound * hidden..<rows.upperBound * hidden])
        let input = LinearInput(finalNorm(values), tokens: rows.count)
        let own = shards.flatMap { $0.head?(input) ?? [] }
        guard communicator.size > 1 || options.chips > 1 else { return own }
        guard let byRank = try communicator.gather(own, at: 0) else { return nil }
        var result = [Float](repeating: 0, count: rows.count * shape.vocabularySize)
        place(byRank.flatMap { $0 }, rows: rows.count, width: shape.vocabularySize, into: &result) {
            division.vocabularyRows(chip: $0)
        }
        return result
    }

    // MARK: Parts of a layer

    /// The attention of all heads [tokens x query dimension], on every rank.
    private func attention(
        _ input: LinearInput, _ tokens: [StepToken], _ layer: Int, _ norms: LayerNorms
    ) throws -> [Float] {
        let size = shape.headDimension
        let group = shape.queryHeadsPerKVHead
        var own: [Float] = []
        for (chip, shard) in shards.enumerated() {
            let parts = shard.layers[layer]
            guard let query = parts.query, let key = parts.key, let value = parts.value else { continue }
            let queries = heads(query(input), tokens, norm: norms.query)
            let keys = heads(key(input), tokens, norm: norms.key)
            let values = value(input)
            let heads = shard.keyValueHeads.count
            var mixed = [Float](repeating: 0, count: tokens.count * heads * group * size)
            for head in 0..<heads {
                var first = 0
                while first < tokens.count {
                    let sequence = tokens[first].sequence
                    let last = tokens[first...].firstIndex { $0.sequence != sequence } ?? tokens.count
                    let cache = caches.head(sequence: sequence, chip: chip, layer: layer, head: head)
                    try attend(
                        cache, first..<last, head: head, heads: heads, queries, keys, values, into: &mixed)
                    first = last
                }
            }
            own += mixed
        }
        guard options.chips > 1 || communicator.size > 1 else { return own }
        let all = try communicator.size > 1 ? communicator.allGather(own).flatMap { $0 } : own
        var result = [Float](repeating: 0, count: tokens.count * shape.queryDimension)
        place(all, rows: tokens.count, width: shape.queryDimension, into: &result) { chip in
            let heads = division.keyValueHeads(chip: chip)
            return heads.lowerBound * group * size..<heads.upperBound * group * size
        }
        return result
    }

    /// One head's attention for the tokens of one sequence.
    private func attend(
        _ cache: any HeadCache, _ range: Range<Int>, head: Int, heads: Int, _ queries: [Float], _ keys: [Float],
        _ values: [Float], into mixed: inout [Float]
    ) throws {
        let size = shape.headDimension
        let group = shape.queryHeadsPerKVHead
        let before = cache.count
        let saturates = options.arithmetic == .rtl2024
        func cut(_ values: [Float]) -> [Float] {
            var own: [Float] = []
            own.reserveCapacity(range.count * size)
            for token in range {
                let start = (token * heads + head) * size
                own += values[start..<start + size]
            }
            return saturates ? own.map { Self.saturated($0) } : own
        }
        do { try cache.append(keys: cut(keys), values: cut(values)) } catch let error as InputError {
            throw error.naming(file: model.path)
        }
        var own: [Float] = []
        own.reserveCapacity(range.count * group * size)
        var limits: [Int] = []
        for token in range {
            let start = (token * heads + head) * group * size
            own += queries[start..<start + group * size]
            for _ in 0..<group { limits.append(before + token - range.lowerBound + 1) }
        }
        let result = cache.attend(own, limits: limits, scale: 1 / Float(size).squareRoot())
        for token in range {
            let source = (token - range.lowerBound) * group * size
            let target = (token * heads + head) * group * size
            for index in 0..<group * size { mixed[target + index] = result[source + index] }
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

    /// Adds what all chips make of their part of an inner dimension, in the order of chips.
    private func addPartialSums(to residual: inout [Float], _ partial: (ChipShard) -> [Float]?) throws {
        let own = shards.compactMap(partial)
        let sums: [Float]
        if communicator.size > 1 {
            sums = try communicator.allGather(own.flatMap { $0 }).flatMap { $0 }
        } else if own.count == 1 {
            sums = own[0]
        } else {
            sums = own.flatMap { $0 }
        }
        let count = residual.count
        var total = Array(sums.prefix(count))
        for start in stride(from: count, to: sums.count, by: count) {
            for index in 0..<count { total[index] += sums[start + index] }
        }
        for index in 0..<count { residual[index] += total[index] }
    }

    private func addBias(_ matrix: TensorNames.Matrix, _ layer: Int, to residual: inout [Float]) throws {
        let hidden = shape.hiddenSize
        let bias = try model.weights.finiteVector(model.names.matrix(matrix, layer: layer) + ".bias", count: hidden)
        for index in residual.indices { residual[index] += bias[index % hidden] }
    }

    /// Puts the chips' columns, one chip's [rows x its columns] behind the other's, into rows of all columns.
    private func place(
        _ parts: [Float], rows: Int, width: Int, into result: inout [Float], _ columns: (Int) -> Range<Int>
    ) {
        var start = 0
        for chip in 0..<options.chips {
            let range = columns(chip)
            for row in 0..<rows {
                for column in 0..<range.count {
                    result[row * width + range.lowerBound + column] = parts[start + row * range.count + column]
                }
            }
            start += rows * range.count
        }
    }

    private func columns(_ range: Range<Int>, of values: [Float], width: Int) -> [Float] {
        if range == 0..<width { return values }
        return (0..<values.count / width).flatMap {
            values[$0 * width + range.lowerBound..<$0 * width + range.upperBound]
        }
    }
}
