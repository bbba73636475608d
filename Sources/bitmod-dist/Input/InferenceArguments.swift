import Accelerator
import ArgumentParser
import Documents
import Foundation
import Inference
import Quantization
import Simulation
import Workload

/// The options that `infer` and `perplexity` share.
struct InferenceArguments: ParsableArguments {
    @Argument(
        help: "A GGUF file; or safetensors (a file, an index of several, or a folder) beside a config.json.")
    var weights: String

    @Option(help: "How weights are quantised (see: show schemes). Without it they stay as the checkpoint has them.")
    var scheme: String?

    @Option(help: "Weights that share a scale (default: the scheme's).")
    var groupSize: Int?

    @Option(help: "How scales are stored, where the scheme has a choice.")
    var scaleEncoding: ScaleEncoding?

    @Option(
        help: """
            Statistics of activations that --calibrate has written, for schemes that make use of them (see: show NAME); \
            without, their weights-only form.
            """)
    var calibration: String?

    @Option(
        help: """
            exact: bit-exact PEs. rtl-2024: those of the published Verilog. float: binary32. (default: exact with a scheme \
            that runs on the PEs, else float)
            """)
    var arithmetic: InferenceArithmetic?

    @Option(help: "How keys and values are stored: int8, fp16, bitmod-4b, ... (default: int8; float: binary32)")
    var kvScheme: String?

    @Option(
        help: """
            How the language-model head is quantised (default: as the other weights; where it is the embedding, int8, or \
            not at all in float arithmetic).
            """)
    var headScheme: String?

    @OptionGroup(title: "Pruning") var pruning: PruningOptions

    @Option(help: "Chips that share the model (default: those of the topology file, else one for each rank).")
    var chips: Int?

    @Option(help: "How they share it: tpN, ppN or both such as tp2,pp2 (default: as much tp as there can be).")
    var parallel: String?

    @Option(help: "The network between them, by name (see: show topologies) or a YAML file (default: ring).")
    var topology: String?

    @Option(
        help: "The chip whose time and energy are told, by name or a YAML file (default: bitmod; unquantised: fp16).")
    var accelerator: String?

    @Option(
        name: .customLong("set"),
        help: "Replace one constant of the accelerator, such as \"dram.bandwidth=64 GB/s\"; may be repeated.")
    var overrides: [String] = []

    @Option(
        help: """
            Say how far logits agree with another execution: float (the same weights in binary32), stored (the weights as \
            the checkpoint has them, in binary32) or one-chip (the same, but not divided).
            """)
    var compare: ComparedExecution?

    @Option(
        help: "Write statistics of every layer's activations to this safetensors file, for schemes that need them.")
    var calibrate: String?

    @Flag(help: "With --calibrate: the products of all pairs of channels too (Hessians); large.")
    var secondMoments = false

    @Option(help: "Write the result as JSON to a file, or - for stdout and nothing else there.")
    var json: String?

    @Flag(help: "Print no text.")
    var quiet = false

    /// The options, complete and checked.
    func options() throws -> InferenceOptions {
        if scheme == nil {
            for (key, isGiven) in [("--group-size", groupSize != nil), ("--scale-encoding", scaleEncoding != nil)]
            where isGiven {
                throw InputError(.usage, key: key, problem: "there is no --scheme that it could change")
            }
        }
        let scheme = try scheme.map {
            try Self.scheme($0, "--scheme", groupSize: groupSize, scaleEncoding: scaleEncoding)
        }
        let arithmetic = arithmetic ?? (scheme.map { $0.family == .float16 } ?? true ? .float : .exact)
        guard arithmetic.isAvailable else {
            throw InputError(
                .usage, key: "--arithmetic", problem: "float needs libopenblas.so.0, which this machine has not",
                expected: "the package libopenblas0, or exact")
        }
        let cache = try kvScheme.map { try Self.scheme($0, "--kv-scheme") }
        let usual = arithmetic == .float ? nil : try Self.scheme("int8", "--kv-scheme")
        return try InferenceOptions(
            scheme: scheme, calibration: calibration,
            headScheme: headScheme.map { try Self.scheme($0, "--head-scheme") },
            arithmetic: arithmetic, keyValueScheme: cache ?? usual)
    }

