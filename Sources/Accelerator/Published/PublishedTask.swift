/// What the authors' released simulator runs (BitMoD, HPCA 2025, section V).
public enum PublishedTask: String, Sendable, Codable, CaseIterable {
    /// One pass over all tokens of the context.
    case discriminative = "discriminative"
    /// One token against a fixed context.
    case decodeStep = "decode-step"
    /// A discriminative pass, then the same decode step several times.
    case generative = "generative"
}
