/// One pass through the model: the whole prompt, or one new token per sequence.
public struct PhaseStep: Hashable, Sendable, Codable {
    /// The two phases of inference.
    public enum Phase: String, Hashable, Sendable, Codable, CaseIterable {
        /// All prompt tokens at once; ends with the first new token.
        case prefill
        /// One token per sequence; the KV cache grows by one.
        case decode
    }

    /// Which positions go through the language-model head in prefill.
    public enum HeadPositions: String, Hashable, Sendable, Codable, CaseIterable {
        /// The last of each sequence: what generation needs.
        case last
        /// All of them: what scoring needs.
        case all
    }

    /// The phase.
    public var phase: Phase
    /// Sequences.
    public var batch: Int
    /// Tokens of each sequence that pass through the model.
    public var newTokens: Int
    /// Tokens of each sequence in the KV cache once the new ones are appended.
    public var context: Int
    /// Which positions go through the head.
    public var headPositions: HeadPositions

    /// Creates a step.
    public init(phase: Phase, batch: Int, newTokens: Int, context: Int, headPositions: HeadPositions = .last) {
        self.phase = phase
        self.batch = batch
        self.newTokens = newTokens
        self.context = context
        self.headPositions = headPositions
    }

    /// Rows of all activations: sequences x new tokens.
    public var tokens: Int { batch * newTokens }

    /// Rows that go through the head.
    public var headTokens: Int { headPositions == .all ? tokens : batch }

    /// The prompt of every sequence at once.
    public static func prefill(batch: Int, prompt: Int, headPositions: HeadPositions = .last) -> PhaseStep {
        PhaseStep(
            phase: .prefill, batch: batch, newTokens: prompt, context: prompt, headPositions: headPositions)
    }

    /// One more token of every sequence.
    ///
    /// - Parameter context: tokens in the cache, this one included.
    public static func decode(batch: Int, context: Int) -> PhaseStep {
        PhaseStep(phase: .decode, batch: batch, newTokens: 1, context: context)
    }
}
