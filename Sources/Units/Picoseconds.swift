/// A simulated time or duration in whole picoseconds.
///
/// Integer, so that sums do not depend on their order: reports are byte-identical for every number of ranks.
/// 2^63 ps are 106 days of simulated time.
public struct Picoseconds: Hashable, Sendable {
    /// The number of picoseconds.
    public var count: Int

    /// Creates a time of that many picoseconds.
    @inlinable public init(_ count: Int) { self.count = count }

    /// The time in seconds, for reports only.
    public var seconds: Double { Double(count) / 1e12 }
}

extension Picoseconds: AdditiveArithmetic, Comparable {
    /// No time.
    public static let zero = Picoseconds(0)

    /// The sum of two times.
    @inlinable public static func + (left: Picoseconds, right: Picoseconds) -> Picoseconds {
        Picoseconds(left.count + right.count)
    }

    /// The difference of two times.
    @inlinable public static func - (left: Picoseconds, right: Picoseconds) -> Picoseconds {
        Picoseconds(left.count - right.count)
    }

    /// A multiple of a time.
    @inlinable public static func * (left: Picoseconds, right: Int) -> Picoseconds {
        Picoseconds(left.count * right)
    }

    /// Whether the first time is the shorter one.
    @inlinable public static func < (left: Picoseconds, right: Picoseconds) -> Bool { left.count < right.count }
}

extension Picoseconds: Codable {
    /// Reads a whole number of picoseconds.
    public init(from decoder: any Decoder) throws { count = try Int(from: decoder) }

    /// Writes a whole number of picoseconds.
    public func encode(to encoder: any Encoder) throws { try count.encode(to: encoder) }
}
