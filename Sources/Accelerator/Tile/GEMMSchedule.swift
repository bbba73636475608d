import Units

/// A GEMM with its mapping on a chip: the tiles, their costs, and the totals in closed form.
///
/// Compute of a tile = passes over the array x cycles of a pass + filling the PE pipeline. Weight tiles are contiguous
/// in DRAM; a tile of inputs or outputs is one run per token unless it spans whole rows. Tiles begin at the borders of
/// quantisation groups, so the first is shorter by the columns that a cut group has on another chip.
public struct GEMMSchedule: TileNest, Sendable {
    let gemm: GEMM
    let mapping: GEMMMapping
    let chip: Chip
    let tiles: (outputs: Int, tokens: Int, inputs: Int)
    let stepCycles: StepCycles

    init(_ gemm: GEMM, mapping: GEMMMapping, chip: Chip) {
        self.gemm = gemm
        self.mapping = mapping
        self.chip = chip
        func tileCount(_ total: Int, _ tile: Int) -> Int { (total + tile - 1) / tile }
        tiles = (
            tileCount(gemm.outputs, mapping.tileOutputs), tileCount(gemm.tokens, mapping.tileTokens),
            tileCount(gemm.inputSpan, mapping.tileInputs)
        )
        stepCycles = chip.array.stepCycles(
            format: gemm.weights, rows: min(mapping.arrangement.rows, gemm.outputs),
            columns: min(mapping.arrangement.columns, gemm.tokens), inputBits: gemm.inputBits, chip: chip)
    }

    // MARK: Buffers

    /// Whether the tiles fit the buffers: twice, where a next one must be loaded while one is in use.
    var fits: Bool {
        guard holdsExceptions else { return false }
        let weightTile = gemm.weights.bytes(
            rows: min(mapping.tileOutputs, gemm.outputs), columns: min(mapping.tileInputs, gemm.inputs),
            offset: tiles.inputs == 1 ? gemm.inputOffset : 0, withRowMetadata: true)
        let weightTiles = tiles.outputs * tiles.inputs > 1 ? 2 : 1
        guard weightTiles * weightTile <= chip.weightBuffer.capacity.count else { return false }
        let tokens = min(mapping.tileTokens, gemm.tokens)
        let inputTile =
            gemm.isInputResident ? 0 : tokens * min(mapping.tileInputs, gemm.inputs) * gemm.inputBits / 8
        let inputTiles = tiles.tokens * tiles.inputs > 1 ? 2 : 1
        let outputTile =
            tokens * min(mapping.tileOutputs, gemm.outputs) * (tiles.inputs > 1 ? 32 : gemm.outputBits) / 8
        let outputTiles = tiles.tokens * tiles.outputs > 1 ? 2 : 1
        return inputTiles * inputTile + outputTiles * outputTile
            <= chip.tileCapacity(besideResidents: gemm.isInputResident || gemm.isOutputResident)
    }

    // MARK: Tiles

    /// Iterations of the three loops.
    public var counts: (outer: Int, middle: Int, inner: Int) {
        switch mapping.order {
        case .weightsOuter: (tiles.outputs, tiles.tokens, tiles.inputs)
        case .tokensOuter: (tiles.tokens, tiles.outputs, tiles.inputs)
        }
    }

    /// The cost of a tile from where its iterations stand.
    public func tile(outer: LoopPosition, middle: LoopPosition, inner: LoopPosition) -> TileCost {
        let (output, token) = mapping.order == .weightsOuter ? (outer, middle) : (middle, outer)
        func extent(_ isLast: Bool, _ total: Int, _ tile: Int, _ count: Int) -> Int {
            isLast ? total - (count - 1) * tile : tile
        }
        let extents = (
            outputs: extent(output.isLast, gemm.outputs, mapping.tileOutputs, tiles.outputs),
            tokens: extent(token.isLast, gemm.tokens, mapping.tileTokens, tiles.tokens),
            inputs: extent(inner.isLast, gemm.inputSpan, mapping.tileInputs, tiles.inputs)
                - (inner.isFirst ? gemm.inputOffset : 0)
        )
        let loadsWeights: Bool
        let loadsInputs: Bool
        switch mapping.order {
        case .weightsOuter:
            loadsWeights = tiles.inputs > 1 || middle.isFirst
            loadsInputs = tiles.inputs > 1 || tiles.tokens > 1 || outer.isFirst
        case .tokensOuter:
            loadsWeights = tiles.inputs > 1 || tiles.outputs > 1 || outer.isFirst
            loadsInputs = tiles.inputs > 1 || middle.isFirst
        }
        return cost(
            of: extents, isFirstInput: inner.isFirst, isLastInput: inner.isLast, loadsWeights: loadsWeights,
            loadsInputs: loadsInputs,
            stores: inner.isLast)
    }

