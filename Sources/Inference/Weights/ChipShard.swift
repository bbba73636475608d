import Documents

/// What one chip holds of a model.
struct ChipShard: Sendable {
    /// A chip's part of a layer; nil where it has none.
    struct Layer: Sendable {
        var query: LinearPart?
        var key: LinearPart?
        var value: LinearPart?
        var output: LinearPart?
        var gate: LinearPart?
        var up: LinearPart?
        var down: LinearPart?
    }

    /// The chip.
    let chip: Int
    /// Its key and value heads.
    let keyValueHeads: Range<Int>
    /// Its columns of the output projection.
    let outputColumns: Range<Int>
    /// Its layers.
    let layers: [Layer]
    /// Its rows of the head.
    let vocabularyRows: Range<Int>
    /// These rows, or nil if there are none.
    let head: LinearPart?

    /// Reads and quantises a chip's shard.
    ///
    /// - Parameter progress: called after each layer.
    /// - Throws: ``InputError`` (data).
    init(chip: Int, _ division: ShardDivision, _ loader: MatrixLoader, progress: () -> Void) throws {
        let shape = division.shape
        self.chip = chip
        let heads = division.keyValueHeads(chip: chip)
        keyValueHeads = heads
        let outputGroups = division.outputGroups(chip: chip)
        let outputColumns = division.columns(outputGroups, of: shape.queryDimension)
        self.outputColumns = outputColumns
        let innerGroups = division.feedForwardGroups(chip: chip)
        let inner = division.columns(innerGroups, of: shape.intermediateSize)
        let (hidden, size) = (shape.hiddenSize, shape.headDimension)
        let hiddenGroups = 0..<(hidden + division.groupSize - 1) / division.groupSize
        let queries =
            heads.lowerBound * shape.queryHeadsPerKVHead * size..<heads.upperBound
            * shape.queryHeadsPerKVHead * size
        let keys = heads.lowerBound * size..<heads.upperBound * size
        layers = try (0..<shape.layers).map { layer in
            func rows(
                _ matrix: TensorNames.Matrix, _ count: Int, _ rows: Range<Int>, heads: Int? = nil, hasBias: Bool
            ) throws -> LinearPart? {
                guard !rows.isEmpty else { return nil }
                return try loader.part(
                    matrix, layer: layer, shape: [count, hidden], rows: rows, columns: 0..<hidden,
                    groups: hiddenGroups, headDimension: heads, hasBias: hasBias)
            }
            func partialSum(
                _ matrix: TensorNames.Matrix, _ width: Int, _ columns: Range<Int>, _ groups: Range<Int>
            ) throws -> LinearPart? {
                guard !columns.isEmpty else { return nil }
                return try loader.part(
                    matrix, layer: layer, shape: [hidden, width], rows: 0..<hidden, columns: columns, groups: groups)
            }
            let bias = shape.hasQueryKeyValueBias
            defer { progress() }
            return Layer(
                query: try rows(.query, shape.queryDimension, queries, heads: size, hasBias: bias),
                key: try rows(.key, shape.keyValueDimension, keys, heads: size, hasBias: bias),
                value: try rows(.value, shape.keyValueDimension, keys, hasBias: bias),
                output: try partialSum(.output, shape.queryDimension, outputColumns, outputGroups),
                gate: shape.feedForward == .gated
                    ? try rows(.gate, shape.intermediateSize, inner, hasBias: shape.hasFeedForwardBias) : nil,
                up: try rows(.up, shape.intermediateSize, inner, hasBias: shape.hasFeedForwardBias),
                down: try partialSum(.down, shape.intermediateSize, inner, innerGroups))
        }
        vocabularyRows = division.vocabularyRows(chip: chip)
        if vocabularyRows.isEmpty {
            head = nil
        } else if shape.hasTiedEmbeddings {
            head = try loader.tiedHead(rows: vocabularyRows, columns: hidden)
        } else {
            head = try loader.head(
                shape: [shape.vocabularySize, hidden], rows: vocabularyRows, groups: hiddenGroups)
        }
    }
}
