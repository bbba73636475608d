import Accelerator
import Fabric
import Quantization
import Testing
import Units
import Workload
import _SimulationTestSupport

@testable import Simulation

/// Laws that every run obeys, whatever the model, the chips and the division.
@Suite struct RunInvariantTests {
    /// A random small run, or nil where the model cannot be divided as drawn.
    private static func request(_ generator: inout SeededGenerator) throws -> RunRequest? {
        let model = TransformerModel.random(using: &generator)
        let accelerator = generator.pick(AcceleratorPresets.all)
        let kind = accelerator.processingElement
        let (tensor, pipeline) = (generator.integer(1...5), generator.integer(1...3))
        guard tensor <= Division.mostParts(of: model), pipeline <= model.layers else { return nil }
        var request = try RunRequest.sample(
            model, accelerator: accelerator, scheme: generator.pick(kind.supportedSchemes),
            kvScheme: generator.pick(kind.supportedSchemes.filter { Scheme(named: $0)?.isMethod == false }),
            chips: tensor * pipeline,
            topology: generator.pick(["ring", "fully-connected-nvlink-c2c", "ring-ethernet-400g"]),
            parallel: "tp\(tensor),pp\(pipeline)", prompt: generator.integer(1...40),
            generate: generator.integer(0...4),
            batch: generator.integer(1...3))
        request.partialSumBits = generator.pick([16, 32])
        request.headPositions = generator.pick([.last, .all])
        request.mappingObjective = generator.pick([.latency, .traffic])
        return try request.setting([
            "clock": generator.pick(["1 GHz", "1.7 GHz", "333 MHz"]),
            "dram.bandwidth": generator.pick(["1 GB/s", "32 GB/s", "900 GB/s"]),
            "weight-buffer.capacity": generator.pick(["64 KiB", "512 KiB"]),
            "activation-buffer.capacity": generator.pick(["128 KiB", "512 KiB"]),
        ])
    }

    /// The same with replicas, micro-batches, experts apart, divided tokens, matrices divided both ways, and overlap.
    private static func wideRequest(_ generator: inout SeededGenerator) throws -> RunRequest? {
        guard var request = try request(&generator), case .explicit(var degrees) = request.parallelism else {
            return nil
        }
        request.batch = generator.integer(1...7)
        degrees.data = generator.integer(1...min(3, request.batch))
        request.overlapChunks = generator.pick([1, 1, 2, 3, 7])
        if generator.flag() { request.microBatches = generator.integer(1...request.batch / degrees.data) }
        if let mixture = request.model.mixtureOfExperts {
            let (tensor, data) = (degrees.tensor, degrees.data)
            let within = (1...tensor).filter { tensor.isMultiple(of: $0) }
            let across = (1...data).filter { data.isMultiple(of: $0) }.map { $0 * tensor }
            degrees.expert = generator.pick((within + across).filter { $0 <= mixture.experts })
            if generator.flag() { request.expertLoad = .zipf(exponent: 1.3, seed: generator.next()) }
        } else if generator.flag(), degrees.tensor <= request.model.hiddenSize / 16 {
            request.gemmPartition = .square
        }
        degrees.isSequenceParallel = degrees.tensor > 1 && request.gemmPartition == .oneDimensional && generator.flag()
        request.parallelism = .explicit(degrees)
        request.chips = degrees.chips
        return request
    }

