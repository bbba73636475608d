import Foundation
import Quantization

/// What quantisation did to a matrix, a part of one, or several.
public struct MatrixStatistics: Sendable, Hashable {
    /// The number of weights.
    public var weights: Int = 0
    /// Bytes of the packed buffers.
    public var packedBytes: Int = 0
    /// Bits that are stored: those of the packed buffers, without what fills the last byte of each part of a matrix that is
    /// packed as a whole.
    public var storedBits: Int = 0
    /// Σ (ŵ − w)².
    public var squaredError: Double = 0
    /// Σ w².
    public var squaredWeights: Double = 0
    /// Groups that chose each data type, in the order of `Scheme.formats`; one entry where it has none.
    public var groupsPerFormat: [Int]

    /// Nothing yet.
    init(_ scheme: Scheme) { groupsPerFormat = Array(repeating: 0, count: max(scheme.formats.count, 1)) }

    /// Adds another part. Sums depend on the order of parts, which the caller keeps.
    mutating func add(_ other: MatrixStatistics) {
        weights += other.weights
        packedBytes += other.packedBytes
        storedBits += other.storedBits
        squaredError += other.squaredError
        squaredWeights += other.squaredWeights
        for (index, count) in other.groupsPerFormat.enumerated() { groupsPerFormat[index] += count }
    }

    /// Stored bits by the number of weights.
    public var bitsPerWeight: Double { Double(storedBits) / Double(weights) }

    /// The mean of (ŵ − w)².
    public var meanSquaredError: Double { squaredError / Double(weights) }

    /// 10 log10(Σ w² / Σ (ŵ − w)²), or nil where there is no error.
    public var signalToQuantizationNoiseDecibels: Double? {
        guard squaredError > 0, squaredWeights > 0 else { return nil }
        return 10 * log10(squaredWeights / squaredError)
    }

    /// The share of groups that chose each data type, in the order of `Scheme.formats`.
    public var formatShares: [Double] {
        let total = Double(groupsPerFormat.reduce(0, +))
        return groupsPerFormat.map { Double($0) / total }
    }
}
