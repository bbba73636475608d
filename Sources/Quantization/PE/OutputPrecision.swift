/// The precision in which the groups of a row are added up behind the PE.
public enum OutputPrecision: String, Sendable, Hashable, Codable, CaseIterable {
    /// binary32.
    case float32
    /// binary16: every sum is rounded to it.
    case float16

    /// `value` in this precision.
    @inline(__always)
    func rounded(_ value: Float) -> Float { self == .float32 ? value : roundedToHalf(value) }
}
