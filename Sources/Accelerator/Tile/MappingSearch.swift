/// Finds the fastest mapping of a GEMM on a chip, exhaustively over array shapes, tile sizes and loop orders.
///
/// Candidates: every arrangement of the clusters; tiles of one, two, four ... array heights by one, two, four ... array
/// widths, up to the whole matrix; whole reductions and powers of two of a group; both loop orders. Of those that fit
/// the buffers, the one with the least latency wins, then the least DRAM traffic (or the other way round, as the objective
/// says), then the first in that order. A lower bound prunes what cannot win; the result is the same as trying all.
public struct MappingSearch: Sendable {
    /// How the latency of a mapping is found.
    public enum Evaluator: String, Sendable, Codable, CaseIterable {
        /// ``TilePipeline``.
        case fast
        /// ``TileEventSimulation``, for the winning mapping.
        case event
    }

    /// What the search makes as small as it can; the other of the two decides between equals.
    public enum Objective: String, Sendable, Codable, CaseIterable {
        /// Latency. With it a faster memory or link never makes a run slower.
        case latency
        /// DRAM traffic, which is most of the energy.
        case traffic
    }

    let chip: Chip
    let objective: Objective
    let evaluator: Evaluator

    /// Creates a search on a chip.
    public init(chip: Chip, objective: Objective = .latency, evaluator: Evaluator = .fast) {
        self.chip = chip
        self.objective = objective
        self.evaluator = evaluator
    }

    /// The best mapping and its cost, or nil where not even the smallest tile fits the buffers.
    public func best(for gemm: GEMM) -> (schedule: GEMMSchedule, cost: OperatorCost)? {
        var candidates: [(bound: Int, bytes: Int, schedule: GEMMSchedule)] = []
        forEachCandidate(of: gemm) { schedule in
            let transfers = schedule.totalTransfers
            let bytes = transfers.weights.bytes + transfers.inputs.bytes + transfers.outputs.bytes
            candidates.append((schedule.lowerBound(transfers), bytes, schedule))
        }
        return best(of: candidates).map { latency, schedule in (schedule, schedule.cost(latencyCycles: latency)) }
    }

    /// The candidate that is best by the objective, and its latency.
    ///
    /// Candidates are tried by rising bound until none can win any more.
    func best<Schedule: TileNest>(
        of candidates: [(bound: Int, bytes: Int, schedule: Schedule)]
    ) -> (latency: Int, schedule: Schedule)? {
        func rank(latency: Int, bytes: Int, index: Int) -> (Int, Int, Int) {
            objective == .latency ? (latency, bytes, index) : (bytes, latency, index)
        }
        let bounds = candidates.enumerated().map { rank(latency: $1.bound, bytes: $1.bytes, index: $0) }
        var best: (rank: (Int, Int, Int), latency: Int, index: Int)?
        for bound in bounds.sorted(by: <) {
            if let best, bound > best.rank { break }
            let index = bound.2
            let latency = TilePipeline.run(candidates[index].schedule, latency: chip.dram.latencyCycles)
            let found = rank(latency: latency, bytes: candidates[index].bytes, index: index)
            if best.map({ found < $0.rank }) ?? true { best = (found, latency, index) }
        }
        return best.map { best in
            let schedule = candidates[best.index].schedule
            let latency =
                evaluator == .fast
                ? best.latency : TileEventSimulation.run(schedule, latency: chip.dram.latencyCycles)
            return (latency, schedule)
        }
    }

    func forEachCandidate(of gemm: GEMM, _ body: (GEMMSchedule) -> Void) {
        // Whole groups, and enough of them to fill the lanes: a tile never cuts a group.
        let groupSize = gemm.weights.groupSize
        let unit = (chip.array.lanes + groupSize - 1) / groupSize * groupSize
        let inputSizes = [gemm.inputSpan] + sizes(step: unit, total: gemm.inputSpan).dropLast().reversed()
        for arrangement in chip.arrangements {
            for tileOutputs in sizes(step: arrangement.rows, total: gemm.outputs) {
                for tileTokens in sizes(step: arrangement.columns, total: gemm.tokens) {
                    for tileInputs in inputSizes {
                        for order in GEMMMapping.Order.allCases {
                            let schedule = GEMMSchedule(
                                gemm,
                                mapping: GEMMMapping(
                                    arrangement: arrangement, tileOutputs: tileOutputs, tileTokens: tileTokens,
                                    tileInputs: tileInputs, order: order),
                                chip: chip)
                            if schedule.fits { body(schedule) }
                        }
                    }
                }
            }
        }
    }

    /// `step`, twice, four times ... and last the first that covers everything, cut to it.
    private func sizes(step: Int, total: Int) -> [Int] {
        var sizes: [Int] = []
        var size = step
        while size < total {
            sizes.append(size)
            size *= 2
        }
        return sizes + [total]
    }
}
