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
    @NullIfAbsent var agreement: AgreementDocument?
    @NullIfAbsent var hardware: RunDocument?
    @NullIfAbsent var hardwareRefusal: String?

    private enum CodingKeys: String, CodingKey {
        case schema
        case context
        case perplexity
        case meanNegativeLogLikelihood
        case tokens
        case windows
        case agreement
        case hardware
        case hardwareRefusal
    }

    /// The document of a result.
    public init(
        _ result: Perplexity.Result, context: Int, model: ModelDescription, options: InferenceOptions,
        hardware: SimulatedHardware, compared: ComparedExecution? = nil
    ) {
        setting = InferenceSetting(model, options, hardware)
        self.context = context
        perplexity = result.perplexity
        meanNegativeLogLikelihood = result.meanNegativeLogLikelihood
        tokens = result.tokens
        windows = result.windows
        if let compared { agreement = result.agreement.map { AgreementDocument($0, with: compared) } }
        self.hardware = result.hardware.map { RunDocument($0, detail: .phases) }
        hardwareRefusal = hardware.refusal
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
        try container.encode(agreement, forKey: .agreement)
        try container.encode(hardware, forKey: .hardware)
        try container.encode(hardwareRefusal, forKey: .hardwareRefusal)
    }
}
