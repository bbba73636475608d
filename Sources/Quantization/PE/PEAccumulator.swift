/// A group's running sum: mantissa · 2^(exponent − 28) with the published three guard bits.
public struct PEAccumulator: Sendable, Hashable {
    /// The exponent, 0 at the start of a group.
    public var exponent: Int
    /// The signed mantissa.
    public var mantissa: Int
    /// Whether an infinity or NaN was among the activations since the start of the group.
    public var hasNonFinite: Bool

    /// The start of a group: zero.
    public init() {
        exponent = 0
        mantissa = 0
        hasNonFinite = false
    }
}
