/// A scheme that cannot be had as asked for.
public enum SchemeError: Error, Hashable {
    /// No scheme has this name; some have a similar one.
    case unknownName(String, close: [String])
    /// A group must have between 1 and `Scheme.maximumGroupSize` weights.
    case groupSizeOutOfRange(Int)
    /// The group size is part of the method.
    case fixedGroupSize(scheme: String, Int)
    /// The method stores its scales otherwise.
    case unsupportedScaleEncoding(scheme: String, found: ScaleEncoding, supported: [ScaleEncoding])
    /// Special values need a BitMoD scheme, 1 to 16 of them, off the basic grid and of at most two terms.
    case unusableSpecialValues([Int], scheme: String)
    /// Types need an ANT per-channel scheme, at least one and each once.
    case unusableTypes([SchemeFamily.AntType], scheme: String)
}

extension SchemeError: CustomStringConvertible {
    /// The message for users.
    public var description: String {
        switch self {
        case .unknownName(let name, let close):
            "unknown scheme '\(name)'"
                + (close.isEmpty ? "" : "; did you mean \(close.joined(separator: ", "))?")
        case .groupSizeOutOfRange(let size):
            "group size \(size) is not between 1 and \(Scheme.maximumGroupSize)"
        case .fixedGroupSize(let scheme, let size):
            "scheme \(scheme) is defined for groups of \(size), and takes no other group size"
        case .unsupportedScaleEncoding(let scheme, let found, let supported):
            "scheme \(scheme) has no \(found.rawValue) scales; supported: "
                + supported.map(\.rawValue).joined(separator: ", ")
        case .unusableSpecialValues(let values, let scheme):
            "scheme \(scheme) cannot search the special values \(values); it takes 1 to 16 values off the basic grid, "
                + "each a sum or difference of two powers of two, of a BitMoD scheme"
        case .unusableTypes(let types, let scheme):
            "scheme \(scheme) cannot search the types \(types.map(\.rawValue)); an ANT per-channel scheme takes each "
                + "type once"
        }
    }
}
