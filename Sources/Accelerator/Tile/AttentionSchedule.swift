import Units

/// An attention block with its tiles on a chip: which rows meet which part of the context at a time.
///
/// Loops: instances, blocks of rows, tiles of the context. A tile costs its two products with the best array shape for
/// each, and the softmax between them, one after the other; keys and values of the next tile are loaded meanwhile.
public struct AttentionSchedule: TileNest, Sendable {
    let block: AttentionBlock
    let tileRows: Int
    let tileContext: Int
    let chip: Chip
    let rowBlocks: Int
    let contextTiles: Int

    init(_ block: AttentionBlock, tileRows: Int, tileContext: Int, chip: Chip) {
        self.block = block
        self.tileRows = tileRows
        self.tileContext = tileContext
        self.chip = chip
        rowBlocks = (block.rows + tileRows - 1) / tileRows
        contextTiles = (block.context + tileContext - 1) / tileContext
    }

    /// Whether the tiles fit the buffers: twice, where a next one must be loaded while one is in use.
    var fits: Bool {
        let cacheTile = 2 * cacheBytes(min(tileContext, block.context))
        let cacheTiles = block.instances * contextTiles > 1 ? 2 : 1
        guard cacheTiles * cacheTile <= chip.weightBuffer.capacity.count else { return false }
        let rows = min(tileRows, block.rows)
        let blocks = block.instances * rowBlocks > 1 ? 2 : 1
        let query = block.isQueryResident ? 0 : rows * block.headDimension * block.activationBits / 8
        let scores = rows * min(tileContext, block.context) * 4
        let output = rows * block.headDimension * 4
        return blocks * (query + output) + scores
            <= chip.tileCapacity(besideResidents: block.isQueryResident || block.isOutputResident)
    }

    /// Iterations of the three loops.
    public var counts: (outer: Int, middle: Int, inner: Int) { (block.instances, rowBlocks, contextTiles) }

    /// The cost of a tile from where its iterations stand.
    public func tile(outer: LoopPosition, middle: LoopPosition, inner: LoopPosition) -> TileCost {
        cost(
            rows: middle.isLast ? block.rows - (rowBlocks - 1) * tileRows : tileRows,
            context: inner.isLast ? block.context - (contextTiles - 1) * tileContext : tileContext,
            loadsCache: contextTiles > 1 || middle.isFirst, startsRows: inner.isFirst, endsRows: inner.isLast)
    }

    /// The cost of a tile from its indices.
    public func tile(at index: (outer: Int, middle: Int, inner: Int)) -> TileCost {
        let holdsCacheAlready = index.middle > 0 && contextTiles == 1
        return cost(
            rows: min(tileRows, block.rows - index.middle * tileRows),
            context: min(tileContext, block.context - index.inner * tileContext),
            loadsCache: !holdsCacheAlready, startsRows: index.inner == 0, endsRows: index.inner == contextTiles - 1)
    }

    private func cost(rows: Int, context: Int, loadsCache: Bool, startsRows: Bool, endsRows: Bool) -> TileCost {
        var loaded = loadsCache ? 2 * chip.dram.moved(runs: 1, of: cacheBytes(context)) : 0
        if startsRows, !block.isQueryResident { loaded += rowBytes(rows) }
        let stored = endsRows && !block.isOutputResident ? rowBytes(rows) : 0
        return TileCost(
            load: chip.dram.busCycles(for: loaded),
            compute: productCycles(rows: rows, context: context)
                + chip.vectorUnit.cycles(for: softmax(rows: rows, context: context, isLast: endsRows)),
            store: chip.dram.busCycles(for: stored))
    }

    // MARK: Parts of a tile

    func cacheBytes(_ tokens: Int) -> Int {
        block.cache.bytes(rows: tokens, columns: block.headDimension, withRowMetadata: true)
    }

    private func rowBytes(_ rows: Int) -> Int {
        chip.dram.moved(runs: 1, of: rows * block.headDimension * block.activationBits / 8)
    }

    /// Cycles of the PE array for both products of a tile, filling included.
    func productCycles(rows: Int, context: Int) -> Int {
        fastest(outputs: context, inputs: block.headDimension, rows: rows)
            + fastest(outputs: block.headDimension, inputs: context, rows: rows) + 2 * chip.array.fillCycles
    }

    private func fastest(outputs: Int, inputs: Int, rows: Int) -> Int {
        var format = block.cache
        format.scalesSerially = false
        var fastest = Int.max
        for array in chip.arrangements {
            let step = chip.array.stepCycles(
                format: format, rows: min(array.rows, outputs), columns: min(array.columns, rows),
                inputBits: block.activationBits, chip: chip
            ).usual
            let passes = ((outputs + array.rows - 1) / array.rows) * ((rows + array.columns - 1) / array.columns)
            let steps = (inputs + chip.array.lanes - 1) / chip.array.lanes
            fastest = min(fastest, passes * steps * step)
        }
        return fastest
    }

    /// Operations between the two products.
    ///
    /// Per score: scaling by the key's scale and 1/√d (folded), comparison, subtraction of the maximum, exponential, sum,
    /// and scaling by the value's scale; per row a reciprocal and the final division of the output; with several tiles of
    /// context, rescaling of the running output and sum. Zero points take a multiply-add per score with the sum of the query,
    /// and another that sums them by probabilities; per row the sum of the query and a subtraction from each output.
    func softmax(rows: Int, context: Int, isLast: Bool) -> VectorOperations {
        let scores = rows * context
        let output = rows * block.headDimension
        let hasZeroPoints = block.cache.side.groupSumAdditions > 0
        var operations = VectorOperations(
            additions: 3 * scores, multiplications: (block.cache.hasScales ? 2 : 1) * scores, specials: scores)
        if hasZeroPoints {
            operations = operations + VectorOperations(additions: 2 * scores, multiplications: 2 * scores)
        }
        if contextTiles > 1 {
            operations = operations + VectorOperations(multiplications: output + rows, specials: rows)
        }
        if isLast {
            operations = operations + VectorOperations(multiplications: output, specials: rows)
            if hasZeroPoints { operations = operations + VectorOperations(additions: 2 * output) }
        }
        return operations
    }
}
