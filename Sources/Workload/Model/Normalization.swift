/// How a block normalises its input.
public enum Normalization: String, Hashable, Sendable, Codable, CaseIterable {
    /// Division by the root of the mean square; one weight per element (arXiv:1910.07467).
    case rmsNorm
    /// Mean and variance removed; one weight and one bias per element (arXiv:1607.06450).
    case layerNorm

    /// Learned values per element of the normalised vector: 1 or 2.
    public var parametersPerElement: Int { self == .rmsNorm ? 1 : 2 }
}
