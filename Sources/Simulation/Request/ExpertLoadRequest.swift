import Documents
import Foundation
import Workload

/// How popular each expert is.
public enum ExpertLoadRequest: Hashable, Sendable, Codable {
    /// All alike.
    case uniform
    /// As a file says: a weight for each expert.
    case weights([Double], file: String)
    /// The expert of rank k, from 1, in proportion to `1 / k^exponent`; a seeded permutation gives each its rank.
    case zipf(exponent: Double, seed: UInt64)

    /// Reads a file: a list of weights in YAML or JSON.
    ///
    /// - Throws: ``InputError`` that names the line.
    public init(text: String, file: String) throws {
        let root = try Document(text, file: file, syntax: file.hasSuffix(".json") ? .json : .yaml).root
        guard root.isList else {
            throw root.error("found \(root.shown)", expected: "a list with a weight for each expert")
        }
        let weights = try root.elements().map { try $0.number(in: 0...1e12) }
        self = .weights(weights, file: file)
    }

    /// The routing of a model's experts.
    ///
    /// - Throws: ``InputError`` where the weights do not belong to these experts.
    public func routing(of mixture: MixtureOfExperts) throws -> ExpertRouting {
        switch self {
        case .uniform: return .uniform
        case .weights(let weights, let file):
            guard weights.count == mixture.experts else {
                throw InputError(
                    .data, file: file, problem: "found \(weights.count) weights",
                    expected: "\(mixture.experts), one for each expert")
            }
            guard weights.count(where: { $0 > 0 }) >= mixture.activeExperts else {
                throw InputError(
                    .data, file: file, problem: "found \(weights.count { $0 > 0 }) weights above 0",
                    expected: "at least the \(mixture.activeExperts) experts that a token is sent to")
            }
            return .weighted(weights)
        case .zipf(let exponent, let seed):
            var ranks = Array(1...mixture.experts)
            var generator = SplitMix64(seed: seed)
            // Fisher and Yates, written out: the permutation of a seed is part of the result.
            for index in stride(from: ranks.count - 1, to: 0, by: -1) {
                ranks.swapAt(index, Int(generator.next() % UInt64(index + 1)))
            }
            return .weighted(ranks.map { pow(Double($0), -exponent) })
        }
    }
}

/// SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).
private struct SplitMix64 {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
