/// A number that ranks can sum, or take the minimum or maximum of.
///
/// The set is closed: `Int`, `Int32`, `Int64`, `UInt64`, `Float`, `Double`. Do not conform other types.
public protocol ReducibleElement: BitwiseCopyable, Sendable {
    /// The library's type for it, or nil if the order in which elements are combined changes the result.
    static var orderFreeType: OrderFreeType? { get }

    /// Combines other elements into these: `elements[i] = elements[i] op others[i]`.
    ///
    /// - Precondition: both have the same count.
    static func combine(
        _ operation: ReductionOperation, _ others: UnsafeBufferPointer<Self>, into elements: inout [Self])
}

/// The integers that a library may combine in any order: the result is the same.
public enum OrderFreeType: Sendable {
    /// 32 bits, signed.
    case int32
    /// 64 bits, signed.
    case int64
    /// 64 bits, unsigned.
    case uint64
}

extension Int32: ReducibleElement {
    /// Integers do not depend on order.
    public static var orderFreeType: OrderFreeType? { .int32 }
}

extension Int64: ReducibleElement {
    /// Integers do not depend on order.
    public static var orderFreeType: OrderFreeType? { .int64 }
}

extension Int: ReducibleElement {
    /// Integers do not depend on order.
    public static var orderFreeType: OrderFreeType? { MemoryLayout<Int>.size == 8 ? .int64 : .int32 }
}

extension UInt64: ReducibleElement {
    /// Integers do not depend on order.
    public static var orderFreeType: OrderFreeType? { .uint64 }
}

extension Float: ReducibleElement {
    /// Sums depend on order.
    public static var orderFreeType: OrderFreeType? { nil }
}

extension Double: ReducibleElement {
    /// Sums depend on order.
    public static var orderFreeType: OrderFreeType? { nil }
}

extension ReducibleElement where Self: FixedWidthInteger {
    /// Combines integers.
    public static func combine(
        _ operation: ReductionOperation, _ others: UnsafeBufferPointer<Self>, into elements: inout [Self]
    ) {
        precondition(others.count == elements.count)
        switch operation {
        case .sum: for i in elements.indices { elements[i] &+= others[i] }
        case .minimum: for i in elements.indices { elements[i] = Swift.min(elements[i], others[i]) }
        case .maximum: for i in elements.indices { elements[i] = Swift.max(elements[i], others[i]) }
        }
    }
}

extension ReducibleElement where Self: BinaryFloatingPoint {
    /// Combines floating-point numbers.
    public static func combine(
        _ operation: ReductionOperation, _ others: UnsafeBufferPointer<Self>, into elements: inout [Self]
    ) {
        precondition(others.count == elements.count)
        switch operation {
        case .sum: for i in elements.indices { elements[i] += others[i] }
        case .minimum: for i in elements.indices { elements[i] = lesser(elements[i], others[i]) }
        case .maximum: for i in elements.indices { elements[i] = -lesser(-elements[i], -others[i]) }
        }
    }

    /// The smaller of two, as IEEE 754-2019 `minimum`: unlike `Swift.min` the same for both orders of arguments.
    private static func lesser(_ a: Self, _ b: Self) -> Self {
        if a.isNaN || b.isNaN { return .nan }
        if a == b { return a.sign == .minus ? a : b }
        return a < b ? a : b
    }
}
