import Inference
import MessagePassing

/// Inference as every rank receives it. The ranks must see the same files.
struct DistributedInference: Codable {
    /// What is to be done.
    enum Work: Codable {
        case generation(Generation.Request)
        case perplexity(Perplexity.Request)
    }

    var path: String
    var options: InferenceOptions
    var work: Work

    /// Runs this rank's chips; the coordinator reports.
    ///
    /// - Returns: the exit code.
    func perform(on communicator: any Communicator, reporter: InferenceReporter?) throws -> Int32 {
        let line = reporter.map { _ in ProgressLine() }
        defer { line?.clear() }
        let transformer = try communicator.agree {
            try Transformer(LanguageModel(path: path), options, on: communicator) { done, total in
                line?.show("read weights", done: done, total: total)
            }
        }
        line?.clear()
        switch work {
        case .generation(let request):
            reporter?.begin()
            let result = try Generation(transformer, request).run { _, token in reporter?.show(token) }
            if let result { try reporter?.report(result, request, options) }
        case .perplexity(let request):
            let result = try Perplexity(transformer, request).run { done, total in
                line?.show("perplexity", done: done, total: total)
            }
            line?.clear()
            if let result { try reporter?.report(result, request, options) }
        }
        return 0
    }
}
