import Inference

/// The document `bitmod-dist.perplexity/1`: how well a model predicts a text.
public struct PerplexityDocument: Encodable {
    let schema = "bitmod-dist.perplexity/1"
    let setting: InferenceSetting
    let context: Int
    let perplexity: Double
    let meanNegativeLogLikelihood: Double
    let tokens: Int
    let windows: Int

    private enum CodingKeys: String, CodingKey {
        case schema
        case context
        case perplexity
        case meanNegativeLogLikelihood
        case tokens
        case windows
    }

    /// The document of a result.
    public init(_ result: Perplexity.Result, context: Int, model: ModelDescription, options: InferenceOptions) {
        setting = InferenceSetting(model, options)
        self.context = context
        perplexity = result.perplexity
        meanNegativeLogLikelihood = result.meanNegativeLogLikelihood
        tokens = result.tokens
        windows = result.windows
    }

    /// Encodes the setting's keys beside its own.
    public func encode(to encoder: any Encoder) throws {
        try setting.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(schema, forKey: .schema)
        try container.encode(context, forKey: .context)
        try container.encode(perplexity, forKey: .perplexity)
        try container.encode(meanNegativeLogLikelihood, forKey: .meanNegativeLogLikelihood)
        try container.encode(tokens, forKey: .tokens)
        try container.encode(windows, forKey: .windows)
    }
}