    /// What is to be collected and compared beside.
    ///
    /// - Parameter isLayerByLayer: whether statistics of a layer are those behind quantised ones.
    func beside(
        _ model: LanguageModel, _ options: InferenceOptions, _ hardware: SimulatedHardware, isLayerByLayer: Bool = false
    ) throws -> DistributedInference.Beside {
        if secondMoments, calibrate == nil {
            throw InputError(.usage, key: "--second-moments", problem: "there is no --calibrate that it could change")
        }
        if isLayerByLayer, calibrate == nil {
            throw InputError(.usage, key: "--layer-by-layer", problem: "there is no --calibrate that it could change")
        }
        if let calibrate {
            try OutputFile(path: calibrate).check()
            guard calibrate != "-" else {
                throw InputError(.usage, key: "--calibrate", problem: "found \"-\"", expected: "a file")
            }
        }
        let comparesFloat = compare == .float || compare == .stored
        if comparesFloat || secondMoments, !InferenceArithmetic.float.isAvailable {
            throw InputError(
                .usage, key: comparesFloat ? "--compare" : "--second-moments",
                problem: "needs libopenblas.so.0, which this machine has not", expected: "the package libopenblas0")
        }
        let calibration = calibrate.map {
            Calibration(path: $0, withSecondMoments: secondMoments, isLayerByLayer: isLayerByLayer)
        }
        try calibration?.check(hardware.plan, options)
        let compared = try compare.map { compare in
            try DistributedInference.Compared(
                options: compare.options(for: options, of: model.description),
                hardware: compare.hardware(for: hardware))
        }
        return DistributedInference.Beside(compared: compared, calibration: calibration)
    }

    /// The chips that the model runs on.
    func hardware(
        _ model: LanguageModel, _ options: InferenceOptions, ranks: Int, promptTokens: Int, generatedTokens: Int = 0,
        batch: Int = 1, headPositions: PhaseStep.HeadPositions
    ) throws -> SimulatedHardware {
        let isStored = options.scheme.map { $0.family == .float16 } ?? true
        let chip = try RequestOptions.accelerator(
            accelerator ?? (isStored ? "fp16" : "bitmod"), overrides: overrides)
        guard options.arithmetic == .float || chip.processingElement == .bitSerial else {
            throw InputError(
                .usage, key: "--accelerator",
                problem: "the PEs of \(chip.name) are not the bit-serial ones that "
                    + "--arithmetic \(options.arithmetic.rawValue) computes with",
                expected: "an accelerator such as bitmod, or --arithmetic float")
        }
        let fabric = try InputFiles.fabric(topology ?? "ring")
        var degrees: ParallelDegrees?
        if let parallel, case .explicit(let own) = try ParallelismRequest(parallel) { degrees = own }
        let count = chips ?? fabric.chips ?? degrees?.chips ?? ranks
        guard (1...Self.mostChips).contains(count) else {
            throw InputError(
                .usage, key: "--chips", problem: "found \(count)", expected: "a number from 1 to \(Self.mostChips)")
        }
        return try SimulatedHardware(
            SimulatedHardware.request(
                model.description, options, accelerator: chip, fabric: fabric, chips: count, degrees: degrees,
                promptTokens: promptTokens, generatedTokens: generatedTokens, batch: batch,
                headPositions: headPositions, pruning: try pruning.applied(to: model.description.shape).pruning))
    }

    /// The most chips that compute real numbers.
    private static let mostChips = 4096

    private static func scheme(
        _ name: String, _ option: String, groupSize: Int? = nil, scaleEncoding: ScaleEncoding? = nil
    ) throws -> Scheme {
        do {
            var scheme = try Scheme.named(name)
            if let groupSize { scheme = try scheme.with(groupSize: groupSize) }
            if let scaleEncoding { scheme = try scheme.with(scaleEncoding: scaleEncoding) }
            return scheme
        } catch {
            throw InputError(.usage, key: option, problem: "\(error)")
        }
    }

    /// The whole numbers of a JSON file.
    static func tokens(_ path: String) throws -> [Int] {
        let text = try InputFiles.read(path)
        do { return try JSONDecoder().decode([Int].self, from: Data(text.utf8)) } catch {
            throw InputError(
                .data, file: path, problem: "the file is no list of token numbers", expected: "JSON such as [1, 2, 3]")
        }
    }
}

extension InferenceArithmetic: ExpressibleByArgument {}
extension ComparedExecution: ExpressibleByArgument {}
