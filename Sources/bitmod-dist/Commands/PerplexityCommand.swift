import ArgumentParser
import Documents
import Inference

/// `bitmod-dist perplexity`: how well a quantised model predicts a text.
struct PerplexityCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "perplexity",
        abstract: "Measure how well a model, quantised and computed as the chips do, predicts a text.",
        discussion: """
            The text's tokens are cut into windows of --context tokens, the last of which may be shorter. Each starts anew,
            with nothing put in front, and predicts its tokens from the second on.

            EXAMPLES
              bitmod-dist perplexity model.gguf --text book.txt --max-tokens 4096
              mpirun -n 2 bitmod-dist perplexity model.gguf --text book.txt --scheme bitmod-4b --group-size 64
              bitmod-dist perplexity path/to/model --token-ids ids.json --scheme int4 --arithmetic float --json -
              bitmod-dist perplexity model.gguf --text train.txt --scheme spqr-3b --calibrate spqr.safetensors \
                --second-moments --layer-by-layer
              bitmod-dist perplexity model.gguf --text book.txt --scheme spqr-3b --calibration spqr.safetensors
            """)

    @OptionGroup var common: InferenceArguments

    @Option(help: "The text, a UTF-8 file.")
    var text: String?

    @Option(help: "A JSON file with the text's token numbers, in place of a text.")
    var tokenIds: String?

    @Option(help: "Tokens of a window (default: 512, or the model's context where that is shorter).")
    var context: Int?

    @Option(help: "Use only that many tokens from the start of the text.")
    var maxTokens: Int?

    @Flag(
        help: """
            With --calibrate and --scheme: quantise each layer with what was observed of it before the next one is observed, \
            as GPTQ does; the perplexity is that of these weights.
            """)
    var layerByLayer = false

    /// Opens the model and makes the text's tokens, so that nothing is left to look up.
    func resolve(ranks: Int) throws -> (DistributedInference, InferenceReporter) {
        if let json = common.json { try OutputFile(path: json).check() }
        let options = try common.options()
        if let maxTokens, maxTokens < 2 {
            throw InputError(.usage, key: "--max-tokens", problem: "found \(maxTokens)", expected: "at least 2")
        }
        let model = try LanguageModel(path: common.weights)
        var tokens = try textTokens(model)
        if let maxTokens { tokens = Array(tokens.prefix(maxTokens)) }
        let request = Perplexity.Request(
            tokens: tokens, context: context ?? min(512, model.description.shape.maximumPositions))
        try request.check(model)
        let hardware = try common.hardware(
            model, options, ranks: ranks, promptTokens: max(min(request.context, tokens.count) - 1, 1),
            headPositions: .all)
        let reporter = InferenceReporter(
            json: common.json, compared: common.compare, logits: nil, isQuiet: common.quiet, prompt: nil, model: model,
            hardware: hardware, ranks: ranks)
        let inference = DistributedInference(
            path: common.weights, options: options, hardware: hardware,
            beside: try common.beside(model, options, hardware, isLayerByLayer: layerByLayer),
            work: .perplexity(request))
        return (inference, reporter)
    }

    private func textTokens(_ model: LanguageModel) throws -> [Int] {
        switch (text, tokenIds) {
        case (let path?, nil):
            return try model.tokenizer().encode(InputFiles.read(path), addingSpecialTokens: false)
        case (nil, let path?): return try InferenceArguments.tokens(path)
        default:
            throw InputError(
                .usage, key: "--text", problem: text == nil ? "there is no text" : "there is --token-ids too",
                expected: "--text FILE or --token-ids FILE.json")
        }
    }
}
