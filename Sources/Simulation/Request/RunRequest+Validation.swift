import Accelerator
import Documents
import Quantization
import Workload

extension RunRequest {
    /// Refuses what cannot be simulated truthfully, before anything is planned.
    ///
    /// - Throws: ``InputError`` naming the option.
    public func validate() throws {
        func check(_ value: Int, _ range: ClosedRange<Int>, _ option: String) throws {
            guard range.contains(value) else {
                throw InputError(
                    .usage, key: option, problem: "found \(value)",
                    expected: "a whole number from \(range.lowerBound) to \(range.upperBound)")
            }
        }
        if model.pruning != nil { try model.validate() }
        try check(chips, 1...65536, "--chips")
        try check(promptTokens, 1...4_194_304, "--prompt")
        try check(generatedTokens, 0...1_048_576, "--generate")
        try check(batch, 1...65536, "--batch")
        try check(batch * promptTokens, 1...16_777_216, "--batch times --prompt")
        if let microBatches { try check(microBatches, 1...65536, "--micro-batches") }
        try check(overlapChunks, 1...1024, "--overlap-chunks")
        // The largest vector that is exchanged, by the largest group there can be.
        let width = max(model.hiddenSize * 4, headPositions == .all ? model.vocabularySize * 2 : 0)
        try fabric.checkCountable(
            Double(batch * promptTokens) * Double(width), among: min(chips, Division.mostParts(of: model)))
        if let mixture = model.mixtureOfExperts {
            _ = try expertLoad.routing(of: mixture)
        } else if expertLoad != .uniform {
            throw InputError(
                .usage, key: "--expert-load and --expert-skew", problem: "\(model.name) has no experts",
                expected: "a model with experts, such as mixtral-8x7b")
        }
        if let fixed = fabric.chips, fixed != chips {
            throw InputError(
                .usage, key: "--topology", problem: "\(fabric.name) joins \(fixed) chips, --chips asks for \(chips)",
                expected: "the same number")
        }
        let last = promptTokens + generatedTokens
        if case .learned = model.position, last > model.maximumPositions {
            throw InputError(
                .usage, key: "--prompt and --generate",
                problem: "\(last) tokens, but \(model.name) has learned positions for \(model.maximumPositions)",
                expected: "fewer tokens")
        }
        try checkMultiplyAdds()
        for (scheme, option) in [(headScheme, "--head-scheme"), (kvScheme, "--kv-scheme")] {
            if let scheme, scheme.isMethod {
                throw InputError(
                    .usage, key: option, problem: "\(scheme.name) is a method for the matrices of layers",
                    expected: "a scheme of codes, such as int8")
            }
        }
        let kind = accelerator.processingElement
        for (scheme, option) in [(scheme, "--scheme"), (headScheme, "--head-scheme"), (kvScheme, "--kv-scheme")] {
            if let scheme, let reason = kind.refusal(of: scheme) {
                throw InputError(
                    .usage, key: option, problem: "\(scheme.name) cannot run on \(accelerator.name): \(reason)",
                    expected: "one of \(kind.supportedSchemes.joined(separator: ", "))")
            }
        }
    }
}

extension ProcessingElementKind {
    /// Why weights of a scheme cannot be multiplied by these PEs, or nil where they can.
    public func refusal(of scheme: Scheme) -> String? {
        switch self {
        case .bitSerial: scheme.cyclesPerStep == nil ? scheme.cyclesPerStepReason : nil
        case .fp16: scheme.family == .float16 ? nil : "its PEs take FP16 weights only"
        case .fp16Integer8 where scheme.activations != .float16:
            "its PEs take FP16 activations, and it has no unit that makes integers of them"
        case .fp16Integer8:
            switch scheme.family {
            case .integer, .asymmetricInteger, .antPerGroup, .antPerChannel, .olive, .grid(.flint4): nil
            default: "its PEs take weights that decode to INT8 only"
            }
        }
    }

    /// The names of the schemes that these PEs can multiply.
    public var supportedSchemes: [String] { Scheme.all.filter { refusal(of: $0) == nil }.map(\.name) }

    /// The weight scheme that is used where none is asked for.
    public var defaultScheme: String {
        switch self {
        case .bitSerial: "bitmod-4b"
        case .fp16: "fp16"
        case .fp16Integer8: "ant-4b"
        }
    }

    /// The scheme of keys and values that is used where none is asked for.
    public var defaultKVScheme: String { self == .fp16 ? "fp16" : "int8" }
}
