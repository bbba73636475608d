/// A count of clock cycles of one chip.
///
/// Work inside a chip is counted in cycles of that chip's clock; times that chips share are ``Picoseconds``.
public struct Cycles: Hashable, Sendable {
    /// The number of cycles.
    public var count: Int

    /// Creates a number of cycles.
    @inlinable public init(_ count: Int) { self.count = count }
}

extension Cycles: AdditiveArithmetic, Comparable {
    /// No cycles.
    public static let zero = Cycles(0)

    /// The sum of two cycle counts.
    @inlinable public static func + (left: Cycles, right: Cycles) -> Cycles { Cycles(left.count + right.count) }

    /// The difference of two cycle counts.
    @inlinable public static func - (left: Cycles, right: Cycles) -> Cycles { Cycles(left.count - right.count) }

    /// A multiple of a cycle count.
    @inlinable public static func * (left: Cycles, right: Int) -> Cycles { Cycles(left.count * right) }

    /// Whether the first count is the smaller one.
    @inlinable public static func < (left: Cycles, right: Cycles) -> Bool { left.count < right.count }
}
