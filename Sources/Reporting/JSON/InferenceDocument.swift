import Inference
import Quantization
import Simulation

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
    @NullIfAbsent var pruning: PruningDocument?
    let arithmetic: String
    @NullIfAbsent var scheme: SchemeDescription?
    let nonLinear: String
    @NullIfAbsent var weights: String?
    @NullIfAbsent var headScheme: String?
    @NullIfAbsent var kvScheme: String?
    let chips: Int
    let parallel: String

    init(_ model: ModelDescription, _ options: InferenceOptions, _ hardware: SimulatedHardware) {
        self.model = model.shape.name
        pruning = PruningDocument(hardware.request.model)
        arithmetic = options.arithmetic.rawValue
        scheme = options.scheme.map(SchemeDescription.init)
        nonLinear = options.nonLinearArithmetic.name
        weights = options.provenance
        kvScheme = options.keyValueScheme?.name
        headScheme = options.headScheme(of: model)?.name
        chips = hardware.plan.chips
        parallel = hardware.plan.degrees.text
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
    @NullIfAbsent var answers: [Answer]?
    @NullIfAbsent var agreement: AgreementDocument?
    @NullIfAbsent var hardware: RunDocument?
    @NullIfAbsent var hardwareRefusal: String?

    /// One of several answers.
    struct Answer: Encodable {
        let tokens: [Int]
        @NullIfAbsent var text: String?
        let hasEnded: Bool
    }

    private enum CodingKeys: String, CodingKey {
        case schema
        case sampling
        case promptTokens
        case tokens
        case text
        case hasEnded
        case answers
        case agreement
        case hardware
        case hardwareRefusal
    }

    /// The document of a result.
    ///
    /// - Parameter texts: the added tokens of each sequence as text, where there is a vocabulary.
    public init(
        _ result: Generation.Result, texts: [String?], sampling: Sampler.Options, model: ModelDescription,
        options: InferenceOptions, hardware: SimulatedHardware, compared: ComparedExecution? = nil
    ) {
        let sequence = result.sequences[0]
        setting = InferenceSetting(model, options, hardware)
        self.sampling = Sampling(
            temperature: sampling.temperature, topK: sampling.mostTokens, topP: sampling.probability,
            seed: sampling.seed)
        promptTokens = sequence.prompt
        tokens = sequence.tokens
        text = texts[0]
        hasEnded = sequence.hasEnded
        if result.sequences.count > 1 {
            answers = zip(result.sequences, texts).map {
                Answer(tokens: $0.tokens, text: $1, hasEnded: $0.hasEnded)
            }
        }
        if let compared { agreement = result.agreement.map { AgreementDocument($0, with: compared) } }
        self.hardware = result.hardware.map { RunDocument($0, detail: .phases) }
        hardwareRefusal = hardware.refusal
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
        try container.encode(answers, forKey: .answers)
        try container.encode(agreement, forKey: .agreement)
        try container.encode(hardware, forKey: .hardware)
        try container.encode(hardwareRefusal, forKey: .hardwareRefusal)
    }
}
