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
    var layers: [Layer]
    /// Its rows of the head, or nil before the last stage.
    let head: LinearPart?
}

extension ChipShard.Layer {
    /// Reads and quantises a chip's part of a layer.
    ///
    /// - Throws: ``InputError`` (data).
    init(
        _ layer: Int, _ seat: ChipSeat, of shape: TransformerModel, kept: KeptChannels?, _ loader: MatrixLoader,
        _ rule: CountingRule
    ) throws {
        let (hidden, size) = (shape.hiddenSize, shape.headDimension)
        let names = LayerNames(family: shape.family)
        let part = seat.part(ofLayers: shape.sort(ofLayer: layer))
        let queries = part.queryColumns(size)
        let keys = part.keyValueRows(size)
        let queryHeads = kept?.elements(ofHeads: size * shape.queryHeadsPerKVHead)
        let keyHeads = kept?.elements(ofHeads: size)
        func rows(
            _ matrix: TensorNames.Matrix, _ name: String, _ count: Int, _ rows: Range<Int>, of kept: [Int]?,
            heads: Int? = nil, hasBias: Bool
        ) throws -> LinearPart {
            rule.counted(
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
            return rule.counted(part)
        }
        let bias = shape.hasQueryKeyValueBias
        let innerBias = shape.hasFeedForwardBias
        self.part = part
        query = try rows(
            .query, names.queryKeyValue.query, shape.queryDimension, queries, of: queryHeads, heads: size,
            hasBias: bias)
        key = try rows(
            .key, names.queryKeyValue.key, shape.keyValueDimension, keys, of: keyHeads, heads: size, hasBias: bias)
        value = try rows(
            .value, names.queryKeyValue.value, shape.keyValueDimension, keys, of: keyHeads, hasBias: bias)
        output = try partialSum(
            .output, names.output, shape.queryDimension, queries, of: queryHeads,
            hasBias: shape.hasAttentionOutputBias)
        gate =
            shape.feedForward == .gated
            ? try rows(
                .gate, names.feedForward.gate, shape.intermediateSize, part.inner, of: kept?.inner,
                hasBias: innerBias) : nil
        up = try rows(
            .up, names.feedForward.up, shape.intermediateSize, part.inner, of: kept?.inner, hasBias: innerBias)
        down = try partialSum(
            .down, names.feedForward.down, shape.intermediateSize, part.inner, of: kept?.inner, hasBias: innerBias)
    }
}

extension CountingRule {
    /// A part with what a product with one token counts.
    func counted(_ part: LinearPart) -> LinearPart {
        var part = part
        part.counts = counts(of: part)
        return part
    }
}
