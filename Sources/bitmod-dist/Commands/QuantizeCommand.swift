import ArgumentParser
import Checkpoints
import Conversion
import Documents
import Quantization

/// `bitmod-dist quantize`: a checkpoint in, a quantised checkpoint out.
struct QuantizeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quantize",
        abstract: "Quantise the weights of a safetensors checkpoint.",
        discussion: """
            Quantises the matrices of linear layers, row by row [outputs x inputs], the language-model head among them;
            embeddings, norms and everything else are copied bit for bit. Without --dequantized each matrix NAME becomes
            the tensors NAME.codes, NAME.scales, ... in the bytes that bits per weight count, or by a method of another
            paper the one tensor NAME.packed. There are no statistics of activations here: methods that use them take
            their form for weights only, which the report names. Under mpirun the ranks share the work; the file is the
            same for any number of them.

            EXAMPLES
              bitmod-dist quantize model.safetensors -o packed.safetensors --scheme bitmod-4b
              bitmod-dist quantize path/to/model -o float.safetensors --scheme bitmod-3b --dequantized
              mpirun -n 8 bitmod-dist quantize model.safetensors.index.json -o packed.safetensors --scheme int6
              bitmod-dist quantize model.safetensors -o /dev/null --scheme int4-asym --json -
            """)

    @Argument(help: "A .safetensors file, a model.safetensors.index.json, or a folder with one of them.")
    var input: String

    @Option(name: .shortAndLong, help: "The .safetensors file to write.")
    var output: String

    @Option(help: "How weights are stored (see: show schemes).")
    var scheme: String

    @Option(help: "Weights that share a scale (default: the scheme's).")
    var groupSize: Int?

    @Option(
        help: "How scales are stored, where the scheme has a choice: int8, float16, float32, rowFloat16 or rowFloat32.")
    var scaleEncoding: ScaleEncoding?

    @Option(help: "reference: the published binary16 arithmetic, bit for bit. exact: binary64.")
    var arithmetic: QuantizationArithmetic = .reference

    @Flag(
        help: "Write the weights that the codes stand for, under their old names: F32 stays, F16 and BF16 become F16.")
    var dequantized = false

    @Option(help: ArgumentHelp("Quantise the matrices whose name this pattern is found in.", valueName: "regex"))
    var only: String?

    @Option(help: ArgumentHelp("Copy the matrices whose name this pattern is found in.", valueName: "regex"))
    var skip: String?

    @Option(help: "Write the statistics as JSON to a file, or - for stdout and nothing else there.")
    var json: String?

    @Flag(help: "Print no text report.")
    var quiet = false

    /// Reads all headers and plans the work, so that nothing is left to look up.
    func resolve() throws -> (ConversionPlan, ConversionReporter) {
        let reporter = ConversionReporter(json: json, isQuiet: quiet)
        try reporter.check()
        guard output != "-" else {
            throw InputError(.usage, key: "--output", problem: "found \"-\"", expected: "the name of a file")
        }
        try OutputFile(path: output).check()
        let scheme = try configuredScheme()
        let selection = MatrixSelection(only: try pattern(only, "--only"), skip: try pattern(skip, "--skip"))
        let checkpoint = try Checkpoint(path: input)
        try checkStatistics(checkpoint)
        let plan = try ConversionPlan(
            checkpoint, selection: selection, scheme: scheme, arithmetic: arithmetic,
            format: dequantized ? .dequantized : .packed, output: output)
        return (plan, reporter)
    }

    /// The statistics may not take the place of the input or the output.
    private func checkStatistics(_ checkpoint: Checkpoint) throws {
        guard let json, json != "-", !OutputFile(path: json).isDevice else { return }
        let identity = FileIdentity(path: json)
        if identity != nil, checkpoint.paths.contains(where: { FileIdentity(path: $0) == identity }) {
            throw InputError(.usage, key: "--json", problem: "\(json) is the input itself", expected: "another file")
        }
        if json == output || identity != nil && identity == FileIdentity(path: output) {
            throw InputError(.usage, key: "--json", problem: "\(json) is the output itself", expected: "another file")
        }
    }

    private func configuredScheme() throws -> Scheme {
        var scheme: Scheme
        do { scheme = try Scheme.named(self.scheme) } catch {
            throw InputError(.usage, key: "--scheme", problem: "\(error)", expected: "a scheme of: show schemes")
        }
        if let groupSize {
            do { scheme = try scheme.with(groupSize: groupSize) } catch {
                throw InputError(.usage, key: "--group-size", problem: "\(error)")
            }
        }
        if let scaleEncoding {
            do { scheme = try scheme.with(scaleEncoding: scaleEncoding) } catch {
                throw InputError(.usage, key: "--scale-encoding", problem: "\(error)")
            }
        }
        return scheme
    }

    private func pattern(_ text: String?, _ option: String) throws -> Regex<AnyRegexOutput>? {
        guard let text else { return nil }
        do { return try Regex(text) } catch {
            throw InputError(
                .usage, key: option, problem: "\"\(text)\" is no pattern: \(error)", expected: "a regular expression")
        }
    }
}

extension QuantizationArithmetic: ExpressibleByArgument {}
extension ScaleEncoding: ExpressibleByArgument {}
