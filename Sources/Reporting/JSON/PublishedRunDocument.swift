import Accelerator
import Simulation
import Units

/// The document `bitmod-dist.run/1` of a run in published fidelity: one chip, no vector unit, no links, no static power.
public struct PublishedRunDocument: Encodable {
    struct Request: Encodable {
        let model: String
        let modelFidelity = "published"
        let accelerator: String
        let task: String
        let contextTokens: Int
        let chips = 1
        let batch = 1
    }

    struct Phases: Encodable {
        @NullIfAbsent var prefill: Phase?
        @NullIfAbsent var decode: Phase?
    }

    struct Phase: Encodable {
        let steps: Int
        let peArray: String
        let weightBits: Double
        let latencySeconds: Double
        let latencyCycles: Int
        let computeCycles: Int
        let dramBytes: Int
        let linkBytes = 0
        let macs: Int
        let utilization: Double
        let energyJoules: EnergyDocument
        let latencyBreakdownSeconds: BreakdownDocument
        let dramBusySeconds: Double
        let bound: String

        init(_ pass: PublishedRun.Pass, lanes: Int) {
            let steps = pass.repetitions
            func total(_ value: (PublishedCost) -> Int) -> Int {
                steps * pass.rows.reduce(0) { $0 + $1.gemm.count * value($1.cost) }
            }
            func picojoules(_ value: (PublishedCost) -> Double) -> Picojoules {
                Picojoules(Double(steps) * pass.sum(value))
            }
            self.steps = steps
            peArray = "\(pass.array.rows)x\(pass.array.columns)"
            weightBits = pass.weightBits
            latencyCycles = total(\.latencyCycles)
            latencySeconds = Double(latencyCycles) / 1e9
            computeCycles = total(\.computeCycles)
            dramBytes = total(\.dramBytes)
            macs = total(\.macs)
            let peak = Double(pass.array.rows * pass.array.columns * lanes) / Double(pass.cyclesPerTile)
            utilization = Double(macs) / (peak * Double(latencyCycles))
            var energy = EnergyBreakdown()
            energy.pe = picojoules(\.computeEnergyPicojoules)
            energy.weightBuffer = picojoules(\.weightBufferEnergyPicojoules)
            energy.activationBuffer = picojoules(\.inputBufferEnergyPicojoules)
            energy.dram = picojoules(\.dramEnergyPicojoules)
            energyJoules = EnergyDocument(energy)
            latencyBreakdownSeconds = BreakdownDocument(
                compute: Double(computeCycles) / 1e9, memory: Double(latencyCycles - computeCycles) / 1e9)
            let dramCycles = total(\.dramCycles)
            dramBusySeconds = Double(dramCycles) / 1e9
            bound = computeCycles >= dramCycles ? "compute" : "memory"
        }
    }

    struct Totals: Encodable {
        let latencySeconds: Double
        let latencyCycles: Int
        @NullIfAbsent var timeToFirstTokenSeconds: Double?
        @NullIfAbsent var timePerOutputTokenSeconds: Double?
        @NullIfAbsent var tokensPerSecond: Double?
        let energyJoules: Double
        let onChipEnergyJoules: Double
        @NullIfAbsent var energyPerTokenJoules: Double?

        init(_ run: PublishedRun) {
            func pass(_ task: PublishedTask) -> PublishedRun.Pass? { run.passes.first { $0.task == task } }
            latencyCycles = run.latencyCycles
            latencySeconds = Double(latencyCycles) / 1e9
            timeToFirstTokenSeconds = pass(.discriminative).map { Double($0.latencyCycles) / 1e9 }
            let step = pass(.decodeStep)
            timePerOutputTokenSeconds = step.map { Double($0.latencyCycles) / 1e9 }
            tokensPerSecond = step.map { 1e9 / Double($0.latencyCycles) }
            energyJoules = run.energyPicojoules / 1e12
            onChipEnergyJoules = run.onChipEnergyPicojoules / 1e12
            energyPerTokenJoules = step.map { run.energyPicojoules / 1e12 / Double($0.repetitions) }
        }
    }

    struct Row: Encodable {
        let phase: String
        let name: String
        let count: Int
        let tiles: Int
        let computeCycles: Int
        let dramCycles: Int
        let latencyCycles: Int
        let weightFetches: Int
        let inputFetches: Int
        let weightBytes: Int
        let inputBytes: Int
        let outputBytes: Int
        let computeEnergyPicojoules: Double
        let bufferReadEnergyPicojoules: Double
        let bufferWriteEnergyPicojoules: Double
        let dramEnergyPicojoules: Double

        init(phase: String, _ gemm: PublishedGEMM, _ cost: PublishedCost) {
            self.phase = phase
            name = gemm.name
            count = gemm.count
            tiles = cost.tiles
            computeCycles = cost.computeCycles
            dramCycles = cost.dramCycles
            latencyCycles = cost.latencyCycles
            weightFetches = cost.weightFetches
            inputFetches = cost.inputFetches
            weightBytes = cost.weightBytes
            inputBytes = cost.inputBytes
            outputBytes = cost.outputBytes
            computeEnergyPicojoules = cost.computeEnergyPicojoules
            bufferReadEnergyPicojoules = cost.bufferReadEnergyPicojoules
            bufferWriteEnergyPicojoules = cost.bufferWriteEnergyPicojoules
            dramEnergyPicojoules = cost.dramEnergyPicojoules
        }
    }

    let schema = "bitmod-dist.run/1"
    let request: Request
    let phases: Phases
    let totals: Totals
    let operators: [Row]?

    /// Creates the document of a run.
    ///
    /// - Parameter withOperators: whether it lists every kind of product.
    public init(_ run: PublishedRun, withOperators: Bool) {
        request = Request(
            model: run.model.name, accelerator: run.accelerator.name, task: run.task.rawValue,
            contextTokens: run.context)
        func phase(_ task: PublishedTask) -> Phase? {
            run.passes.first { $0.task == task }.map { Phase($0, lanes: run.accelerator.lanes) }
        }
        phases = Phases(prefill: phase(.discriminative), decode: phase(.decodeStep))
        totals = Totals(run)
        let rows = run.passes.flatMap { pass in
            pass.rows.map { row in
                Row(phase: pass.task == .discriminative ? "prefill" : "decode", row.gemm, row.cost)
            }
        }
        operators = withOperators ? rows : nil
    }
}
