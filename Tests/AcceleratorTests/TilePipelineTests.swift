import Documents
import Testing
import Units
import _SimulationTestSupport

@testable import Accelerator

/// Chips, formats and shapes drawn at random, small enough to simulate tile by tile.
enum Random {
    private static func pick<Value>(_ values: [Value], _ generator: inout SeededGenerator) -> Value {
        values[Int.random(in: values.indices, using: &generator)]
    }

    static func chip(_ generator: inout SeededGenerator) throws -> Chip {
        var description = try #require(AcceleratorPresets.all.randomElement(using: &generator))
        func set(_ key: String, _ value: String) throws { try description.override(key, with: value, option: "test") }
        try set("array.clusters", "\(pick([1, 2, 6, 16], &generator))")
        try set("array.cluster-rows", "\(Int.random(in: 1...9, using: &generator))")
        try set("array.cluster-columns", "\(Int.random(in: 1...9, using: &generator))")
        try set("array.lanes", "\(pick([1, 2, 4], &generator))")
        try set("array.fill", "\(Int.random(in: 0...20, using: &generator)) cycles")
        try set("weight-buffer.capacity", "\(Int.random(in: 8...64, using: &generator)) KiB")
        try set("activation-buffer.capacity", "\(Int.random(in: 16...128, using: &generator)) KiB")
        try set("dram.bandwidth", "\(pick([0.5, 3, 32, 400], &generator)) GB/s")
        try set("dram.latency", "\(Int.random(in: 0...200, using: &generator)) ns")
        try set("clock", "\(pick([0.3, 1, 1.7], &generator)) GHz")
        return Chip(description)
    }

    static func format(_ generator: inout SeededGenerator) -> WeightFormat {
        WeightFormat(
            codeBits: [3, 4, 4.0625, 6, 8, 16].randomElement(using: &generator) ?? 4,
            groupSize: [8, 32, 64, 128].randomElement(using: &generator) ?? 128,
            bytesPerGroup: Int.random(in: 0...2, using: &generator),
            selectorBits: Int.random(in: 0...2, using: &generator),
            bitsPerRow: [0, 16, 32].randomElement(using: &generator) ?? 0,
            cyclesPerStep: Int.random(in: 1...4, using: &generator),
            scalesSerially: Bool.random(using: &generator), accumulatesPerGroup: true)
    }

    static func gemm(_ generator: inout SeededGenerator) -> GEMM {
        var format = format(&generator)
        let inputs = Int.random(in: 1...900, using: &generator)
        let offset = Bool.random(using: &generator) ? Int.random(in: 0..<format.groupSize, using: &generator) : 0
        // What other papers' methods bring: work beside the PEs, metadata of columns, outliers or exceptional groups.
        format.side.multiplyAddsPerGroup = Int.random(in: 0...3, using: &generator)
        format.side.shiftAddsPerGroup = Int.random(in: 0...9, using: &generator)
        format.side.shiftAddsPerOperation = Int.random(in: 1...3, using: &generator)
        format.side.elementsPerUnit = Int.random(in: 1...8, using: &generator)
        format.bitsPerColumn = [0, 1, 16].randomElement(using: &generator) ?? 0
        format.bitsPerRowTile = [0, 64].randomElement(using: &generator) ?? 0
        if Bool.random(using: &generator) {
            format.outlierShareQ32 = Int.random(in: 0...1 << 28, using: &generator)
        } else {
            let whole = max(0, inputs + offset - format.groupSize) / format.groupSize
            format.exceptionalGroups = .init(
                count: Int.random(in: 0...max(0, whole), using: &generator),
                cyclesPerStep: Int.random(in: 1...4, using: &generator))
        }
        return GEMM(
            outputs: Int.random(in: 1...400, using: &generator), inputs: inputs, inputOffset: offset,
            tokens: Int.random(in: 1...70, using: &generator), weights: format,
            outputBits: Bool.random(using: &generator) ? 16 : 32,
            isInputResident: Bool.random(using: &generator), isOutputResident: Bool.random(using: &generator))
    }

    static func attention(_ generator: inout SeededGenerator) -> AttentionBlock {
        AttentionBlock(
            instances: Int.random(in: 1...5, using: &generator), rows: Int.random(in: 1...90, using: &generator),
            context: Int.random(in: 1...300, using: &generator),
            headDimension: [32, 64, 80, 128].randomElement(using: &generator) ?? 64, cache: format(&generator),
            isQueryResident: Bool.random(using: &generator), isOutputResident: Bool.random(using: &generator))
    }
}

@Suite struct TilePipelineTests {
    /// A nest of arbitrary costs by position, to try sequences that no GEMM makes.
    struct ArbitraryNest: TileNest {
        var counts: (outer: Int, middle: Int, inner: Int)
        var costs: [TileCost]

        func tile(outer: LoopPosition, middle: LoopPosition, inner: LoopPosition) -> TileCost {
            let bits = [outer.isFirst, outer.isLast, middle.isFirst, middle.isLast, inner.isFirst, inner.isLast]
            return costs[bits.reduce(0) { $0 * 2 + ($1 ? 1 : 0) }]
        }

        func tile(at index: (outer: Int, middle: Int, inner: Int)) -> TileCost {
            func position(_ index: Int, _ count: Int) -> LoopPosition {
                LoopPosition(isFirst: index == 0, isLast: index == count - 1)
            }
            return tile(
                outer: position(index.outer, counts.outer), middle: position(index.middle, counts.middle),
                inner: position(index.inner, counts.inner))
        }
    }

