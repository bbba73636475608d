import Quantization

/// What norms, softmax and gated activations are computed with between the matrix products.
public enum NonLinearArithmetic: Sendable, Hashable, Codable {
    /// Numbers of binary32.
    case binary32
    /// I-LLM's integer operators (Hu et al., arXiv:2405.17849), with results of so many bits for the products.
    case integer(bits: Int)

    /// The one that belongs to weights of a scheme: integers where the scheme's chips have the unit for them.
    public init(_ scheme: Scheme?) {
        if let scheme, scheme.sideUnits.contains(.integerNonLinear),
            case .asymmetricInteger(let bits) = scheme.activations
        {
            self = .integer(bits: bits)
        } else {
            self = .binary32
        }
    }

    /// The name in reports: `binary32` or `integer`.
    public var name: String { self == .binary32 ? "binary32" : "integer" }
}
