/// Activations that cannot be quantised.
public enum ActivationError: Error, Hashable {
    /// An activation is infinite or NaN, or too large for binary16 where the published arithmetic computes in it.
    case unusableActivation(index: Int)
}

extension ActivationError: CustomStringConvertible {
    /// The message for users; the index counts the channels of the token.
    public var description: String {
        switch self {
        case .unusableActivation(let index): "the activation of channel \(index) is infinite, NaN or beyond binary16"
        }
    }
}
