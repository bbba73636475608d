import Documents
import Workload

/// What one chip holds of a model.
struct ChipShard: Sendable {
    /// A chip's part of a layer.
    struct Layer: Sendable {
        /// Which part it is.
        var part: ChipSeat.Part
        var query: LinearPart
        var key: LinearPart
        var value: LinearPart
        var output: LinearPart
        /// Where the feed-forward network has one.
        var gate: LinearPart?
        var up: LinearPart
        var down: LinearPart

        /// All its matrices.
        var linearParts: [LinearPart] { [query, key, value, output] + (gate.map { [$0] } ?? []) + [up, down] }
    }

    /// Which part it is.
    let seat: ChipSeat
    /// Its layers, from the first of its stage on.
    let layers: [Layer]
    /// Its rows of the head, or nil before the last stage.
    let head: LinearPart?

    /// Reads and quantises a chip's shard.
    ///
    /// - Parameters:
    ///   - shape: the model as it runs, pruned or not.
    ///   - kept: what pruned layers keep.
    ///   - rule: how products are counted.
    ///   - progress: called after each layer.
    /// - Throws: ``InputError`` (data).
    init(
        _ seat: ChipSeat, of shape: TransformerModel, kept: [Int: KeptChannels], _ loader: MatrixLoader,
        _ rule: CountingRule, progress: () -> Void
    ) throws {
        self.seat = seat
        let (hidden, size) = (shape.hiddenSize, shape.headDimension)
        let names = LayerNames(family: shape.family)
        func counted(_ part: LinearPart) -> LinearPart {
            var part = part
            part.counts = rule.counts(of: part)
            return part
        }
        layers = try seat.layers.map { layer in
            let part = seat.part(ofLayers: shape.sort(ofLayer: layer))
            let queries = part.queryColumns(size)
            let keys = part.keyValueRows(size)
            let queryHeads = kept[layer]?.elements(ofHeads: size * shape.queryHeadsPerKVHead)
            let keyHeads = kept[layer]?.elements(ofHeads: size)
            let inner = kept[layer]?.inner
            func rows(
                _ matrix: TensorNames.Matrix, _ name: String, _ count: Int, _ rows: Range<Int>, of kept: [Int]?,
                heads: Int? = nil, hasBias: Bool
            ) throws -> LinearPart {
                counted(
                    try loader.part(
                        matrix, layer: layer, name: name, shape: [count, hidden], rows: rows, columns: 0..<hidden,
                        headDimension: heads, hasBias: hasBias, kept: MatrixSelection(outputs: kept)))
            }
            func partialSum(
                _ matrix: TensorNames.Matrix, _ name: String, _ width: Int, _ columns: Range<Int>, of kept: [Int]?,
                hasBias: Bool
            ) throws -> LinearPart {
                var part = try loader.part(
                    matrix, layer: layer, name: name, shape: [hidden, width], rows: 0..<hidden, columns: columns,
                    kept: MatrixSelection(inputs: kept))
                part.hasBias = hasBias
                return counted(part)
            }
            let bias = shape.hasQueryKeyValueBias
            defer { progress() }
            let innerBias = shape.hasFeedForwardBias
            return Layer(
                part: part,
                query: try rows(
                    .query, names.queryKeyValue.query, shape.queryDimension, queries, of: queryHeads, heads: size,
                    hasBias: bias),
                key: try rows(
                    .key, names.queryKeyValue.key, shape.keyValueDimension, keys, of: keyHeads, heads: size,
                    hasBias: bias),
                value: try rows(
                    .value, names.queryKeyValue.value, shape.keyValueDimension, keys, of: keyHeads, hasBias: bias),
                output: try partialSum(
                    .output, names.output, shape.queryDimension, queries, of: queryHeads,
                    hasBias: shape.hasAttentionOutputBias),
                gate: shape.feedForward == .gated
                    ? try rows(
                        .gate, names.feedForward.gate, shape.intermediateSize, part.inner, of: inner,
                        hasBias: innerBias) : nil,
                up: try rows(
                    .up, names.feedForward.up, shape.intermediateSize, part.inner, of: inner, hasBias: innerBias),
                down: try partialSum(
                    .down, names.feedForward.down, shape.intermediateSize, part.inner, of: inner, hasBias: innerBias))
        }
        head = seat.hasHead ? counted(try loader.head(rows: seat.vocabularyRows)) : nil
    }
}
