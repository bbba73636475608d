import Accelerator
import Simulation
import Units
import Workload

/// The document `bitmod-dist.run/1`: a run as JSON. Keys carry their unit; `docs/json.md` describes each.
///
/// Holds nothing that depends on the number of ranks, the machine or the time of day.
public struct RunDocument: Encodable {
    let schema = "bitmod-dist.run/1"
    let request: RequestDocument
    let plan: PlanDocument
    let phases: PhasesDocument
    let totals: TotalsDocument
    let chips: [ChipDocument]
    let layers: [OperatorDocument]?
    let operators: [OperatorDocument]?

    /// Creates the document of a result.
    ///
    /// - Parameter detail: decides whether `layers` or `operators` are there.
    public init(_ result: RunResult, detail: SystemSimulation.Detail) {
        let chip = result.request.chip
        request = RequestDocument(result.request)
        plan = PlanDocument(result.plan)
        phases = PhasesDocument(
            prefill: PhaseDocument(result, .prefill, chip: chip), decode: PhaseDocument(result, .decode, chip: chip))
        totals = TotalsDocument(result, chip: chip)
        chips = result.classOfChip.enumerated().map { index, chipClass in
            ChipDocument(result, index: index, chipClass: chipClass, capacity: chip.dram.capacity)
        }
        let rows = PhaseStep.Phase.allCases.flatMap { phase in
            result[phase].operators.map { row in
                OperatorDocument(phase: phase, row: row, chip: result.classOfChip.firstIndex(of: row.chipClass) ?? 0)
            }
        }
        layers = detail == .layers ? rows : nil
        operators = detail == .operators ? rows : nil
    }
}

/// Both phases; a phase without steps is null.
struct PhasesDocument: Encodable {
    @NullIfAbsent var prefill: PhaseDocument?
    @NullIfAbsent var decode: PhaseDocument?
}

/// What was asked for, resolved.
struct RequestDocument: Encodable {
    let model: String
    let modelParameters: Int
    @NullIfAbsent var pruning: PruningDocument?
    let modelFidelity: String
    let accelerator: String
    let acceleratorParameters: [String: String]
    let scheme: String
    let groupSize: Int
    @NullIfAbsent var weightBits: Double?
    @NullIfAbsent var headScheme: String?
    let kvScheme: String
    let chips: Int
    let topology: TopologyDocument
    let parallel: String
    let optimize: String
    let gemmPartition: String
    @NullIfAbsent var microBatches: Int?
    let overlapChunks: Int
    let expertLoad: ExpertLoadDocument
    let promptTokens: Int
    let generatedTokens: Int
    let batch: Int
    let headPositions: String
    let partialSumBits: Int
    let mappingObjective: String

    init(_ request: RunRequest) {
        model = request.model.name
        modelParameters = request.model.totalParameters
        pruning = PruningDocument(request.model)
        modelFidelity = "tile"
        accelerator = request.accelerator.name
        acceleratorParameters = Dictionary(
            uniqueKeysWithValues: request.accelerator.parameterKeys.map { key in
                (key.rawValue, Quantity(request.accelerator[key], key.definition.dimension).text)
            })
        scheme = request.scheme.name
        groupSize = request.scheme.groupSize
        weightBits = request.weightBits
        headScheme = request.headScheme?.name
        kvScheme = request.kvScheme.name
        chips = request.chips
        topology = TopologyDocument(
            name: request.fabric.name, kind: request.fabric.topology.kind,
            linkBandwidthBytesPerSecond: request.fabric.link.bytesPerSecond,
            linkLatencySeconds: request.fabric.link.latency.seconds,
            linkEnergyPicojoulesPerBit: request.fabric.link.picojoulesPerBit,
            assumptions: NetworkAssumptionsDocument(request.fabric.assumptions))
        parallel = request.parallelism.text
        optimize = request.objective.rawValue
        gemmPartition = request.gemmPartition.text
        microBatches = request.microBatches
        overlapChunks = request.overlapChunks
        expertLoad = ExpertLoadDocument(request.expertLoad)
        promptTokens = request.promptTokens
        generatedTokens = request.generatedTokens
        batch = request.batch
        headPositions = request.headPositions.rawValue
        partialSumBits = request.partialSumBits
        mappingObjective = request.mappingObjective.rawValue
    }
}

/// The network between chips.
struct TopologyDocument: Encodable {
    let name: String
    let kind: String
    let linkBandwidthBytesPerSecond: Double
    let linkLatencySeconds: Double
    let linkEnergyPicojoulesPerBit: Double
    let assumptions: NetworkAssumptionsDocument
}

/// How popular experts are: `uniform`, `file` with `weights`, or `zipf` with `exponent` and `seed`.
struct ExpertLoadDocument: Encodable {
    let kind: String
    @NullIfAbsent var weights: [Double]?
    @NullIfAbsent var exponent: Double?
    @NullIfAbsent var seed: UInt64?

    init(_ load: ExpertLoadRequest) {
        switch load {
        case .uniform: kind = "uniform"
        case .weights(let list, _):
            kind = "file"
            weights = list
        case .zipf(let exponent, let seed):
            kind = "zipf"
            self.exponent = exponent
            self.seed = seed
        }
    }
}
