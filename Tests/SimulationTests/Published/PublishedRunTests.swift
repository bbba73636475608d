import Accelerator
import Documents
import Testing
import Workload

@testable import Simulation

@Suite struct PublishedRunTests {
    private func close(_ found: Double, _ expected: Double) -> Bool { abs(found - expected) <= 1e-12 * abs(expected) }

    @Test func `Every product of the goldens has equal cycles and bytes, and equal energy to 1e-12`() throws {
        let goldens = try PublishedGoldens.read()
        var compared = 0
        for (key, cases) in goldens.goldens {
            let accelerator = try #require(PublishedGoldens.accelerators[String(key.dropLast(2))])
            for (modelKey, golden) in cases {
                let run = try PublishedRun(
                    ModelRegistry.model(named: #require(PublishedGoldens.models[modelKey])),
                    on: #require(PublishedAccelerator.named(accelerator)),
                    task: key.hasSuffix("_d") ? .discriminative : .decodeStep)
                let rows = try #require(run.passes.first).rows
                #expect(rows.map(\.gemm.name) == golden.rows.map(\.name), "\(key) \(modelKey)")
                for (row, expected) in zip(rows, golden.rows) {
                    let cost = row.cost
                    let integers = [
                        row.gemm.count, cost.tiles, cost.computeCycles, cost.dramCycles, cost.latencyCycles,
                        cost.weightFetches, cost.inputFetches, cost.weightBytes, cost.inputBytes, cost.outputBytes,
                    ]
                    let energies = [
                        cost.computeEnergyPicojoules, cost.bufferReadEnergyPicojoules, cost.bufferWriteEnergyPicojoules,
                        cost.dramEnergyPicojoules,
                    ]
                    #expect(
                        integers.map(Double.init) == Array(expected.values[..<10]),
                        "\(key) \(modelKey) \(expected.name)")
                    for (found, energy) in zip(energies, expected.values[10...]) {
                        #expect(close(found, energy), "\(key) \(modelKey) \(expected.name): \(found), \(energy)")
                    }
                    compared += 1
                }
                let totals: [(String, Double)] = [
                    ("latency", Double(run.latencyCycles)), ("e_compute", run.sum(\.computeEnergyPicojoules)),
                    ("e_sram_rd", run.sum(\.bufferReadEnergyPicojoules)),
                    ("e_sram_wr", run.sum(\.bufferWriteEnergyPicojoules)), ("e_dram", run.sum(\.dramEnergyPicojoules)),
                ]
                for (name, found) in totals {
                    #expect(close(found, golden.totals[name] ?? .nan), "\(key) \(modelKey) \(name)")
                }
            }
        }
        #expect(compared == 190)
    }

    @Test func `The 60 latencies and 120 energies equal the printed ones, and those of the reference data`() throws {
        let goldens = try PublishedGoldens.read()
        let models = try Dictionary(
            uniqueKeysWithValues: PublishedAccelerator.models.map { ($0, try ModelRegistry.model(named: $0)) })
        let points = try Reproduction(models: models).points
        #expect(points.count == 60 && points.allSatisfy { $0.isEqual })
        for (key, name) in PublishedGoldens.accelerators {
            for (suffix, task) in [("d", PublishedTask.discriminative), ("g", .decodeStep)] {
                let own = points.filter { $0.accelerator == name && $0.task == task }
                #expect(own.map(\.model) == PublishedAccelerator.models)
                guard case .cycles(let cycles) = goldens.published["cycle_\(key)_\(suffix)"],
                    case .microjoules(let energies) = goldens.published["energy_\(key)_\(suffix)"]
                else {
                    Issue.record("no printed numbers for \(key) \(suffix)")
                    continue
                }
                #expect(own.map(\.latencyCycles.ours) == cycles)
                #expect(own.map(\.onChipMicrojoules.published) == energies.map { $0[0] })
                #expect(own.map(\.microjoules.published) == energies.map { $0[1] })
                for (point, printed) in zip(own, energies) {
                    let isTruncated = key == "fp16" && suffix == "d"
                    let rule: FloatingPointRoundingRule = isTruncated ? .down : .toNearestOrAwayFromZero
                    #expect(Int(point.onChipMicrojoules.ours.rounded(rule)) == printed[0])
                    #expect(Int(point.microjoules.ours.rounded(rule)) == printed[1])
                }
            }
        }
    }

    @Test func `A point that differs in one digit is not equal`() {
        func point(_ cycles: Int, _ microjoules: Double, truncated: Bool = false) -> Reproduction.Point {
            Reproduction.Point(
                accelerator: "fp16", task: .discriminative, model: "m", latencyCycles: (cycles, 100),
                onChipMicrojoules: (5, 5), microjoules: (microjoules, 7), isTruncated: truncated)
        }
        #expect(point(100, 7.4).isEqual && point(100, 6.5).isEqual && point(100, 7.9, truncated: true).isEqual)
        #expect(!point(101, 7).isEqual && !point(100, 7.5).isEqual && !point(100, 6.9, truncated: true).isEqual)
    }

