import Testing
import _SimulationTestSupport

@testable import Accelerator

@Suite struct MappingSearchTests {
    /// All candidates, none pruned, in the order in which the search documents ties: latency, traffic, first.
    private func bruteForce(_ gemm: GEMM, _ chip: Chip, _ objective: MappingSearch.Objective) -> [Int]? {
        var best: [Int]?
        var index = 0
        MappingSearch(chip: chip).forEachCandidate(of: gemm) { schedule in
            let latency = TilePipeline.run(schedule, latency: chip.dram.latencyCycles)
            let cost = schedule.cost(latencyCycles: latency)
            let bytes = cost.dramReadBytes + cost.dramWriteBytes
            let rank = objective == .latency ? [latency, bytes, index] : [bytes, latency, index]
            if best.map({ rank.lexicographicallyPrecedes($0) }) ?? true { best = rank }
            index += 1
        }
        return best.map { Array($0.prefix(2)) }
    }

    @Test(arguments: 0..<8)
    func `The pruned search finds what trying every candidate finds`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: 3000 + seed)
        for _ in 0..<2 {
            let chip = try Random.chip(&generator)
            let gemm = Random.gemm(&generator)
            for objective in MappingSearch.Objective.allCases {
                let expected = bruteForce(gemm, chip, objective)
                for evaluator in MappingSearch.Evaluator.allCases {
                    let search = MappingSearch(chip: chip, objective: objective, evaluator: evaluator)
                    let found = search.best(for: gemm).map { _, cost in
                        let bytes = cost.dramReadBytes + cost.dramWriteBytes
                        return objective == .latency ? [cost.latencyCycles, bytes] : [bytes, cost.latencyCycles]
                    }
                    #expect(found == expected, "seed \(seed): \(gemm) \(objective)")
                }
            }
        }
    }

    @Test(arguments: 0..<12)
    func `The attention search finds the fastest of its candidates`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: 4000 + seed)
        func sizes(_ total: Int) -> [Int] { [total] + (3...20).map { 1 << $0 }.filter { $0 < total } }
        for _ in 0..<4 {
            let chip = try Random.chip(&generator)
            let block = Random.attention(&generator)
            var best: [Int]?
            for rows in sizes(block.rows) {
                for context in sizes(block.context) {
                    let schedule = AttentionSchedule(block, tileRows: rows, tileContext: context, chip: chip)
                    guard schedule.fits else { continue }
                    let cost = schedule.cost(
                        latencyCycles: TileEventSimulation.run(schedule, latency: chip.dram.latencyCycles))
                    let rank = [cost.latencyCycles, cost.dramReadBytes + cost.dramWriteBytes]
                    if best.map({ rank.lexicographicallyPrecedes($0) }) ?? true { best = rank }
                }
            }
            let found = MappingSearch(chip: chip).best(for: block)?.cost
            #expect(
                found.map { [$0.latencyCycles, $0.dramReadBytes + $0.dramWriteBytes] } == best, "seed \(seed): \(block)"
            )
        }
    }

    private func latencies(_ gemm: GEMM, _ block: AttentionBlock, _ description: AcceleratorDescription) -> (Int, Int) {
        let search = MappingSearch(chip: Chip(description))
        return (
            search.best(for: gemm)?.cost.latencyCycles ?? .max, search.best(for: block)?.cost.latencyCycles ?? .max
        )
    }

    /// Each step is an improvement, so nothing may become slower; a larger buffer only adds candidates.
    @Test(
        arguments: [
            ("dram.bandwidth", ["0.5 GB/s", "3 GB/s", "3.1 GB/s", "32 GB/s", "500 GB/s"]),
            ("dram.latency", ["500 ns", "61 ns", "60 ns", "0 ns"]),
            ("dram.refresh-time", ["4 us", "350 ns", "0 ns"]),
            ("weight-buffer.capacity", ["8 KiB", "9 KiB", "64 KiB", "1 MiB"]),
            ("activation-buffer.capacity", ["16 KiB", "20 KiB", "128 KiB", "2 MiB"]),
            ("array.fill", ["20 cycles", "4 cycles", "0 cycles"]),
        ], 0..<4)
    func `A better constant never makes an operator slower`(change: (key: String, steps: [String]), seed: UInt64) throws
    {
        var generator = SeededGenerator(seed: 5000 + seed)
        let gemm = Random.gemm(&generator)
        let block = Random.attention(&generator)
        var description = AcceleratorPresets.bitmod
        try description.override("weight-buffer.capacity", with: "16 KiB", option: "test")
        try description.override("activation-buffer.capacity", with: "32 KiB", option: "test")
        var before = (Int.max, Int.max)
        for value in change.steps {
            try description.override(change.key, with: value, option: "test")
            let now = latencies(gemm, block, description)
            #expect(now.0 <= before.0, "seed \(seed), \(change.key) \(value): \(gemm)")
            #expect(now.1 <= before.1, "seed \(seed), \(change.key) \(value): \(block)")
            before = now
        }
    }

    @Test(arguments: 0..<20)
    func `No operator is faster than its multiply-adds, its bytes, or the arrays it must read once`(seed: UInt64) throws
    {
        var generator = SeededGenerator(seed: 6000 + seed)
        let chip = try Random.chip(&generator)
        let gemm = Random.gemm(&generator)
        guard let cost = MappingSearch(chip: chip).best(for: gemm)?.cost else { return }
        let fewest = min(
            gemm.weights.cyclesPerStep, gemm.weights.exceptionalGroups?.cyclesPerStep ?? gemm.weights.cyclesPerStep)
        let peak = chip.peakMACsPerCycle(cyclesPerStep: fewest)
        #expect(Double(cost.computeCycles) * peak >= Double(gemm.macs), "seed \(seed): \(gemm)")
        #expect(cost.latencyCycles >= cost.computeCycles)
        #expect(cost.latencyCycles >= chip.dram.busCycles(for: cost.dramReadBytes + cost.dramWriteBytes))
        let weights = gemm.weights.bytes(rows: gemm.outputs, columns: gemm.inputs, withRowMetadata: true)
        #expect(cost.dramReadBytes >= weights + (gemm.isInputResident ? 0 : gemm.tokens * gemm.inputs * 2))
        #expect(cost.dramWriteBytes >= (gemm.isOutputResident ? 0 : gemm.tokens * gemm.outputs * gemm.outputBits / 8))
        #expect(cost.macs == gemm.macs)
        #expect(cost.memoryCycles >= 0)
        #expect(cost.activeElementCycles <= cost.computeCycles * chip.array.elements)
    }

    @Test func `Groups smaller than the lanes are never cut by a tile`() throws {
        var description = AcceleratorPresets.bitmod
        try description.override("weight-buffer.capacity", with: "2 KiB", option: "test")
        let chip = Chip(description)
        for groupSize in [1, 2, 3, 5] {
            let format = WeightFormat(
                codeBits: 8, groupSize: groupSize, bytesPerGroup: 1, selectorBits: 0, bitsPerRow: 0, cyclesPerStep: 1,
                scalesSerially: false, accumulatesPerGroup: true)
            let gemm = GEMM(
                outputs: 200, inputs: 480, tokens: 3, weights: format, isInputResident: true, isOutputResident: true)
            var splits = 0
            MappingSearch(chip: chip).forEachCandidate(of: gemm) { schedule in
                guard schedule.tiles.inputs > 1 else { return }
                splits += 1
                #expect(schedule.mapping.tileInputs.isMultiple(of: groupSize))
                #expect(schedule.mapping.tileInputs >= chip.array.lanes)
            }
            #expect(splits > 0)
        }
    }

    @Test func `Buffers that hold not even the smallest tile have no mapping`() throws {
        var description = AcceleratorPresets.bitmod
        try description.override("weight-buffer.capacity", with: "1 KiB", option: "test")
        let gemm = GEMM(
            outputs: 4096, inputs: 4096, tokens: 1,
            weights: WeightFormat(
                codeBits: 16, groupSize: 128, bytesPerGroup: 1, selectorBits: 0, bitsPerRow: 0, cyclesPerStep: 1,
                scalesSerially: false, accumulatesPerGroup: false),
            isInputResident: true, isOutputResident: true)
        #expect(MappingSearch(chip: Chip(description)).best(for: gemm) == nil)
    }
}
