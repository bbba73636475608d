import Accelerator
import Fabric
import Quantization
import Workload

/// One simulation, fully resolved: nothing in it refers to a file or a default any more.
public struct RunRequest: Hashable, Sendable, Codable {
    /// The model.
    public var model: TransformerModel
    /// The chip, every chip of the system being equal.
    public var accelerator: AcceleratorDescription
    /// How weights are stored.
    public var scheme: Scheme
    /// Average bits of a weight code where a published figure replaces the scheme's own, or nil.
    public var weightBits: Double?
    /// How the language-model head is stored, or nil for as the other weights are.
    public var headScheme: Scheme?
    /// How keys and values are stored.
    public var kvScheme: Scheme
    /// The share of weights that are outliers, where the scheme has some, or nil for the usual one.
    public var outlierShare: Double?
    /// Pairs of a narrower and a wider block in each matrix of each layer, by the operator's name, where the scheme has some;
    /// none for the usual ones.
    public var blockPairs: [[String: Int]] = []
    /// Chips of the system.
    public var chips: Int
    /// The network between them.
    public var fabric: Fabric
    /// How the model is divided.
    public var parallelism: ParallelismRequest
    /// How a matrix is divided over a tensor-parallel group.
    public var gemmPartition: GEMMPartition
    /// Parts of a replica's batch that are on their way through the pipeline at the same time, or nil for as many as there
    /// are stages and sequences.
    public var microBatches: Int?
    /// Parts that an exchange and the product before it are cut into, so that they overlap.
    public var overlapChunks: Int
    /// How popular each expert is.
    public var expertLoad: ExpertLoadRequest
    /// What an automatic plan makes as good as it can.
    public var objective: PlanObjective
    /// Prompt tokens of each sequence.
    public var promptTokens: Int
    /// Decode steps: tokens generated after the one that prefill ends with.
    public var generatedTokens: Int
    /// Sequences.
    public var batch: Int
    /// Which positions go through the head in prefill.
    public var headPositions: PhaseStep.HeadPositions
    /// Bits of a partial sum on its way between chips.
    public var partialSumBits: Int
    /// What the mapping of each GEMM makes as small as it can.
    public var mappingObjective: MappingSearch.Objective
    /// How tile latencies are found.
    public var tileSimulation: MappingSearch.Evaluator

    /// Creates a request.
    public init(
        model: TransformerModel, accelerator: AcceleratorDescription, scheme: Scheme, weightBits: Double? = nil,
        headScheme: Scheme? = nil, kvScheme: Scheme, outlierShare: Double? = nil, chips: Int, fabric: Fabric,
        parallelism: ParallelismRequest = .automatic,
        gemmPartition: GEMMPartition = .oneDimensional, microBatches: Int? = nil, overlapChunks: Int = 1,
        expertLoad: ExpertLoadRequest = .uniform, objective: PlanObjective = .latency, promptTokens: Int,
        generatedTokens: Int, batch: Int = 1, headPositions: PhaseStep.HeadPositions = .last,
        partialSumBits: Int = 32, mappingObjective: MappingSearch.Objective = .latency,
        tileSimulation: MappingSearch.Evaluator = .fast
    ) {
        self.model = model
        self.accelerator = accelerator
        self.scheme = scheme
        self.weightBits = weightBits
        self.headScheme = headScheme
        self.kvScheme = kvScheme
        self.outlierShare = outlierShare
        self.chips = chips
        self.fabric = fabric
        self.parallelism = parallelism
        self.gemmPartition = gemmPartition
        self.microBatches = microBatches
        self.overlapChunks = overlapChunks
        self.expertLoad = expertLoad
        self.objective = objective
        self.promptTokens = promptTokens
        self.generatedTokens = generatedTokens
        self.batch = batch
        self.headPositions = headPositions
        self.partialSumBits = partialSumBits
        self.mappingObjective = mappingObjective
        self.tileSimulation = tileSimulation
    }

    /// The steps of a phase in order: one prefill, then decode steps whose context grows by one each.
    public func steps(of phase: PhaseStep.Phase) -> [PhaseStep] {
        (0..<stepCount(of: phase)).map { step($0, of: phase, batch: batch) }
    }

    /// Number of steps of a phase.
    public func stepCount(of phase: PhaseStep.Phase) -> Int { phase == .prefill ? 1 : generatedTokens }

    /// One step of a phase for some of the sequences.
    func step(_ index: Int, of phase: PhaseStep.Phase, batch: Int) -> PhaseStep {
        switch phase {
        case .prefill: .prefill(batch: batch, prompt: promptTokens, headPositions: headPositions)
        case .decode: .decode(batch: batch, context: promptTokens + index + 1)
        }
    }
}
