import Foundation
import Inference
import Reporting
import Tokenization

/// Shows what a model says as it says it, and writes the reports that the user asked for. Only the coordinator has one.
final class InferenceReporter {
    private let json: String?
    private let logits: String?
    private let isQuiet: Bool
    private let prompt: String?
    private let model: LanguageModel
    private let ranks: Int
    /// Absent where token numbers were given and no vocabulary is there.
    private let tokenizer: Tokenizer?
    private var decoder: Tokenizer.Decoder?

    init(json: String?, logits: String?, isQuiet: Bool, prompt: String?, model: LanguageModel, ranks: Int) {
        self.json = json
        self.logits = logits
        self.isQuiet = isQuiet
        self.prompt = prompt
        self.model = model
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
            let text = tokenizer.map { tokenizer in
                var decoder = Tokenizer.Decoder(tokenizer, isContinued: true)
                return result.sequences[0].tokens.map { decoder.append($0) }.joined() + decoder.finish()
            }
            let document = InferenceDocument(
                result.sequences[0], text: text, sampling: request.sampling, model: model.description,
                options: options)
            try OutputFile(path: json).write(JSONText.encode(document))
        }
        write((decoder?.finish() ?? "") + "\n\n")
        write(InferenceReport.setting(model.description, options, ranks: ranks))
        write(InferenceReport.speed(result))
    }

    /// Writes the file first and prints the figures last.
    func report(_ result: Perplexity.Result, _ request: Perplexity.Request, _ options: InferenceOptions) throws {
        if let json {
            let document = PerplexityDocument(
                result, context: request.context, model: model.description, options: options)
            try OutputFile(path: json).write(JSONText.encode(document))
        }
        write(InferenceReport.perplexity(result, context: request.context))
        write(InferenceReport.setting(model.description, options, ranks: ranks))
    }
}
