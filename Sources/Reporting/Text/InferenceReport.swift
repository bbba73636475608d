import Foundation
import Inference
import Quantization

/// The lines below what `infer` and `perplexity` have to say: the model, how it was run, and how fast.
public struct InferenceReport {
    /// The model and how it was run.
    public static func setting(_ model: ModelDescription, _ options: InferenceOptions, ranks: Int) -> String {
        let shape = model.shape
        let scheme = options.scheme.map { "\($0.name) weights, groups of \($0.groupSize)" } ?? "weights as stored"
        let cache = options.keyValueScheme.map { "\($0.name) KV cache" } ?? "binary32 KV cache"
        return """
              model       \(shape.name): \(shape.layers) layers, width \(shape.hiddenSize), vocabulary \(shape.vocabularySize)
              arithmetic  \(options.arithmetic.rawValue), \(scheme), \(cache)
              chips       \(options.chips), simulated by \(ranks == 1 ? "1 rank" : "\(ranks) ranks")

            """
    }

    /// How fast a generation was here, which says nothing about the chips.
    public static func speed(_ result: Generation.Result) -> String {
        let prompt = result.sequences.reduce(0) { $0 + $1.prompt.count }
        var text = "  prompt      \(prompt) tokens, \(rate(prompt, result.promptSeconds)) tokens/s on this machine\n"
        if result.decodeSteps > 0 {
            let tokens = result.decodeSteps
            text += "  decode      \(tokens) steps, \(rate(tokens, result.decodeSeconds)) tokens/s on this machine\n"
        }
        return text
    }

    /// What a perplexity is made of.
    public static func perplexity(_ result: Perplexity.Result, context: Int) -> String {
        let value = String(format: "%.4f", result.perplexity)
        let mean = String(format: "%.6f", result.meanNegativeLogLikelihood)
        return """
              perplexity  \(value), exp of \(mean) nats per token
              text        \(result.tokens) tokens predicted in \(result.windows) windows of \(context)

            """
    }

    private static func rate(_ count: Int, _ seconds: Double) -> String {
        String(format: "%.1f", Double(count) / max(seconds, 1e-9))
    }
}
