import Units

extension AttentionSchedule {
    /// Rows and context of each kind of tile, with how many there are of it in one instance.
    private var tileClasses: [(rows: Int, context: Int, isLast: Bool, count: Int)] {
        let lastRows = block.rows - (rowBlocks - 1) * tileRows
        let lastContext = block.context - (contextTiles - 1) * tileContext
        return [
            (tileRows, tileContext, false, (rowBlocks - 1) * (contextTiles - 1)),
            (tileRows, lastContext, true, rowBlocks - 1),
            (lastRows, tileContext, false, contextTiles - 1),
            (lastRows, lastContext, true, 1),
        ].filter { $0.count > 0 }
    }

    /// Cycles of the PE array and of the vector unit over all tiles.
    var totalCycles: (products: Int, softmax: Int) {
        var products = 0
        var softmaxCycles = 0
        for tile in tileClasses {
            products += tile.count * productCycles(rows: tile.rows, context: tile.context)
            softmaxCycles +=
                tile.count
                * chip.vectorUnit.cycles(for: softmax(rows: tile.rows, context: tile.context, isLast: tile.isLast))
        }
        return (products * block.instances, softmaxCycles * block.instances)
    }

    /// Bytes and runs over all tiles.
    var totalTransfers: (cache: Transfers, queries: Transfers, outputs: Transfers) {
        let dram = chip.dram
        var cache = Transfers()
        let cacheLoads = block.instances * (contextTiles > 1 ? rowBlocks : 1)
        let lastContext = block.context - (contextTiles - 1) * tileContext
        if contextTiles > 1 {
            cache.add(
                2 * dram.moved(runs: 1, of: cacheBytes(tileContext)), runs: 2, count: cacheLoads * (contextTiles - 1))
        }
        cache.add(2 * dram.moved(runs: 1, of: cacheBytes(lastContext)), runs: 2, count: cacheLoads)
        var rows = Transfers()
        func bytes(_ rows: Int) -> Int {
            dram.moved(runs: 1, of: rows * block.headDimension * block.activationBits / 8)
        }
        if rowBlocks > 1 { rows.add(bytes(tileRows), runs: 1, count: block.instances * (rowBlocks - 1)) }
        rows.add(bytes(block.rows - (rowBlocks - 1) * tileRows), runs: 1, count: block.instances)
        return (cache, block.isQueryResident ? Transfers() : rows, block.isOutputResident ? Transfers() : rows)
    }

    /// The cost of the whole block.
    ///
    /// - Parameter latencyCycles: from ``TilePipeline`` or ``TileEventSimulation``.
    func cost(latencyCycles: Int) -> OperatorCost {
        let transfers = totalTransfers
        let cycles = totalCycles
        let array = chip.array
        let lanes = array.lanes
        var cost = OperatorCost()
        cost.latencyCycles = latencyCycles
        cost.computeCycles = cycles.products
        cost.vectorCycles = cycles.softmax
        cost.macs = block.macs
        let steps =
            block.context * ((block.headDimension + lanes - 1) / lanes)
            + block.headDimension * ((block.context + lanes - 1) / lanes)
        cost.activeElementCycles = block.instances * block.rows * steps * block.cache.cyclesPerStep
        cost.dramReadBytes = transfers.cache.bytes + transfers.queries.bytes
        cost.dramWriteBytes = transfers.outputs.bytes
        cost.dramBusCycles = chip.dram.busCycles(for: cost.dramReadBytes + cost.dramWriteBytes)

        let outputs = block.instances * block.rows * block.headDimension
        cost.energy.pe =
            array.energyPerActiveCycle * Double(cost.activeElementCycles)
            + array.accumulateEnergy * Double(outputs * contextTiles)
        // Keys and values are read from the buffer once per block of rows.
        cost.operandBytes = 2 * cacheBytes(block.context) * block.instances
        let cacheBits = 8 * cost.operandBytes * rowBlocks
        cost.energy.weightBuffer =
            chip.weightBuffer.writeEnergyPerBit * Double(transfers.cache.bytes * 8)
            + chip.weightBuffer.readEnergyPerBit * Double(cacheBits)
        // Queries in, scores out and back as probabilities (FP32, FP16), the running output out and back per tile.
        let scores = block.instances * block.rows * block.context
        let queryBits = outputs * block.activationBits * contextTiles
        let scoreBits = scores * (32 + block.activationBits)
        let outputBits = outputs * 32 * contextTiles
        cost.energy.activationBuffer =
            chip.activationBuffer.readEnergyPerBit
            * Double(queryBits + scoreBits + outputs * 32 * (contextTiles - 1) + transfers.outputs.bytes * 8)
            + chip.activationBuffer.writeEnergyPerBit
            * Double(transfers.queries.bytes * 8 + scoreBits + outputBits)
        var operations = VectorOperations()
        for tile in tileClasses {
            operations =
                operations
                + softmax(rows: tile.rows, context: tile.context, isLast: tile.isLast) * (tile.count * block.instances)
        }
        cost.energy.vector = chip.vectorUnit.energy(of: operations)
        cost.energy.dram =
            chip.dram.energy(moving: transfers.cache.bytes, runs: transfers.cache.runs, isWrite: false)
            + chip.dram.energy(moving: transfers.queries.bytes, runs: transfers.queries.runs, isWrite: false)
            + chip.dram.energy(moving: transfers.outputs.bytes, runs: transfers.outputs.runs, isWrite: true)
        return cost
    }
}
