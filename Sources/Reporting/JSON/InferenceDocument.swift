import Inference
import Quantization

/// What the documents of `infer` and `perplexity` have in common: the model and how it was run.
struct InferenceSetting: Encodable {
    struct SchemeDescription: Encodable {
        let name: String
        let groupSize: Int
        let scaleEncoding: String

        init(_ scheme: Scheme) {
            name = scheme.name
            groupSize = scheme.groupSize
            scaleEncoding = scheme.scaleEncoding.rawValue
        }
    }

    let model: String
    let arithmetic: String
    @NullIfAbsent var scheme: SchemeDescription?
    @NullIfAbsent var kvScheme: String?
    let chips: Int

    init(_ model: ModelDescription, _ options: InferenceOptions) {
        self.model = model.shape.name
        arithmetic = options.arithmetic.rawValue
        scheme = options.scheme.map(SchemeDescription.init)
        kvScheme = options.keyValueScheme?.name
        chips = options.chips
    }
}

/// The document `bitmod-dist.infer/1`: what a model made of a prompt.
public struct InferenceDocument: Encodable {
    struct Sampling: Encodable {
        let temperature: Double
        @NullIfAbsent var topK: Int?
        @NullIfAbsent var topP: Double?
        let seed: UInt64
    }

    let schema = "bitmod-dist.infer/1"
    let setting: InferenceSetting
    let sampling: Sampling
    let promptTokens: [Int]
    let tokens: [Int]
    @NullIfAbsent var text: String?
    let hasEnded: Bool

    private enum CodingKeys: String, CodingKey {
        case schema
        case sampling
        case promptTokens
        case tokens
        case text
        case hasEnded
    }

    /// The document of one sequence.
    ///
    /// - Parameter text: the added tokens as text, where there is a vocabulary.
    public init(
        _ sequence: Generation.Sequence, text: String?, sampling: Sampler.Options, model: ModelDescription,
        options: InferenceOptions
    ) {
        setting = InferenceSetting(model, options)
        self.sampling = Sampling(
            temperature: sampling.temperature, topK: sampling.mostTokens, topP: sampling.probability,
            seed: sampling.seed)
        promptTokens = sequence.prompt
        tokens = sequence.tokens
        self.text = text
        hasEnded = sequence.hasEnded
    }

    /// Encodes the setting's keys beside its own.
    public func encode(to encoder: any Encoder) throws {
        try setting.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(schema, forKey: .schema)
        try container.encode(sampling, forKey: .sampling)
        try container.encode(promptTokens, forKey: .promptTokens)
        try container.encode(tokens, forKey: .tokens)
        try container.encode(text, forKey: .text)
        try container.encode(hasEnded, forKey: .hasEnded)
    }
}
