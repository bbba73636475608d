import Foundation

/// Chooses the next token from logits: the likeliest, or one drawn by a seeded generator.
public struct Sampler: Sendable {
    /// How tokens are drawn.
    public struct Options: Sendable, Hashable, Codable {
        /// Divides the logits; 0 takes the likeliest token.
        public var temperature: Double
        /// Draws only from that many of the likeliest tokens.
        public var mostTokens: Int?
        /// Draws only from the likeliest tokens whose probabilities first reach this sum.
        public var probability: Double?
        /// Where the generator starts.
        public var seed: UInt64

        /// Greedy by default.
        public init(temperature: Double = 0, mostTokens: Int? = nil, probability: Double? = nil, seed: UInt64 = 0) {
            self.temperature = temperature
            self.mostTokens = mostTokens
            self.probability = probability
            self.seed = seed
        }

        /// The same with another seed.
        func with(seed: UInt64) -> Options {
            var options = self
            options.seed = seed
            return options
        }
    }

    private let options: Options
    private var state: UInt64

    /// A sampler at the start of its sequence.
    public init(_ options: Options) {
        self.options = options
        state = options.seed
    }

    /// The next token; of equally likely ones the first.
    public mutating func next(_ logits: UnsafeBufferPointer<Float>) -> Int {
        guard options.temperature > 0 else { return Self.likeliest(logits) }
        var order = Array(logits.indices)
        order.sort { logits[$0] != logits[$1] ? logits[$0] > logits[$1] : $0 < $1 }
        if let most = options.mostTokens { order = Array(order.prefix(most)) }
        let largest = logits[order[0]]
        var weights = order.map { exp(Double(logits[$0] - largest) / options.temperature) }
        if let probability = options.probability {
            let total = weights.reduce(0, +)
            var sum = 0.0
            let count = weights.firstIndex {
                sum += $0
                return sum >= probability * total
            }
            weights = Array(weights.prefix((count ?? weights.count - 1) + 1))
        }
        var rest = uniform() * weights.reduce(0, +)
        for (index, weight) in weights.enumerated() {
            rest -= weight
            if rest < 0 { return order[index] }
        }
        return order[weights.count - 1]
    }

    static func likeliest(_ logits: UnsafeBufferPointer<Float>) -> Int {
        var best = 0
        for index in logits.indices where logits[index] > logits[best] { best = index }
        return best
    }

    /// SplitMix64 (Steele, Lea, Flood, OOPSLA 2014), as a number from 0 to below 1.
    private mutating func uniform() -> Double {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Double((mixed ^ (mixed >> 31)) >> 11) * 0x1p-53
    }
}
