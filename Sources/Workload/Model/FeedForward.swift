/// The shape of a feed-forward network: how many matrices it multiplies by.
public enum FeedForward: String, Hashable, Sendable, Codable, CaseIterable {
    /// Gate, up and down projections: `down(activation(gate(x)) * up(x))`, as in Llama (SwiGLU, arXiv:2002.05202).
    case gated
    /// Up and down projections: `down(activation(up(x)))`, as in GPT-2 and OPT.
    case plain

    /// Matrices per network: 3 or 2.
    public var matrices: Int { self == .gated ? 3 : 2 }
}
