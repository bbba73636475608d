import Quantization

/// What an execution is compared with.
public enum ComparedExecution: String, Sendable, Codable, CaseIterable {
    /// The same quantised weights, multiplied in binary32, with keys and values in binary32: what the PEs add.
    case float
    /// The weights as the checkpoint has them, in binary32: what quantisation and the PEs add together.
    case stored

    /// The options of the execution that `options` are compared with.
    ///
    /// - Parameter model: whose head may be the embedding.
    public func options(for options: InferenceOptions, of model: ModelDescription) throws -> InferenceOptions {
        try InferenceOptions(
            scheme: self == .float ? options.scheme : nil,
            headScheme: self == .float ? options.headScheme(of: model) : nil, arithmetic: .float, keyValueScheme: nil)
    }
}
