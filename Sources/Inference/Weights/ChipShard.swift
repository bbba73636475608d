import Documents
import Workload

/// What one chip holds of a model.
struct ChipShard: Sendable {
    /// A chip's part of a layer.
    struct Layer: Sendable {
        var query: LinearPart
        var key: LinearPart
        var value: LinearPart
        var output: LinearPart
        /// Where the feed-forward network has one.
        var gate: LinearPart?
        var up: LinearPart
        var down: LinearPart
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
    ///   - rule: how products are counted.
    ///   - progress: called after each layer.
    /// - Throws: ``InputError`` (data).
    init(_ seat: ChipSeat, _ loader: MatrixLoader, _ rule: CountingRule, progress: () -> Void) throws {
        let shape = loader.model.description.shape
        self.seat = seat
        let (hidden, size) = (shape.hiddenSize, shape.headDimension)
        let queries = seat.queryColumns(size)
        let keys = seat.keyValueRows(size)
        let names = LayerNames(family: shape.family)
        func counted(_ part: LinearPart) -> LinearPart {
            var part = part
            part.counts = rule.counts(of: part)
            return part
        }
        layers = try seat.layers.map { layer in
            func rows(
                _ matrix: TensorNames.Matrix, _ name: String, _ count: Int, _ rows: Range<Int>, heads: Int? = nil,
                hasBias: Bool
            ) throws -> LinearPart {
                counted(
                    try loader.part(
                        matrix, layer: layer, name: name, shape: [count, hidden], rows: rows, columns: 0..<hidden,
                        headDimension: heads, hasBias: hasBias))
            }
            func partialSum(
                _ matrix: TensorNames.Matrix, _ name: String, _ width: Int, _ columns: Range<Int>, hasBias: Bool
            ) throws -> LinearPart {
                var part = try loader.part(
                    matrix, layer: layer, name: name, shape: [hidden, width], rows: 0..<hidden, columns: columns)
                part.hasBias = hasBias
                return counted(part)
            }
            let bias = shape.hasQueryKeyValueBias
            defer { progress() }
            return Layer(
                query: try rows(
                    .query, names.queryKeyValue.query, shape.queryDimension, queries, heads: size, hasBias: bias),
                key: try rows(
                    .key, names.queryKeyValue.key, shape.keyValueDimension, keys, heads: size, hasBias: bias),
                value: try rows(.value, names.queryKeyValue.value, shape.keyValueDimension, keys, hasBias: bias),
                output: try partialSum(
                    .output, names.output, shape.queryDimension, queries, hasBias: shape.hasAttentionOutputBias),
                gate: shape.feedForward == .gated
                    ? try rows(
                        .gate, names.feedForward.gate, shape.intermediateSize, seat.inner,
                        hasBias: shape.hasFeedForwardBias) : nil,
                up: try rows(
                    .up, names.feedForward.up, shape.intermediateSize, seat.inner, hasBias: shape.hasFeedForwardBias),
                down: try partialSum(
                    .down, names.feedForward.down, shape.intermediateSize, seat.inner, hasBias: shape.hasFeedForwardBias
                ))
        }
        head = seat.hasHead ? counted(try loader.head(rows: seat.vocabularyRows)) : nil
    }
}
