/// The nonlinear function inside a feed-forward network.
public enum Activation: String, Hashable, Sendable, Codable, CaseIterable {
    /// `x * sigmoid(x)`, also called swish.
    case silu
    /// The Gaussian error linear unit, exact or in one of its approximations.
    case gelu
    /// `max(x, 0)`.
    case relu
}
