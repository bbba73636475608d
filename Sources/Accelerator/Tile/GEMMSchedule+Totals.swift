import Units

extension GEMMSchedule {
    /// Cycles of the PE array over all tiles.
    var totalComputeCycles: Int {
        guard gemm.weights.outlierShareQ32 == 0 else { return totalComputeCyclesByTile }
        let array = mapping.arrangement
        let passes =
            ((gemm.outputs + array.rows - 1) / array.rows) * ((gemm.tokens + array.columns - 1) / array.columns)
        let pass = chip.array.passCycles(
            inputs: gemm.inputs, offset: gemm.inputOffset, format: gemm.weights, stepCycles: stepCycles)
        return passes * pass + tiles.outputs * tiles.tokens * tiles.inputs * chip.array.fillCycles
    }

    /// The same, tile by tile: where there are outliers, the longer of two units decides in each.
    private var totalComputeCyclesByTile: Int {
        var total = 0
        forEachExtent(gemm.outputs, mapping.tileOutputs, tiles.outputs) { outputs, outputCount, _ in
            forEachExtent(gemm.tokens, mapping.tileTokens, tiles.tokens) { tokens, tokenCount, _ in
                forEachExtent(gemm.inputSpan, mapping.tileInputs, tiles.inputs, missing: gemm.inputOffset) {
                    inputs, inputCount, isFirst in
                    // No format has both outliers and exceptional groups, so that it does not matter which tile is last.
                    total +=
                        outputCount * tokenCount * inputCount
                        * compute(
                            outputs: outputs, tokens: tokens, inputs: inputs, isFirstInput: isFirst, isLastInput: true)
                }
            }
        }
        return total
    }

    /// Bytes and runs over all tiles, by what they carry.
    var totalTransfers: (weights: Transfers, inputs: Transfers, outputs: Transfers) {
        var weights = Transfers()
        forEachExtent(gemm.outputs, mapping.tileOutputs, tiles.outputs) { outputs, outputCount, _ in
            forEachExtent(gemm.inputSpan, mapping.tileInputs, tiles.inputs, missing: gemm.inputOffset) {
                inputs, inputCount, isFirst in
                let tile = weightTile(outputs: outputs, inputs: inputs, isFirstInput: isFirst)
                weights.add(tile, runs: 1, count: outputCount * inputCount * weightLoads)
            }
        }
        var inputs = Transfers()
        if !gemm.isInputResident {
            forEachExtent(gemm.tokens, mapping.tileTokens, tiles.tokens) { tokens, tokenCount, _ in
                forEachExtent(gemm.inputSpan, mapping.tileInputs, tiles.inputs, missing: gemm.inputOffset) {
                    width, inputCount, _ in
                    let tile = inputTile(tokens: tokens, inputs: width)
                    inputs.add(tile.bytes, runs: tile.runs, count: tokenCount * inputCount * inputLoads)
                }
            }
        }
        var outputs = Transfers()
        if !gemm.isOutputResident {
            forEachExtent(gemm.tokens, mapping.tileTokens, tiles.tokens) { tokens, tokenCount, _ in
                forEachExtent(gemm.outputs, mapping.tileOutputs, tiles.outputs) { width, outputCount, _ in
                    let tile = outputTile(tokens: tokens, outputs: width)
                    outputs.add(tile.bytes, runs: tile.runs, count: tokenCount * outputCount)
                }
            }
        }
        return (weights, inputs, outputs)
    }

    /// Calls a body for the first tile, of which some may be missing, the equal middle ones together, and the last.
    private func forEachExtent(
        _ total: Int, _ tile: Int, _ count: Int, missing: Int = 0,
        _ body: (_ extent: Int, _ count: Int, _ isFirst: Bool) -> Void
    ) {
        if count == 1 { return body(total - missing, 1, true) }
        body(tile - missing, 1, true)
        if count > 2 { body(tile, count - 2, false) }
        body(total - (count - 1) * tile, 1, false)
    }

    /// No schedule of this GEMM with this mapping can end earlier.
    ///
    /// - Parameter transfers: ``totalTransfers``.
    func lowerBound(_ transfers: (weights: Transfers, inputs: Transfers, outputs: Transfers)) -> Int {
        let moved = transfers.weights.bytes + transfers.inputs.bytes + transfers.outputs.bytes
        let first = tile(
            outer: LoopPosition(isFirst: true, isLast: counts.outer == 1),
            middle: LoopPosition(isFirst: true, isLast: counts.middle == 1),
            inner: LoopPosition(isFirst: true, isLast: counts.inner == 1))
        let prologue = first.load > 0 ? first.load + chip.dram.latencyCycles : 0
        return max(totalComputeCycles + prologue, chip.dram.busCycles(for: moved))
    }