    @Test func `Means and headline are those of the paper`() throws {
        let goldens = try PublishedGoldens.read()
        let models = try Dictionary(
            uniqueKeysWithValues: PublishedAccelerator.models.map { ($0, try ModelRegistry.model(named: $0)) })
        let reproduction = try Reproduction(models: models)
        for (key, name) in PublishedGoldens.accelerators {
            let expected = try #require(goldens.means[key])
            for (figures, tolerance) in [(reproduction.published, 1e-9), (reproduction.ours, 2e-6)] {
                let d = figures.series(name, .discriminative).means
                let g = figures.series(name, .generative).means
                for (found, value) in [
                    (d.speedup, expected.speedup.d), (g.speedup, expected.speedup.g), (d.energy, expected.energy.d),
                    (g.energy, expected.energy.g), (d.onChip, expected.onChip.d), (g.onChip, expected.onChip.g),
                ] { #expect(abs(found - value) <= tolerance * value, "\(name): \(found), \(value)") }
            }
        }
        let ant = reproduction.ours.headline(over: "ant")
        let olive = reproduction.ours.headline(over: "olive")
        #expect(abs(ant.mean - 1.6900437434017297) < 1e-6 && abs(olive.mean - 1.4716597270730754) < 1e-6)
        #expect(abs(ant.meanOfRounded - 1.69) < 1e-9 && abs(olive.meanOfRounded - 1.475) < 1e-9)
        #expect(PublishedFigures.headline.ant == 1.69 && PublishedFigures.headline.olive == 1.48)
    }

    @Test func `The generative task is a discriminative pass and so many equal steps`() throws {
        let model = try ModelRegistry.model(named: "opt-1.3b")
        let accelerator = try #require(PublishedAccelerator.named("bitmod-lossy"))
        func run(_ task: PublishedTask, steps: Int = 20) throws -> PublishedRun {
            try PublishedRun(model, on: accelerator, task: task, decodeSteps: steps)
        }
        let (d, g) = try (run(.discriminative), run(.decodeStep))
        let whole = try run(.generative)
        #expect(whole.latencyCycles == d.latencyCycles + 20 * g.latencyCycles)
        #expect(close(whole.energyPicojoules, d.energyPicojoules + 20 * g.energyPicojoules))
        #expect(try run(.generative, steps: 0).latencyCycles == d.latencyCycles)
    }

    @Test func `The worked example of the definition`() throws {
        let run = try PublishedRun(
            ModelRegistry.model(named: "llama-2-7b"), on: #require(PublishedAccelerator.named("bitmod-lossy")),
            task: .discriminative)
        let row = try #require(run.passes[0].rows.first { $0.gemm.name == "down_proj" })
        #expect(row.cost.tiles == 2_818_048 && row.cost.computeCycles == 5_636_096)
        #expect(row.cost.weightBytes == 22_896_640 && row.cost.inputBytes == 5_636_096)
        #expect(row.cost.outputBytes == 2_097_152 && row.cost.weightFetches == 11 && row.cost.inputFetches == 1)
        #expect(row.cost.dramCycles == 8_112_384 && row.cost.latencyCycles == 8_112_384)
    }

    @Test func `What the published model does not know is refused`() throws {
        func message(_ model: String, array: (Int, Int)? = nil, bits: Double? = nil) -> String {
            do {
                _ = try PublishedRun(
                    ModelRegistry.model(named: model), on: #require(PublishedAccelerator.named("bitmod-lossy")),
                    task: .decodeStep, array: array, weightBits: bits)
                return "no error"
            } catch { return "\(error)" }
        }
        #expect(message("gpt2").hasPrefix("--weight-bits: the paper gives no weight bits for gpt2 on bitmod-lossy"))
        #expect(message("gpt2", bits: 4.0625) == "no error")
        #expect(message("mixtral-8x7b", bits: 4).hasPrefix("--model-fidelity: the published model knows no mixture"))
        #expect(
            message("opt-1.3b", array: (33, 16)).hasPrefix(
                "--pe-array: a 33x16 array at 3.0625 bits reads 264 and 512 bits per access, for which there is no"))
    }

    @Test(arguments: [(16.0, 8), (8, 4), (6.0625, 3), (5.9, 3), (5, 3), (4.0625, 2), (3, 2), (2, 1), (1, 1)])
    func `A bit-serial tile takes half the whole bits, rounded up`(bits: Double, cycles: Int) throws {
        let accelerator = try #require(PublishedAccelerator.named("bitmod-lossy"))
        #expect(PublishedModel(accelerator, array: (32, 32), weightBits: bits)?.cyclesPerTile == cycles)
    }
}