    /// The cost of a tile from its indices: what differs from the tile before it is loaded.
    public func tile(at index: (outer: Int, middle: Int, inner: Int)) -> TileCost {
        func operands(_ index: (outer: Int, middle: Int, inner: Int)) -> (output: Int, token: Int, input: Int) {
            mapping.order == .weightsOuter
                ? (index.outer, index.middle, index.inner) : (index.middle, index.outer, index.inner)
        }
        let now = operands(index)
        var before: (output: Int, token: Int, input: Int)?
        if index.inner > 0 {
            before = operands((index.outer, index.middle, index.inner - 1))
        } else if index.middle > 0 {
            before = operands((index.outer, index.middle - 1, counts.inner - 1))
        } else if index.outer > 0 {
            before = operands((index.outer - 1, counts.middle - 1, counts.inner - 1))
        }
        let extents = (
            outputs: min(mapping.tileOutputs, gemm.outputs - now.output * mapping.tileOutputs),
            tokens: min(mapping.tileTokens, gemm.tokens - now.token * mapping.tileTokens),
            inputs: min((now.input + 1) * mapping.tileInputs, gemm.inputSpan)
                - max(now.input * mapping.tileInputs, gemm.inputOffset)
        )
        return cost(
            of: extents, isFirstInput: now.input == 0, isLastInput: now.input == tiles.inputs - 1,
            loadsWeights: before.map { $0.output != now.output || $0.input != now.input } ?? true,
            loadsInputs: before.map { $0.token != now.token || $0.input != now.input } ?? true,
            stores: now.input == tiles.inputs - 1)
    }

    private func cost(
        of extents: (outputs: Int, tokens: Int, inputs: Int), isFirstInput: Bool, isLastInput: Bool,
        loadsWeights: Bool, loadsInputs: Bool, stores: Bool
    ) -> TileCost {
        var loaded = 0
        if loadsWeights {
            loaded += weightTile(outputs: extents.outputs, inputs: extents.inputs, isFirstInput: isFirstInput)
        }
        if loadsInputs, !gemm.isInputResident {
            loaded += inputTile(tokens: extents.tokens, inputs: extents.inputs).bytes
        }
        let stored =
            stores && !gemm.isOutputResident
            ? outputTile(tokens: extents.tokens, outputs: extents.outputs).bytes : 0
        return TileCost(
            load: chip.dram.busCycles(for: loaded),
            compute: compute(
                outputs: extents.outputs, tokens: extents.tokens, inputs: extents.inputs, isFirstInput: isFirstInput,
                isLastInput: isLastInput),
            store: chip.dram.busCycles(for: stored))
    }

    /// Cycles of a tile in the array; the unit for outliers works beside it and may take longer.
    func compute(outputs: Int, tokens: Int, inputs: Int, isFirstInput: Bool, isLastInput: Bool) -> Int {
        let array = mapping.arrangement
        let passes = ((outputs + array.rows - 1) / array.rows) * ((tokens + array.columns - 1) / array.columns)
        let pass = chip.array.passCycles(
            inputs: inputs, offset: isFirstInput ? gemm.inputOffset : 0,
            exceptional: exceptionalGroups(isFirstInput: isFirstInput, isLastInput: isLastInput),
            format: gemm.weights, stepCycles: stepCycles)
        let products = gemm.weights.outliers(rows: outputs, columns: inputs) * tokens
        let lanes = chip.sideUnits.gatherLanes
        return max(passes * pass, (products + lanes - 1) / lanes) + chip.array.fillCycles
    }

    /// Whole groups of the first and of the last tile along the inputs.
    private var outerGroups: (first: Int, last: Int) {
        let size = gemm.weights.groupSize
        let last = gemm.inputSpan - (tiles.inputs - 1) * mapping.tileInputs
        return tiles.inputs == 1
            ? (0, (gemm.inputSpan - gemm.inputOffset) / size)
            : ((mapping.tileInputs - gemm.inputOffset) / size, last / size)
    }

    /// Exceptional groups of a tile: the last has as many as it can, the first the others; the order of groups is free.
    private func exceptionalGroups(isFirstInput: Bool, isLastInput: Bool) -> Int {
        guard let count = gemm.weights.exceptionalGroups?.count else { return 0 }
        let last = min(count, outerGroups.last)
        if tiles.inputs == 1 { return count }
        return isLastInput ? last : isFirstInput ? count - last : 0
    }

    /// Whether the first and the last tile can have all exceptional groups.
    private var holdsExceptions: Bool {
        let count = gemm.weights.exceptionalGroups?.count ?? 0
        return count == 0 || count <= outerGroups.first + outerGroups.last
    }

    // MARK: Transfers

    func weightTile(outputs: Int, inputs: Int, isFirstInput: Bool) -> Int {
        chip.dram.moved(
            runs: 1,
            of: gemm.weights.bytes(
                rows: outputs, columns: inputs, offset: isFirstInput ? gemm.inputOffset : 0,
                withRowMetadata: isFirstInput))
    }

    func inputTile(tokens: Int, inputs: Int) -> (bytes: Int, runs: Int) {
        rows(tokens, of: inputs, width: gemm.inputs, bits: gemm.inputBits)
    }

    func outputTile(tokens: Int, outputs: Int) -> (bytes: Int, runs: Int) {
        rows(tokens, of: outputs, width: gemm.outputs, bits: gemm.outputBits)
    }

    private func rows(_ count: Int, of elements: Int, width: Int, bits: Int) -> (bytes: Int, runs: Int) {
        elements == width
            ? (chip.dram.moved(runs: 1, of: count * elements * bits / 8), 1)
            : (chip.dram.moved(runs: count, of: elements * bits / 8), count)
    }

    /// How often the whole of the weights is loaded.
    var weightLoads: Int {
        switch mapping.order {
        case .weightsOuter: tiles.inputs > 1 ? tiles.tokens : 1
        case .tokensOuter: tiles.inputs > 1 || tiles.outputs > 1 ? tiles.tokens : 1
        }
    }

    /// How often the whole of the inputs is loaded.
    var inputLoads: Int {
        switch mapping.order {
        case .weightsOuter: tiles.inputs > 1 || tiles.tokens > 1 ? tiles.outputs : 1
        case .tokensOuter: tiles.inputs > 1 ? tiles.outputs : 1
        }
    }
}
