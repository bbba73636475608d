/// An energy in picojoules.
///
/// Energies are floating-point sums, so every sum in the program has a fixed order: operators in program order, layers,
/// steps, then chips by their number.
public struct Picojoules: Hashable, Sendable {
    /// The number of picojoules.
    public var value: Double

    /// Creates an energy of that many picojoules.
    @inlinable public init(_ value: Double) { self.value = value }

    /// The energy in joules, for reports only.
    public var joules: Double { value / 1e12 }
}

extension Picojoules: AdditiveArithmetic, Comparable {
    /// No energy.
    public static let zero = Picojoules(0)

    /// The sum of two energies.
    @inlinable public static func + (left: Picojoules, right: Picojoules) -> Picojoules {
        Picojoules(left.value + right.value)
    }

    /// The difference of two energies.
    @inlinable public static func - (left: Picojoules, right: Picojoules) -> Picojoules {
        Picojoules(left.value - right.value)
    }

    /// A multiple of an energy.
    @inlinable public static func * (left: Picojoules, right: Double) -> Picojoules {
        Picojoules(left.value * right)
    }

    /// Whether the first energy is the smaller one.
    @inlinable public static func < (left: Picojoules, right: Picojoules) -> Bool { left.value < right.value }
}

extension Picojoules: Codable {
    /// Reads a number of picojoules.
    public init(from decoder: any Decoder) throws { value = try Double(from: decoder) }

    /// Writes a number of picojoules.
    public func encode(to encoder: any Encoder) throws { try value.encode(to: encoder) }
}
