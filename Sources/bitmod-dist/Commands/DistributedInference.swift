import Inference
import MessagePassing

/// Inference as every rank receives it. The ranks must see the same files.
struct DistributedInference: Codable {
    /// What is to be done.
    enum Work: Codable {
        case generation(Generation.Request)
        case perplexity(Perplexity.Request)
    }

    /// Another execution of the same tokens.
    struct Compared: Codable {
        var options: InferenceOptions
        var hardware: SimulatedHardware
    }

    /// What else is done with the same tokens.
    struct Beside: Codable {
        /// Another execution, whose logits are compared.
        var compared: Compared?
        /// Statistics to collect.
        var calibration: Calibration?
    }

    var path: String
    var options: InferenceOptions
    var hardware: SimulatedHardware
    var beside: Beside
    var work: Work

    /// Runs this rank's chips; the coordinator reports.
    ///
    /// - Returns: the exit code.
    func perform(on communicator: any Communicator, reporter: InferenceReporter?) throws -> Int32 {
        let line = reporter.map { _ in ProgressLine() }
        defer { line?.clear() }
        var options = options
        if let calibration = beside.calibration, calibration.isLayerByLayer, case .perplexity(let request) = work {
            try calibration.collect(LanguageModel(path: path), options, hardware, request, on: communicator) {
                line?.show("calibrate", done: $0, total: $1)
            }
            options.calibration = calibration.path
        }
        let transformer = try transformer(options, hardware, on: communicator, line)
        let observed = beside.calibration.flatMap { $0.isLayerByLayer ? nil : $0 }
        if let observed { try communicator.agree { try transformer.observe(for: observed) } }
        let reference = try beside.compared.map {
            try self.transformer($0.options, $0.hardware, on: communicator, line)
        }
        line?.clear()
        switch work {
        case .generation(let request):
            reporter?.begin()
            let result = try Generation(transformer, request, reference: reference).run { sequence, token in
                if sequence == 0 { reporter?.show(token) }
            }
            if let result { try reporter?.report(result, request, options) }
        case .perplexity(let request):
            let result = try Perplexity(transformer, request, reference: reference).run { done, total in
                line?.show("perplexity", done: done, total: total)
            }
            line?.clear()
            if let result { try reporter?.report(result, request, options) }
        }
        try observed?.write(transformer)
        return 0
    }

    private func transformer(
        _ options: InferenceOptions, _ hardware: SimulatedHardware, on communicator: any Communicator,
        _ line: ProgressLine?
    ) throws -> Transformer {
        try communicator.agree {
            try Transformer(LanguageModel(path: path), options, hardware, on: communicator) { done, total in
                line?.show("read weights", done: done, total: total)
            }
        }
    }
}
