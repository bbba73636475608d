import Accelerator
import Simulation

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
        let prefill: Phase?
        let decode: Phase?
    }

    struct Energy: Encodable {
        let pe: Double
        let bufferRead: Double
        let bufferWrite: Double
        let dram: Double
        let total: Double
    }

    struct Phase: Encodable {
        let steps: Int
        let peArray: String
        let weightBits: Double
        let latencySeconds: Double
        let latencyCycles: Int
        let computeCycles: Int
        let dramBytes: Int
        let energyJoules: Energy
        let bound: String

        init(_ pass: PublishedRun.Pass) {
            let steps = pass.repetitions
            self.steps = steps
            peArray = "\(pass.array.rows)x\(pass.array.columns)"
            weightBits = pass.weightBits
            latencyCycles = steps * pass.latencyCycles
            latencySeconds = Double(latencyCycles) / 1e9
            let compute = pass.rows.reduce(0) { $0 + $1.gemm.count * $1.cost.computeCycles }
            let dram = pass.rows.reduce(0) { $0 + $1.gemm.count * $1.cost.dramCycles }
            computeCycles = steps * compute
            dramBytes = steps * pass.rows.reduce(0) { $0 + $1.gemm.count * $1.cost.dramBytes }
            func joules(_ value: (PublishedCost) -> Double) -> Double { Double(steps) * pass.sum(value) / 1e12 }
            energyJoules = Energy(
                pe: joules(\.computeEnergyPicojoules), bufferRead: joules(\.bufferReadEnergyPicojoules),
                bufferWrite: joules(\.bufferWriteEnergyPicojoules), dram: joules(\.dramEnergyPicojoules),
                total: joules(\.onChipEnergyPicojoules) + joules(\.dramEnergyPicojoules))
            bound = compute >= dram ? "compute" : "memory"
        }
    }

    struct Totals: Encodable {
        let latencySeconds: Double
        let latencyCycles: Int
        let energyJoules: Double
        let onChipEnergyJoules: Double
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
        func phase(_ task: PublishedTask) -> Phase? { run.passes.first { $0.task == task }.map(Phase.init) }
        phases = Phases(prefill: phase(.discriminative), decode: phase(.decodeStep))
        totals = Totals(
            latencySeconds: Double(run.latencyCycles) / 1e9, latencyCycles: run.latencyCycles,
            energyJoules: run.energyPicojoules / 1e12, onChipEnergyJoules: run.onChipEnergyPicojoules / 1e12)
        let rows = run.passes.flatMap { pass in
            pass.rows.map { row in
                Row(phase: pass.task == .discriminative ? "prefill" : "decode", row.gemm, row.cost)
            }
        }
        operators = withOperators ? rows : nil
    }
}
