import Accelerator
import Documents
import Fabric
import MessagePassing
import Quantization
import Simulation
import Workload

/// The chips that a model runs on: what a simulation with the same work would be asked for, and its plan.
public struct SimulatedHardware: Sendable, Codable {
    /// The request; prompt and generated tokens are those of the longest run there can be.
    public let request: RunRequest
    /// How the model is divided.
    public let plan: Plan
    /// Why these chips cannot run the model in these schemes, so that there is no time and energy; nil where they can.
    public let refusal: String?

    /// The hardware of a request.
    ///
    /// - Throws: ``InputError`` (usage) where functional execution does not know the plan, or the model does not fit.
    public init(_ request: RunRequest) throws {
        self.request = request
        if case .explicit(let degrees) = request.parallelism, degrees.data > 1 || degrees.isSequenceParallel {
            throw InputError(
                .usage, key: "--parallel", problem: "found \(degrees.text)",
                expected: "tensor and pipeline parallelism, such as tp2,pp2")
        }
        do {
            try request.validate()
            refusal = nil
        } catch let error as InputError where error.key == "--kv-scheme" || error.key == "--head-scheme" {
            refusal = error.problem
        }
        let columns = max(request.model.hiddenSize, request.model.queryDimension, request.model.intermediateSize)
        if let limit = request.scheme.maximumColumns, columns > limit {
            throw InputError(
                .usage, key: "--scheme",
                problem:
                    "\(request.scheme.name) cannot store matrices of \(columns) columns, which \(request.model.name) has",
                expected: "a model with at most \(limit)")
        }
        plan = try Planner(request).plan()
        if case .slimLLM = request.scheme.family, plan.tensorParallel > 1 {
            throw InputError(
                .usage, key: "--parallel",
                problem:
                    "tp\(plan.tensorParallel) divides rows of \(request.scheme.name), whose blocks differ in width "
                    + "as their weights say",
                expected: "--parallel tp1, with pp for several chips")
        }
    }

    /// What is asked for when a model runs with some options.
    ///
    /// - Parameters:
    ///   - accelerator: the chip.
    ///   - degrees: how the model is divided; by default as much tensor parallelism as there can be.
    ///   - headPositions: which positions of a prompt go through the head.
    ///   - pruning: what is removed from some layers.
    /// - Throws: ``InputError`` (usage) where so many chips cannot share the model.
    public static func request(
        _ model: ModelDescription, _ options: InferenceOptions, accelerator: AcceleratorDescription, fabric: Fabric,
        chips: Int, degrees: ParallelDegrees? = nil, promptTokens: Int, generatedTokens: Int, batch: Int = 1,
        headPositions: PhaseStep.HeadPositions = .last, pruning: Pruning? = nil
    ) throws -> RunRequest {
        var shape = model.shape
        shape.pruning = pruning
        guard let degrees = degrees ?? ParallelDegrees(tensorFirst: chips, of: shape) else {
            throw InputError(
                .usage, key: "--chips",
                problem: "\(shape.name) has \(shape.attentionHeads) heads and \(shape.layers) layers, "
                    + "which \(chips) chips cannot share",
                expected: "a number of chips that splits into heads and layers")
        }
        let kind = accelerator.processingElement
        let stored = Scheme(named: "fp16") ?? InferenceOptions.tiedHeadScheme
        guard let scheme = options.scheme ?? stored,
            let cache = options.keyValueScheme ?? Scheme(named: kind.defaultKVScheme)
        else { preconditionFailure("the catalogue has these schemes") }
        var head = options.headScheme
        if head == nil, shape.hasTiedEmbeddings || scheme.isMethod, kind != .fp16 {
            head = InferenceOptions.tiedHeadScheme
        }
        return RunRequest(
            model: shape, accelerator: accelerator, scheme: scheme, headScheme: head, kvScheme: cache, chips: chips,
            fabric: fabric, parallelism: .explicit(degrees), microBatches: 1, promptTokens: promptTokens,
            generatedTokens: generatedTokens, batch: batch, headPositions: headPositions)
    }

    /// Simulates a run on these chips. Called by all ranks.
    ///
    /// - Parameters:
    ///   - prompt: tokens of the prompt.
    ///   - generated: decode steps.
    ///   - outlierShare: the share of the weights that are outliers, where the scheme has some.
    ///   - blockPairs: pairs of narrower and wider blocks of all layers' matrices, where the scheme has some.
    /// - Returns: the result on the coordinator, nil on other ranks and where the chips cannot run the model.
    func simulate(
        prompt: Int, generated: Int, outlierShare: Double?, blockPairs: [[String: Int]],
        on communicator: any Communicator
    ) throws -> RunResult? {
        guard refusal == nil else { return nil }
        var request = request
        request.promptTokens = prompt
        request.generatedTokens = generated
        request.outlierShare = outlierShare
        request.blockPairs = blockPairs
        return try SystemSimulation(request, plan: plan, detail: .operators).run(on: communicator)
    }
}
