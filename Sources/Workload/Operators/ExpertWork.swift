/// What one chip does of the experts of a layer in a step.
public struct ExpertWork: Hashable, Sendable {
    /// Experts that get equally many tokens.
    public struct Load: Hashable, Sendable {
        /// How many they are.
        public var experts: Int
        /// Tokens that each of them gets.
        public var tokens: Int

        /// Creates a load.
        public init(experts: Int, tokens: Int) {
            self.experts = experts
            self.tokens = tokens
        }
    }

    /// The chip's experts that get tokens, heavier loads first.
    public var loads: [Load]

    /// Creates work from loads.
    public init(loads: [Load]) { self.loads = loads }

    /// Creates work from the tokens of each expert on the chip, idle ones included.
    public init(tokensOfExperts: [Int]) {
        loads = Dictionary(grouping: tokensOfExperts.filter { $0 > 0 }) { $0 }
            .map { Load(experts: $0.value.count, tokens: $0.key) }
            .sorted { $0.tokens > $1.tokens }
    }

    /// Pairs of a token and an expert.
    public var assignments: Int { loads.reduce(0) { $0 + $1.experts * $1.tokens } }
}
