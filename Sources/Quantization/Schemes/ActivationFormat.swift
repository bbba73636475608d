/// How a scheme has the activations that its weights are multiplied with.
public enum ActivationFormat: Sendable, Hashable, Codable {
    /// Binary16, as the vector unit makes them.
    case float16
    /// Symmetric integers of so many bits with one scale per token.
    case integer(bits: Int)
    /// Integers of so many bits with one scale and one zero point per token.
    case asymmetricInteger(bits: Int)

    /// Bits of an activation on its way to the PEs.
    public var bits: Int {
        switch self {
        case .float16: 16
        case .integer(let bits), .asymmetricInteger(let bits): bits
        }
    }
}