    /// The cost of the whole GEMM.
    ///
    /// - Parameter latencyCycles: from ``TilePipeline`` or ``TileEventSimulation``.
    func cost(latencyCycles: Int) -> OperatorCost {
        let transfers = totalTransfers
        let array = chip.array
        var cost = OperatorCost()
        cost.latencyCycles = latencyCycles
        cost.computeCycles = totalComputeCycles
        cost.macs = gemm.macs
        cost.activeElementCycles =
            gemm.outputs * gemm.tokens
            * array.passCycles(
                inputs: gemm.inputs, offset: gemm.inputOffset, format: gemm.weights,
                stepCycles: gemm.weights.elementStepCycles)
        cost.dramReadBytes = transfers.weights.bytes + transfers.inputs.bytes
        cost.dramWriteBytes = transfers.outputs.bytes
        cost.dramBusCycles = chip.dram.busCycles(for: cost.dramReadBytes + cost.dramWriteBytes)

        let groups = gemm.weights.groups(columns: gemm.inputs, offset: gemm.inputOffset)
        let accumulations = gemm.weights.accumulatesPerGroup ? gemm.outputs * gemm.tokens * groups : 0
        let side = gemm.weights.side
        cost.side.multiplyAdds = gemm.outputs * gemm.tokens * groups * side.multiplyAddsPerGroup
        cost.side.additions =
            gemm.outputs * gemm.tokens * groups * side.shiftAddsPerGroup
            + gemm.inputs * gemm.tokens * side.groupSumAdditions
        cost.side.integerAdditions =
            cost.activeElementCycles * (side.maskedAccumulators * array.lanes + (side.hasWideAccumulator ? 1 : 0))
        cost.side.outliers = gemm.weights.outliers(rows: gemm.outputs, columns: gemm.inputs)
        cost.side.outlierProducts = cost.side.outliers * gemm.tokens
        cost.energy.pe =
            array.energyPerActiveCycle * Double(cost.activeElementCycles)
            + array.accumulateEnergy * Double(accumulations) + chip.sideUnits.energy(of: cost.side)

        // Each row of weights is read once for every group of tokens that the columns hold.
        let columnPasses = (gemm.tokens + mapping.arrangement.columns - 1) / mapping.arrangement.columns
        cost.operandBytes = gemm.weights.bytes(
            rows: gemm.outputs, columns: gemm.inputs, offset: gemm.inputOffset, withRowMetadata: true)
        cost.energy.weightBuffer =
            chip.weightBuffer.writeEnergyPerBit * Double(transfers.weights.bytes * 8)
            + chip.weightBuffer.readEnergyPerBit * Double(8 * cost.operandBytes * columnPasses)

        // Inputs are read once for every group of outputs that the rows hold; outputs of a split reduction go through
        // the buffer as FP32 between its parts.
        let rowPasses = (gemm.outputs + mapping.arrangement.rows - 1) / mapping.arrangement.rows
        let inputBits = gemm.tokens * gemm.inputs * gemm.inputBits
        let partialBits = gemm.tokens * gemm.outputs * 32 * (tiles.inputs - 1)
        let outputBits = gemm.tokens * gemm.outputs * gemm.outputBits
        cost.energy.activationBuffer =
            chip.activationBuffer.writeEnergyPerBit
            * Double(transfers.inputs.bytes * 8 + partialBits + outputBits)
            + chip.activationBuffer.readEnergyPerBit
            * Double(inputBits * rowPasses + partialBits + transfers.outputs.bytes * 8)

        cost.energy.dram =
            chip.dram.energy(moving: transfers.weights.bytes, runs: transfers.weights.runs, isWrite: false)
            + chip.dram.energy(moving: transfers.inputs.bytes, runs: transfers.inputs.runs, isWrite: false)
            + chip.dram.energy(moving: transfers.outputs.bytes, runs: transfers.outputs.runs, isWrite: true)
        return cost
    }
}

/// Bytes moved and the contiguous runs they came in.
struct Transfers: Hashable, Sendable {
    var bytes = 0
    var runs = 0

    mutating func add(_ bytes: Int, runs: Int, count: Int) {
        self.bytes += bytes * count
        self.runs += runs * count
    }
}
