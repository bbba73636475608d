import Accelerator
import Foundation
import Inference
import Quantization
import Simulation

/// The lines below what `infer` and `perplexity` have to say: the model, how it was run, and how fast.
public struct InferenceReport {
    /// The model and how it was run.
    public static func setting(
        _ model: ModelDescription, _ options: InferenceOptions, _ hardware: SimulatedHardware, ranks: Int
    ) -> String {
        let shape = model.shape
        let scheme = options.scheme.map { "\($0.name) weights, groups of \($0.groupSize)" } ?? "weights as stored"
        let cache = options.keyValueScheme.map { "\($0.name) KV cache" } ?? "binary32 KV cache"
        let nonLinear = options.nonLinearArithmetic == .binary32 ? "" : ", integer non-linear operators"
        let head = options.headScheme(of: model).map { "\($0.name) head" } ?? "head as stored"
        return """
              model       \(shape.name): \(shape.layers) layers, width \(shape.hiddenSize), vocabulary \(shape.vocabularySize)
            \(pruning(hardware))\
            \(options.provenance.map { "  weights     \($0)\n" } ?? "")\
              arithmetic  \(options.arithmetic.rawValue), \(scheme), \(head), \(cache)\(nonLinear)
              chips       \(hardware.plan.chips) (\(hardware.plan.degrees.text)), simulated by \(ranks == 1 ? "1 rank" : "\(ranks) ranks")

            """
    }

    /// What is removed from the model, and how it was chosen.
    private static func pruning(_ hardware: SimulatedHardware) -> String {
        let model = hardware.request.model
        guard let pruning = PruningText.short(model), let shape = PruningText.shape(model),
            let parameters = PruningText.parameters(model)
        else { return "" }
        return """
              pruning     LLM-Pruner, L2 importance, no recovery training, \(pruning):
                          \(shape), \(parameters)

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

    /// What the simulated chips took.
    public static func hardware(_ result: RunResult?, _ hardware: SimulatedHardware) -> String {
        guard let result else { return refusal(hardware) }
        let summary = RunSummary(result, chip: result.request.chip)
        var text =
            "  hardware    \(name(hardware)): time to first token \(Figures.si(result[.prefill].latency.seconds, "s"))"
        if let time = summary.timePerOutputTokenSeconds {
            text += ", \(Figures.si(time, "s")) per token after it"
        }
        let energy = summary.energy.total.value * 1e-12
        text += ", \(Figures.si(energy, "J"))\n"
        return text + Self.checked
    }

    /// What the simulated chips took for a window of text.
    public static func window(_ result: RunResult?, _ hardware: SimulatedHardware) -> String {
        guard let result else { return refusal(hardware) }
        let summary = RunSummary(result, chip: result.request.chip)
        let latency = Figures.si(result.latency.seconds, "s")
        let energy = Figures.si(summary.energy.total.value * 1e-12, "J")
        let tokens = result.request.promptTokens
        return "  hardware    \(name(hardware)): \(latency) and \(energy) for a window of \(tokens) tokens\n"
            + Self.checked
    }

    /// How far logits agree with another execution.
    public static func agreement(_ agreement: Agreement, with compared: ComparedExecution) -> String {
        let other =
            switch compared {
            case .float: "float with the same weights"
            case .stored: "float with weights as stored"
            case .oneChip: "the same on one chip"
            }
        let share = Figures.percent(agreement.topOneShare)
        let mean = String(format: "%.3g", agreement.meanDivergence)
        let largest = String(format: "%.3g", agreement.largestLogitError)
        return """
              against     \(other): \
            likeliest token equal in \(share) of \(agreement.positions) positions, KL divergence \(mean) nats, \
            largest logit difference \(largest)

            """
    }

    private static let checked =
        "  counted     multiply-adds, PE cycles, bytes and exchanges are those of the simulation\n"

    private static func refusal(_ hardware: SimulatedHardware) -> String {
        hardware.refusal.map { "  hardware    no time and energy: \($0)\n" } ?? ""
    }

    private static func name(_ hardware: SimulatedHardware) -> String {
        let chips = hardware.plan.chips
        let name = hardware.request.accelerator.name
        return chips == 1 ? name : "\(chips) x \(name), \(hardware.request.fabric.name)"
    }

    private static func rate(_ count: Int, _ seconds: Double) -> String {
        String(format: "%.1f", Double(count) / max(seconds, 1e-9))
    }
}
