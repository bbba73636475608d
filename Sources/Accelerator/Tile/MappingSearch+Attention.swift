extension MappingSearch {
    /// The best tiling of an attention block and its cost, or nil where not even the smallest tile fits the buffers.
    ///
    /// Candidates: blocks of rows and tiles of context of 8, 16, 32 ... up to everything, as far as they fit.
    public func best(for block: AttentionBlock) -> (schedule: AttentionSchedule, cost: OperatorCost)? {
        var candidates: [(bound: Int, bytes: Int, schedule: AttentionSchedule)] = []
        for tileRows in attentionSizes(block.rows) {
            for tileContext in attentionSizes(block.context) {
                let schedule = AttentionSchedule(block, tileRows: tileRows, tileContext: tileContext, chip: chip)
                guard schedule.fits else { continue }
                let cycles = schedule.totalCycles
                let transfers = schedule.totalTransfers
                let bytes = transfers.cache.bytes + transfers.queries.bytes + transfers.outputs.bytes
                let bound = max(
                    cycles.products + cycles.softmax + chip.dram.latencyCycles, chip.dram.busCycles(for: bytes))
                candidates.append((bound, bytes, schedule))
            }
        }
        return best(of: candidates).map { latency, schedule in (schedule, schedule.cost(latencyCycles: latency)) }
    }

    private func attentionSizes(_ total: Int) -> [Int] {
        var sizes = [total]
        var size = 8
        while size < total {
            sizes.append(size)
            size *= 2
        }
        return sizes
    }
}