    @Test(arguments: 0..<80)
    func `The breakdown adds up to the latency and the parts of energy to their total`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: 400 + seed)
        guard let request = try seed < 40 ? Self.request(&generator) : Self.wideRequest(&generator) else { return }
        let result = try request.run()
        for phase in PhaseStep.Phase.allCases where result[phase].steps > 0 {
            let outcome = result[phase]
            var total = PhaseCost()
            for chip in result.classOfChip.map({ outcome.chips[$0] }) {
                #expect(chip.communicationTotal >= chip.communication && chip.bubble <= chip.idle, "seed \(seed)")
                let parts = [chip.compute, chip.memory, chip.vector, chip.communication, chip.idle]
                #expect(parts.allSatisfy { $0 >= .zero }, "seed \(seed)")
                #expect(parts.reduce(.zero, +) == outcome.latency, "seed \(seed), \(phase)")
                total += chip
            }
            // Bytes on links that chips cannot share evenly.
            #expect(total.linkBytes <= outcome.total.linkBytes, "seed \(seed)")
            #expect(outcome.total.linkBytes.count <= total.linkBytes.count + request.chips, "seed \(seed)")
            total.linkBytes = outcome.total.linkBytes
            #expect(total == outcome.total, "seed \(seed)")
            let energy = outcome.total.energy
            let parts = [
                energy.pe, energy.weightBuffer, energy.activationBuffer, energy.dram, energy.vector, energy.link,
                energy.static,
            ].map(\.value)
            #expect(parts.allSatisfy { $0 >= 0 && $0.isFinite })
            #expect(abs(parts.reduce(0, +) - energy.total.value) <= 1e-12 * energy.total.value, "seed \(seed)")
            #expect(energy.link == .zero || request.chips > 1)
        }
    }

    @Test(arguments: 0..<80)
    func `No phase is faster than its multiply-adds, its bytes or its links allow, nor slower than all of them in turn`(
        seed: UInt64
    ) throws {
        var generator = SeededGenerator(seed: 500 + seed)
        guard let request = try seed < 40 ? Self.request(&generator) : Self.wideRequest(&generator) else { return }
        let result = try request.run(detail: .operators)
        let chip = Chip(request.accelerator)
        // The fastest a PE can be: one weight per lane and cycle.
        let peak = chip.peakMACsPerCycle(cyclesPerStep: 1)
        for phase in PhaseStep.Phase.allCases where result[phase].steps > 0 {
            let outcome = result[phase]
            let latency = outcome.latency.seconds
            for (index, cost) in outcome.chips.enumerated() {
                #expect(latency >= Double(cost.macs) / peak / chip.clock.hertz, "seed \(seed)")
                let bytes = Double((cost.dramReadBytes + cost.dramWriteBytes).count)
                #expect(latency * 1.000001 >= bytes / chip.dram.bytesPerSecond, "seed \(seed)")
                let sent = Double(cost.linkBytes.count)
                #expect(latency >= sent / request.fabric.link.bytesPerSecond / Double(max(1, request.chips - 1)))
                // Serial: every operator one after the other, on the slowest chip of each stage, and every exchange.
                let rows = outcome.operators.filter { $0.chipClass == index }
                let cycles = rows.reduce(0) { $0 + $1.latencyCycles }
                let busy = cost.compute + cost.memory + cost.vector
                let rounding = Double(rows.reduce(0) { $0 + $1.count }) * 1e-12
                #expect(abs(busy.seconds - Double(cycles) / chip.clock.hertz) <= rounding, "seed \(seed)")
                #expect(rows.allSatisfy { $0.latencyCycles >= $0.computeCycles && $0.memoryCycles >= 0 })
            }
            let serial = outcome.chips.reduce(0.0) {
                $0 + ($1.compute + $1.memory + $1.vector + $1.communication).seconds
            }
            #expect(latency <= serial * 1.000001, "seed \(seed): \(latency) of \(serial)")
        }
    }

    @Test(arguments: 0..<10)
    func `Multiply-adds are those of the undivided model under any division, but for copies`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: 600 + seed)
        guard let request = try Self.request(&generator) else { return }
        var single = request
        (single.chips, single.parallelism) = (1, .automatic)
        let (divided, whole) = try (request.run(), single.run())
        let model = request.model
        let tensor = divided.plan.tensorParallel
        // Over all layers, some of which may be pruned.
        let copiedKVHeads = (0..<model.layers).reduce(0) { sum, layer in
            let sort = model.sort(ofLayer: layer)
            let held = divided.plan.seats.reduce(0) { $0 + $1.part(ofLayers: sort).shard.kvHeads }
            return sum + held - model.ofLayers(sort).kvHeads
        }
        let routers =
            (0..<model.layers).count { model.isMixture(layer: $0) } * model.hiddenSize
            * (model.mixtureOfExperts?.experts ?? 0)
        let copies =
            2 * copiedKVHeads * model.headDimension * model.hiddenSize + (tensor - 1) * routers
        for phase in PhaseStep.Phase.allCases {
            let tokens = request.steps(of: phase).reduce(0) { $0 + $1.tokens }
            #expect(divided[phase].total.macs == whole[phase].total.macs + tokens * copies, "seed \(seed) \(phase)")
        }
    }

    @Test(arguments: 0..<10)
    func `A decode phase reads all weights of a dense model once per step, and hardly more`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: 700 + seed)
        var model = TransformerModel.random(using: &generator)
        model.mixtureOfExperts = nil
        for chips in 1...min(4, Division.mostParts(of: model)) {
            let request = try RunRequest.sample(model, chips: chips, parallel: "tp\(chips)", prompt: 4, generate: 3)
            let result = try request.run()
            let memory = MemoryModel(request)
            var weights = 0
            for index in result.classOfChip {
                weights += memory.usage(of: result.classes[index], in: result.plan).weights.count
                // The table of the embedding is held, but only rows of it are read.
                var rows = result.classes[index].shard.vocabularyRows
                if case .learned(let positions) = model.position { rows += (positions + chips - 1) / chips }
                weights -= rows * model.hiddenSize * 2
            }
            let read = result[.decode].total.dramReadBytes.count
            #expect(read >= 3 * weights, "seed \(seed), \(chips) chips")
            // Tiles are rounded up to bursts; caches, embedding rows and gains come on top.
            #expect(read <= 3 * (weights + weights / 5 + 200_000 * chips), "seed \(seed): \(read), \(weights)")
        }
    }

    // MARK: Monotony

    private static let runs = [
        ("smollm2-135m", 1, "auto"), ("smollm2-135m", 3, "tp3"), ("gpt2", 4, "tp2,pp2"), ("gpt2", 5, "pp5"),
        ("gpt2", 3, "tp3,sp"), ("gpt2", 4, "tp2,pp2,sp"),
    ]

    private func latencies(_ request: RunRequest) throws -> [Picoseconds] {
        let result = try request.run()
        return PhaseStep.Phase.allCases.map { result[$0].latency }
    }

    @Test(
        arguments: runs,
        [
            ("dram.bandwidth", ["2 GB/s", "31 GB/s", "32 GB/s", "200 GB/s", "5 TB/s"]),
            ("dram.latency", ["900 ns", "60 ns", "0 ns"]), ("weight-buffer.capacity", ["40 KiB", "512 KiB", "2 MiB"]),
            ("vector.lanes", ["1", "64", "65", "1000"]), ("vector.special-lanes", ["1", "16", "100"]),
        ])
    func `A better memory, weight buffer or vector unit never makes a run slower`(
        run: (model: String, chips: Int, parallel: String), change: (key: String, values: [String])
    ) throws {
        let request = try RunRequest.sample(
            run.model, chips: run.chips, parallel: run.parallel, prompt: 40, generate: 2)
        var before = [Picoseconds(.max), Picoseconds(.max)]
        for value in change.values {
            let now = try latencies(request.setting([change.key: value]))
            #expect(now[0] <= before[0] && now[1] <= before[1], "\(run) \(change.key) \(value)")
            before = now
        }
    }

    @Test(arguments: runs.dropFirst())
    func `A slower link never makes the same plan faster, and changes nothing but time on links and waiting`(
        run: (model: String, chips: Int, parallel: String)
    ) throws {
        var request = try RunRequest.sample(
            run.model, chips: run.chips, parallel: run.parallel, prompt: 30, generate: 2)
        for kind in Axis.Kind.allCases {
            var before: RunResult?
            for (bandwidth, latency) in [(900e9, 1000), (32e9, 1000), (32e9, 4000), (31e9, 4000), (1e9, 900_000)] {
                // One algorithm, as another may be the faster one on another link and send other bytes.
                request.fabric = .sample(kind, bytesPerSecond: bandwidth, latency: Picoseconds(latency))
                request.fabric.assumptions.algorithm = .ring
                let now = try request.run()
                if let before {
                    for phase in PhaseStep.Phase.allCases {
                        #expect(now[phase].latency > before[phase].latency, "\(run) \(bandwidth) \(latency)")
                        let (new, old) = (now[phase].total, before[phase].total)
                        #expect(new.compute == old.compute && new.memory == old.memory && new.vector == old.vector)
                        #expect(new.linkBytes == old.linkBytes && new.macs == old.macs)
                        #expect(new.dramReadBytes == old.dramReadBytes)
                    }
                }
                before = now
            }
        }
    }

    @Test(arguments: ["smollm2-135m", "gpt2"])
    func `A decode step with more context is never faster and reads exactly the cache rows more`(model: String) throws {
        var before: (latency: Picoseconds, bytes: Int, macs: Int)?
        for prompt in [1, 7, 8, 15, 16, 63, 127, 128, 129, 256] {
            let decode = try RunRequest.sample(model, prompt: prompt, generate: 1).run()[.decode]
            let now = (decode.latency, decode.total.dramReadBytes.count, decode.total.macs)
            if let before {
                #expect(now.0 >= before.latency && now.1 >= before.bytes && now.2 > before.macs, "\(model) \(prompt)")
            }
            before = now
        }
    }

    @Test func `A longer prompt is never faster`() throws {
        var before = Picoseconds.zero
        for prompt in [1, 2, 8, 16, 17, 33, 64] {
            let now = try RunRequest.sample("gpt2", prompt: prompt, generate: 0).run()[.prefill].latency
            #expect(now >= before, "\(prompt)")
            before = now
        }
    }

    @Test(arguments: runs)
    func `Decode steps are the single steps at their own contexts, added`(
        run: (model: String, chips: Int, parallel: String)
    ) throws {
        func request(prompt: Int, generate: Int) throws -> RunRequest {
            var request = try RunRequest.sample(
                run.model, chips: run.chips, parallel: run.parallel, prompt: prompt, generate: generate, batch: 2)
            // With several micro-batches a step begins before the one before has ended.
            request.microBatches = 1
            return request
        }
        let whole = try request(prompt: 30, generate: 5).run()[.decode]
        #expect(whole.steps == 5)
        var latency = Picoseconds.zero
        var bytes = Bytes.zero
        var macs = 0
        var energy = 0.0
        for step in 0..<5 {
            let single = try request(prompt: 30 + step, generate: 1).run()[.decode]
            latency += single.latency
            bytes += single.total.dramReadBytes + single.total.dramWriteBytes
            macs += single.total.macs
            energy += single.total.energy.total.value
        }
        #expect(whole.latency == latency && whole.total.macs == macs)
        #expect(whole.total.dramReadBytes + whole.total.dramWriteBytes == bytes)
        // Idle PEs are charged by whole cycles, rounded up once per phase.
        let array = Chip(AcceleratorPresets.bitmod).array
        let cycle = array.energyPerActiveCycle.value * array.idleFraction * Double(array.elements * run.chips)
        #expect(abs(whole.total.energy.total.value - energy) <= 1e-12 * energy + 5 * cycle)
    }

    @Test func `Multiply-adds grow with the batch, weights are read once for all of it`() throws {
        let one = try RunRequest.sample("gpt2", prompt: 20, generate: 2).run()
        let four = try RunRequest.sample("gpt2", prompt: 20, generate: 2, batch: 4).run()
        for phase in PhaseStep.Phase.allCases { #expect(four[phase].total.macs == 4 * one[phase].total.macs) }
        #expect(four[.decode].total.dramReadBytes.count < 2 * one[.decode].total.dramReadBytes.count)
        #expect(four.decodedTokens == 8)
        #expect(four[.decode].latency < one[.decode].latency * 4)
    }

    @Test(arguments: 0..<6)
    func `The event simulation of tiles gives the identical result`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: 800 + seed)
        guard var request = try Self.request(&generator) else { return }
        let fast = try request.run(detail: .operators)
        request.tileSimulation = .event
        let event = try request.run(detail: .operators)
        #expect(fast.phases == event.phases, "seed \(seed)")
        #expect(fast.memory == event.memory)
    }

    @Test func `A run that takes longer than can be counted is refused, not overflowed`() throws {
        let request = try RunRequest.sample("gpt2", chips: 2, generate: 2).setting(["dram.bandwidth": "1 MB/s"])
        #expect(try request.run().latency > .zero)
        // A memory that is refreshed for nearly all of the time.
        let long = try RunRequest.sample("phi-2", generate: 60).setting([
            "dram.bandwidth": "1 MB/s", "dram.refresh-time": "7.722 us",
        ])
        #expect {
            try long.run()
        } throws: {
            "\($0)".hasPrefix("--generate: the run takes more simulated time than can be counted; expected less than")
        }
    }

    @Test func `Buffers too small for any tile are an error that names the operator`() throws {
        let request = try RunRequest.sample("gpt2").setting(["weight-buffer.capacity": "1 KiB"])
        #expect {
            try request.run()
        } throws: {
            "\($0)".hasPrefix("--accelerator: the buffers of bitmod hold not even the smallest tile of q_proj")
        }
    }
}
