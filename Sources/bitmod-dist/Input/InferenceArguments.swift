import ArgumentParser
import Documents
import Foundation
import Inference
import Quantization

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
            exact: bit-exact PEs. rtl-2024: those of the published Verilog. float: binary32. (default: exact with a scheme \
            that runs on the PEs, else float)
            """)
    var arithmetic: InferenceArithmetic?

    @Option(help: "How keys and values are stored: int8, fp16, bitmod-4b, ... (default: int8; float: binary32)")
    var kvScheme: String?

    @Option(help: "Chips that share the model (default: one for each rank).")
    var chips: Int?

    @Option(help: "Write the result as JSON to a file, or - for stdout and nothing else there.")
    var json: String?

    @Flag(help: "Print no text.")
    var quiet = false

    /// The options, complete and checked.
    func options(ranks: Int) throws -> InferenceOptions {
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
            scheme: scheme, arithmetic: arithmetic, keyValueScheme: cache ?? usual, chips: chips ?? ranks)
    }

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
