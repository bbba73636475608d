import Accelerator
import ArgumentParser
import Simulation
import Workload

/// `bitmod-dist [run] MODEL`: prefill and decode of a whole model.
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Simulate prefill and decode of a whole model (the default command).",
        discussion: """
            EXAMPLES
              bitmod-dist run llama-13b --prompt 1024 --generate 128 --batch 4
              bitmod-dist run mixtral-8x7b --parallel tp4,pp2 --topology torus-4x2
              bitmod-dist run llama-2-70b --chips 32 --parallel tp8,pp2,dp2 --batch 16 --micro-batches 4
              bitmod-dist run llama-2-70b --chips 32 --batch 16 --optimize throughput   searches the plans that fit
              bitmod-dist run mixtral-8x7b --chips 8 --parallel tp2,dp4,ep8 --batch 8 --expert-skew 1.2
              bitmod-dist run llama-2-7b --chips 8 --parallel tp8,sp --overlap-chunks 4
              bitmod-dist run llama-2-7b --chips 8 --parallel tp8 --gemm-partition 2d
              bitmod-dist run llama-2-7b --accelerator bitmod --set "dram.bandwidth=64 GB/s" --csv run.csv
              bitmod-dist run llama-2-7b --detail operators --json run.json
              bitmod-dist run llama-13b --chips 8 --html run.html --svg figures
              bitmod-dist run llama-13b --chips 8 --trace run.trace.json --trace-detail layers
              bitmod-dist run llama-7b --prune 0.25 --scheme bitmod-4b   removes heads and channels of the layers 4..29
              bitmod-dist run llama-2-7b --model-fidelity published --accelerator bitmod-lossy --task decode-step
            """)

    @Argument(help: "A model by name (see: show models), or a Hugging Face config.json or its folder.")
    var model: String

    @OptionGroup(title: "System") var system: SystemOptions
    @OptionGroup(title: "Workload") var workload: WorkloadOptions
    @OptionGroup(title: "Pruning") var pruning: PruningOptions
    @OptionGroup(title: "Published fidelity") var published: PublishedOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    @Option(help: "tile: the honest chip model. published: the paper's analytical model, exactly.")
    var modelFidelity: Fidelity = .tile

    /// Which chip model is used.
    enum Fidelity: String, ExpressibleByArgument, CaseIterable {
        case tile
        case published
    }
}

/// Chips, network and division of the model.
struct SystemOptions: ParsableArguments {
    @Option(help: "Chips of the system (default: those of the topology file, else one per rank).")
    var chips: Int?

    @Option(help: "A network by name (see: show topologies) or a YAML file (default: ring).")
    var topology: String?

    @Option(
        help: """
            auto, or degrees of tensor, pipeline, data and expert parallelism and sp for sequence parallelism, such as tp8, \
            tp4,pp2, tp2,dp4,ep8 or tp8,sp (default: auto).
            """)
    var parallel: String?

    @Option(help: "What auto minimises or maximises: latency, throughput or energy (default: latency).")
    var optimize: PlanObjective?

    @Option(
        help:
            "Parts of a replica's batch in the pipeline at the same time (default: one for each stage, if there are sequences)."
    )
    var microBatches: Int?

    @Option(help: "How chips divide a matrix: 1d, 2d, or 2d:RxC such as 2d:2x4 (default: 1d).")
    var gemmPartition: String?

    @Option(help: "Parts of an exchange that overlap with the product before it (default: 1).")
    var overlapChunks: Int?

    @Option(help: "A YAML or JSON list with the popularity of each expert (default: all alike).")
    var expertLoad: String?

    @Option(help: "Popularity of experts by Zipf's law with this exponent, such as 1.2.")
    var expertSkew: Double?

    @Option(help: "With --expert-skew: which experts are the popular ones (default: 0).")
    var expertSeed: UInt64?

    @Option(help: "An accelerator by name (see: show accelerators) or a YAML file (default: bitmod).")
    var accelerator: String?

    @Option(
        name: .customLong("set"),
        help: "Replace one constant of the accelerator, such as \"dram.bandwidth=64 GB/s\"; may be repeated.")
    var overrides: [String] = []

    @OptionGroup(title: "Network assumptions") var network: NetworkOptions
}

