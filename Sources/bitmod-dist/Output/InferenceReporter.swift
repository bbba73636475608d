import Foundation
import Inference
import Reporting
import Tokenization

/// Shows what a model says as it says it, and writes the reports that the user asked for. Only the coordinator has one.
final class InferenceReporter {
    private let json: String?
    private let compared: ComparedExecution?
    private let logits: String?
    private let isQuiet: Bool
    private let prompt: String?
    private let model: LanguageModel
    private let hardware: SimulatedHardware
    private let ranks: Int
    /// Absent where token numbers were given and no vocabulary is there.
    private let tokenizer: Tokenizer?
    private var decoder: Tokenizer.Decoder?

    init(
        json: String?, compared: ComparedExecution?, logits: String?, isQuiet: Bool, prompt: String?,
        model: LanguageModel, hardware: SimulatedHardware, ranks: Int
    ) {
        self.json = json
        self.compared = compared
        self.logits = logits
        self.isQuiet = isQuiet
        self.prompt = prompt
        self.model = model
        self.hardware = hardware
        self.ranks = ranks
        tokenizer = try? model.tokenizer()
        decoder = tokenizer.map { Tokenizer.Decoder($0, isContinued: true) }
    }

    private var printsText: Bool { !isQuiet && json != "-" }

    private func write(_ text: String) {
        guard printsText, !text.isEmpty else { return }
        try? FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
    }

    /// Shows the prompt.
    func begin() { write(prompt ?? "") }

    /// Shows a token, or a blank and its number where there is no vocabulary.
    func show(_ token: Int) { write(decoder?.append(token) ?? " \(token)") }

    /// Writes the files first and prints the figures last.
    func report(_ result: Generation.Result, _ request: Generation.Request, _ options: InferenceOptions) throws {
        if let logits {
            try NPYArray(result.logits[0], columns: model.description.shape.vocabularySize).write(to: logits)
        }
        if let json {
            let document = InferenceDocument(
                result, texts: result.sequences.map { text($0.tokens) }, sampling: request.sampling,
                model: model.description, options: options, hardware: hardware, compared: compared)
            try OutputFile(path: json).write(JSONText.encode(document))
        }
        write((decoder?.finish() ?? "") + "\n\n")
        for (index, sequence) in result.sequences.enumerated().dropFirst() {
            write(
                "[\(index + 1)] \(text(sequence.tokens) ?? sequence.tokens.map(String.init).joined(separator: " "))\n\n"
            )
        }
        write(InferenceReport.setting(model.description, options, hardware, ranks: ranks))
        write(InferenceReport.speed(result))
        write(InferenceReport.hardware(result.hardware, hardware))
        writeAgreement(result.agreement)
    }

    private func writeAgreement(_ agreement: Agreement?) {
        if let compared, let agreement { write(InferenceReport.agreement(agreement, with: compared)) }
    }

    /// The text of tokens that follow a prompt, or nil where there is no vocabulary.
    private func text(_ tokens: [Int]) -> String? {
        tokenizer.map { tokenizer in
            var decoder = Tokenizer.Decoder(tokenizer, isContinued: true)
            return tokens.map { decoder.append($0) }.joined() + decoder.finish()
        }
    }

    /// Writes the file first and prints the figures last.
    func report(_ result: Perplexity.Result, _ request: Perplexity.Request, _ options: InferenceOptions) throws {
        if let json {
            let document = PerplexityDocument(
                result, context: request.context, model: model.description, options: options, hardware: hardware,
                compared: compared)
            try OutputFile(path: json).write(JSONText.encode(document))
        }
        write(InferenceReport.perplexity(result, context: request.context))
        write(InferenceReport.setting(model.description, options, hardware, ranks: ranks))
        write(InferenceReport.window(result.hardware, hardware))
        writeAgreement(result.agreement)
    }
}
