import ArgumentParser
import Documents
import Inference
import Workload

/// `bitmod-dist infer`: a real model continues a prompt on the simulated chips.
struct InferCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "infer",
        abstract: "Run a real language model: its weights quantised, its products computed as the chips compute them.",
        discussion: """
            Prints the prompt's continuation as it comes, then how fast the simulation was, and the time and energy of the
            simulated chips for exactly these tokens. Every chip holds its part of each layer; partial sums are added in
            the order of the network's all-reduce, so that tokens and logits are the same bytes for any number of ranks.

            EXAMPLES
              bitmod-dist infer model.gguf --prompt "The capital of France is" --tokens 20
              mpirun -n 2 bitmod-dist infer model.gguf --prompt "Once upon a time" --scheme bitmod-4b
              mpirun -n 4 bitmod-dist infer model.gguf --prompt "Once" --scheme bitmod-3b --parallel tp2,pp2
              bitmod-dist infer model.gguf --prompt "Once" --scheme int4 --batch 4 --temperature 0.8
              bitmod-dist infer path/to/model --token-ids ids.json --tokens 0 --logits logits.npy
            """)

    @OptionGroup var common: InferenceArguments

    @Option(help: "The text to continue.")
    var prompt: String?

    @Option(help: "A JSON file with the prompt's token numbers, in place of a text.")
    var tokenIds: String?

    @Option(help: "Tokens to add.")
    var tokens: Int = 32

    @Option(help: "Answers to the prompt, made together; each draws with a seed of its own.")
    var batch: Int = 1

    @Option(help: "Divides logits before drawing; 0 takes the likeliest token.")
    var temperature: Double = 0

    @Option(help: "Draw only from that many of the likeliest tokens.")
    var topK: Int?

    @Option(help: "Draw only from the likeliest tokens that together have this probability.")
    var topP: Double?

    @Option(help: "Where the random numbers start.")
    var seed: UInt64 = 0

    @Flag(help: "Go on after a token that ends an answer.")
    var ignoreEnd = false

    @Option(
        help: "Write the logits of every position run, [positions x vocabulary] in binary32, as a NumPy file.")
    var logits: String?

    /// Opens the model and makes the prompt's tokens, so that nothing is left to look up.
    func resolve(ranks: Int) throws -> (DistributedInference, InferenceReporter) {
        for path in [common.json, logits].compactMap(\.self) { try OutputFile(path: path).check() }
        if logits == "-" || logits != nil && logits == common.json {
            throw InputError(
                .usage, key: "--logits", problem: "found \"\(logits ?? "")\"", expected: "a file of its own")
        }
        let options = try common.options()
        try checkSampling()
        let model = try LanguageModel(path: common.weights)
        let request = Generation.Request(
            prompts: Array(repeating: try promptTokens(model), count: batch), tokens: tokens, stopsAtEnd: !ignoreEnd,
            sampling: .init(temperature: temperature, mostTokens: topK, probability: topP, seed: seed),
            wantsLogits: logits != nil)
        try request.check(model)
        let hardware = try common.hardware(
            model, options, ranks: ranks, promptTokens: request.prompts[0].count, generatedTokens: max(tokens - 1, 0),
            batch: batch, headPositions: logits == nil ? .last : .all)
        let reporter = InferenceReporter(
            json: common.json, compared: common.compare, logits: logits, isQuiet: common.quiet, prompt: prompt,
            model: model, hardware: hardware, ranks: ranks)
        let inference = DistributedInference(
            path: common.weights, options: options, hardware: hardware,
            beside: try common.beside(model, options, hardware), work: .generation(request))
        return (inference, reporter)
    }

    private func promptTokens(_ model: LanguageModel) throws -> [Int] {
        switch (prompt, tokenIds) {
        case (let text?, nil): return try model.tokenizer().encode(text)
        case (nil, let path?): return try InferenceArguments.tokens(path)
        default:
            throw InputError(
                .usage, key: "--prompt", problem: prompt == nil ? "there is no prompt" : "there is --token-ids too",
                expected: "--prompt TEXT or --token-ids FILE.json")
        }
    }

    private func checkSampling() throws {
        func check(_ isRight: Bool, _ key: String, _ found: Any, _ expected: String) throws {
            guard !isRight else { return }
            throw InputError(.usage, key: key, problem: "found \(found)", expected: expected)
        }
        try check((0...1_000_000).contains(tokens), "--tokens", tokens, "a number from 0 to 1000000")
        try check((1...1024).contains(batch), "--batch", batch, "a number from 1 to 1024")
        try check((0...1000).contains(temperature), "--temperature", temperature, "a number from 0 to 1000")
        try check(topK.map { $0 > 0 } ?? true, "--top-k", topK ?? 0, "a positive number")
        try check(topP.map { $0 > 0 && $0 <= 1 } ?? true, "--top-p", topP ?? 0, "a number above 0 and up to 1")
    }
}