extension SystemOptions {
    /// The options that say how the model is divided, with whether they are on the command line.
    var planOptions: [(name: String, isGiven: Bool)] {
        [
            ("--parallel", parallel != nil), ("--optimize", optimize != nil), ("--micro-batches", microBatches != nil),
            ("--gemm-partition", gemmPartition != nil), ("--overlap-chunks", overlapChunks != nil),
            ("--expert-load", expertLoad != nil), ("--expert-skew", expertSkew != nil),
            ("--expert-seed", expertSeed != nil),
        ]
    }

    /// Whether any of the options is on the command line.
    var isGiven: Bool {
        chips != nil || topology != nil || accelerator != nil || !overrides.isEmpty || network.isGiven
            || planOptions.contains { $0.isGiven }
    }
}

/// Schemes, prompt and answer.
struct WorkloadOptions: ParsableArguments {
    @Option(help: "How weights are stored (see: show schemes; default: the accelerator's).")
    var scheme: String?

    @Option(help: "Weights that share a scale (default: the scheme's).")
    var groupSize: Int?

    @Option(
        help:
            "How the language-model head is stored (default: as the other weights; with methods of other papers int8).")
    var headScheme: String?

    @Option(help: "How keys and values are stored (default: int8, or fp16 on fp16).")
    var kvScheme: String?

    @Option(help: "Prompt tokens of each sequence (default: 256).")
    var prompt: Int?

    @Option(help: "Decode steps, each with its own context length (default: 256; published fidelity: 20).")
    var generate: Int?

    @Option(help: "Sequences (default: 1).")
    var batch: Int?

    @Option(help: "Positions that go through the language-model head in prefill: last or all (default: last).")
    var headPositions: PhaseStep.HeadPositions?

    @Option(help: "Bits of a partial sum between chips: 32 or 16 (default: 32).")
    var partialSumBits: Int?

    @Option(
        help: "What the mapping of each GEMM minimises: latency or traffic, that is DRAM energy (default: latency).")
    var mappingObjective: MappingSearch.Objective?

    @Option(help: "How tile latencies are found: fast, or event by event to prove it equal (default: fast).")
    var tileSimulation: MappingSearch.Evaluator?

    @Option(help: "Average bits per weight in place of the scheme's codes and metadata, such as 4.0625.")
    var weightBits: Double?
}

extension WorkloadOptions {
    /// Whether any of the options is on the command line.
    var isGiven: Bool {
        scheme != nil || groupSize != nil || headScheme != nil || kvScheme != nil || prompt != nil || generate != nil
            || batch != nil || headPositions != nil || partialSumBits != nil || mappingObjective != nil
            || tileSimulation != nil
            || weightBits != nil
    }
}

/// What selects a case of the paper's model.
struct PublishedOptions: ParsableArguments {
    @Option(help: "discriminative, decode-step or generative (default: generative).")
    var task: PublishedTask?

    @Option(help: "Tokens of the prompt and of the cache (default: 256).")
    var context: Int?

    @Option(help: "PE rows and columns such as 64x16 (default: the paper's for the task).")
    var peArray: String?
}

/// Where reports go.
struct OutputOptions: ParsableArguments {
    @Option(help: "Write the result as JSON to a file, or - for stdout and nothing else there.")
    var json: String?

    @Option(help: "Write the result as CSV to a file, or - for stdout.")
    var csv: String?

    @Option(help: "phases, layers or operators (default: phases).")
    var detail: SystemSimulation.Detail = .phases

    @Option(help: "Write the result as one HTML page with plots to a file, or - for stdout.")
    var html: String?

    @Option(help: "Write the plots of the page as SVG files into this folder; made if it is missing.")
    var svg: String?

    @Option(help: "Write what chips do when as a trace for ui.perfetto.dev to a file, or - for stdout.")
    var trace: String?

    @Option(help: "With --trace, an event for each: phases (and steps), layers or operators (default: operators).")
    var traceDetail: SystemSimulation.Detail?

    @Option(
        help: """
            With --trace: events at most (default: 200000). Later steps are shown in less detail, and the trace says from \
            where on.
            """)
    var traceLimit: Int?

    @Flag(help: "Print no text report.")
    var quiet = false
}

extension PlanObjective: ExpressibleByArgument {}
extension PhaseStep.HeadPositions: ExpressibleByArgument {}
extension MappingSearch.Evaluator: ExpressibleByArgument {}
extension MappingSearch.Objective: ExpressibleByArgument {}
extension PublishedTask: ExpressibleByArgument {}
extension SystemSimulation.Detail: ExpressibleByArgument {}
