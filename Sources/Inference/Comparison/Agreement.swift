import Foundation

/// How far the logits of two executions agree, position by position.
public struct Agreement: Sendable, Hashable {
    /// Positions compared.
    public private(set) var positions = 0
    /// Positions whose likeliest token is the same.
    public private(set) var sameLikeliest = 0
    /// The largest difference of a logit.
    public private(set) var largestLogitError: Float = 0
    /// The largest Kullback-Leibler divergence of a position, in nats.
    public private(set) var largestDivergence = 0.0
    private var divergenceSum = 0.0

    /// No position.
    public init() {}

    /// The share of positions whose likeliest token is the same.
    public var topOneShare: Double { Double(sameLikeliest) / Double(max(positions, 1)) }

    /// The mean over positions of the divergence D(reference ‖ other), in nats.
    public var meanDivergence: Double { divergenceSum / Double(max(positions, 1)) }

    /// Compares the logits of a position.
    mutating func add(_ logits: UnsafeBufferPointer<Float>, reference: UnsafeBufferPointer<Float>) {
        let (sum, referenceSum) = (VectorUnit.logSumExp(logits), VectorUnit.logSumExp(reference))
        var divergence = 0.0
        for (logit, expected) in zip(logits, reference) {
            let logProbability = Double(expected) - referenceSum
            divergence += exp(logProbability) * (logProbability - (Double(logit) - sum))
            largestLogitError = max(largestLogitError, (logit - expected).magnitude)
        }
        divergence = max(divergence, 0)
        divergenceSum += divergence
        largestDivergence = max(largestDivergence, divergence)
        positions += 1
        if Sampler.likeliest(logits) == Sampler.likeliest(reference) { sameLikeliest += 1 }
    }

    /// Compares rows of logits [positions x vocabulary].
    mutating func add(_ logits: [Float], reference: [Float], vocabulary: Int) {
        logits.withUnsafeBufferPointer { logits in
            reference.withUnsafeBufferPointer { reference in
                for start in stride(from: 0, to: logits.count, by: vocabulary) {
                    add(
                        UnsafeBufferPointer(rebasing: logits[start..<start + vocabulary]),
                        reference: UnsafeBufferPointer(rebasing: reference[start..<start + vocabulary]))
                }
            }
        }
    }
}