    @Test(arguments: 0..<20)
    func `The fast path equals the event simulation on arbitrary tile sequences`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let most = [2, 20, 300].randomElement(using: &generator) ?? 2
            let costs = (0..<64).map { _ in
                TileCost(
                    load: Bool.random(using: &generator) ? 0 : Int.random(in: 1...most, using: &generator),
                    compute: Int.random(in: 1...most, using: &generator),
                    store: Bool.random(using: &generator) ? 0 : Int.random(in: 1...most, using: &generator))
            }
            let nest = ArbitraryNest(
                counts: (
                    Int.random(in: 1...7, using: &generator), Int.random(in: 1...7, using: &generator),
                    Int.random(in: 1...7, using: &generator)
                ), costs: costs)
            let latency = Int.random(in: 0...50, using: &generator)
            let fast = TilePipeline.run(nest, latency: latency)
            let events = TileEventSimulation.run(nest, latency: latency)
            #expect(fast == events, "seed \(seed), \(nest.counts), latency \(latency): fast \(fast), events \(events)")
        }
    }

    @Test(arguments: 0..<25)
    func `Every candidate mapping of random GEMMs on random chips has equal latency on both paths`(seed: UInt64) throws
    {
        var generator = SeededGenerator(seed: 1000 + seed)
        var compared = 0
        for _ in 0..<8 {
            let chip = try Random.chip(&generator)
            let gemm = Random.gemm(&generator)
            var schedules: [GEMMSchedule] = []
            MappingSearch(chip: chip).forEachCandidate(of: gemm) { schedules.append($0) }
            for schedule in schedules.shuffled(using: &generator).prefix(12) {
                let fast = TilePipeline.run(schedule, latency: chip.dram.latencyCycles)
                let events = TileEventSimulation.run(schedule, latency: chip.dram.latencyCycles)
                #expect(fast == events, "seed \(seed): \(gemm) \(schedule.mapping)")
                checkTotals(of: schedule, latency: fast)
                compared += 1
            }
        }
        #expect(compared > 0)
    }

    /// The closed-form totals are the sums over all tiles, and bound the latency from both sides.
    private func checkTotals(of schedule: GEMMSchedule, latency: Int) {
        let dram = schedule.chip.dram
        var load = 0
        var compute = 0
        var store = 0
        var tiles = 0
        let counts = schedule.counts
        for outer in 0..<counts.outer {
            for middle in 0..<counts.middle {
                for inner in 0..<counts.inner {
                    let tile = schedule.tile(at: (outer, middle, inner))
                    load += tile.load
                    compute += tile.compute
                    store += tile.store
                    tiles += 1
                }
            }
        }
        #expect(compute == schedule.totalComputeCycles, "\(schedule.gemm) \(schedule.mapping)")
        let transfers = schedule.totalTransfers
        let bytes = transfers.weights.bytes + transfers.inputs.bytes + transfers.outputs.bytes
        let bus = dram.busCycles(for: bytes)
        // Bus cycles are rounded up once per transfer of a tile.
        #expect(load + store >= bus && load + store <= bus + 2 * tiles, "\(schedule.gemm) \(schedule.mapping)")
        #expect(latency >= max(compute, load + store))
        #expect(latency >= schedule.lowerBound(transfers))
        #expect(latency <= load + store + compute + tiles * dram.latencyCycles)
    }

    @Test(arguments: 0..<25)
    func `Attention blocks have equal latency and totals on both paths`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: 2000 + seed)
        for _ in 0..<10 {
            let chip = try Random.chip(&generator)
            let block = Random.attention(&generator)
            for _ in 0..<4 {
                let schedule = AttentionSchedule(
                    block, tileRows: Int.random(in: 1...block.rows, using: &generator),
                    tileContext: Int.random(in: 1...block.context, using: &generator), chip: chip)
                let fast = TilePipeline.run(schedule, latency: chip.dram.latencyCycles)
                let events = TileEventSimulation.run(schedule, latency: chip.dram.latencyCycles)
                #expect(fast == events, "seed \(seed): \(block)")
                var compute = 0
                for outer in 0..<schedule.counts.outer {
                    for middle in 0..<schedule.counts.middle {
                        for inner in 0..<schedule.counts.inner {
                            compute += schedule.tile(at: (outer, middle, inner)).compute
                        }
                    }
                }
                let totals = schedule.totalCycles
                #expect(compute == totals.products + totals.softmax)
                #expect(fast >= compute)
            }
        }
    }

    @Test func `A long run of equal tiles costs its slower resource, prologue and epilogue`() {
        struct Uniform: TileNest {
            let counts = (outer: 1, middle: 1, inner: 1_000_000)
            let cost: TileCost
            func tile(outer: LoopPosition, middle: LoopPosition, inner: LoopPosition) -> TileCost { cost }
            func tile(at index: (outer: Int, middle: Int, inner: Int)) -> TileCost { cost }
        }
        let memoryBound = TilePipeline.run(Uniform(cost: TileCost(load: 10, compute: 4, store: 0)), latency: 4)
        #expect(memoryBound == 10_000_000 + 4 + 4)
        // One tile is asked for ahead: a latency of many tiles cannot be hidden by one.
        let latencyBound = TilePipeline.run(Uniform(cost: TileCost(load: 10, compute: 4, store: 0)), latency: 100)
        #expect(latencyBound == 500_000 * (100 + 10 + 4) + 10)
        let computeBound = TilePipeline.run(Uniform(cost: TileCost(load: 3, compute: 7, store: 2)), latency: 100)
        #expect(computeBound >= 7_000_000 + 103)
        let hidden = TilePipeline.run(Uniform(cost: TileCost(load: 3, compute: 7, store: 2)), latency: 4)
        #expect(hidden == 3 + 4 + 7_000_000 + 2)
    }
}
