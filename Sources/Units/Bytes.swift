/// An amount of data in bytes. GB is 10^9 bytes, GiB 2^30.
public struct Bytes: Hashable, Sendable {
    /// The number of bytes.
    public var count: Int

    /// Creates an amount of that many bytes.
    @inlinable public init(_ count: Int) { self.count = count }

    /// The bytes that hold a number of bits.
    @inlinable public init(bits: Int) { count = (bits + 7) / 8 }
}

extension Bytes: AdditiveArithmetic, Comparable {
    /// No data.
    public static let zero = Bytes(0)

    /// The sum of two amounts.
    @inlinable public static func + (left: Bytes, right: Bytes) -> Bytes { Bytes(left.count + right.count) }

    /// The difference of two amounts.
    @inlinable public static func - (left: Bytes, right: Bytes) -> Bytes { Bytes(left.count - right.count) }

    /// A multiple of an amount.
    @inlinable public static func * (left: Bytes, right: Int) -> Bytes { Bytes(left.count * right) }

    /// Whether the first amount is the smaller one.
    @inlinable public static func < (left: Bytes, right: Bytes) -> Bool { left.count < right.count }
}

extension Bytes: Codable {
    /// Reads a whole number of bytes.
    public init(from decoder: any Decoder) throws { count = try Int(from: decoder) }

    /// Writes a whole number of bytes.
    public func encode(to encoder: any Encoder) throws { try count.encode(to: encoder) }
}
