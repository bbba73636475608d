import Quantization

/// The running sums of sixteen rows within a group.
protocol GroupSum {
    /// The group's sums: mantissa · 2^(exponent − 28).
    var value: RowFloats { get }
}

/// Which accumulator is meant and which of its ways of adding a step, chosen at compile time.
protocol AccumulationRule {
    associatedtype Accumulator: GroupSum
    /// The start of a group.
    static func start(_ arithmetic: PEArithmetic) -> Accumulator
    /// Whether quads of kind `zero` may be left out.
    static var skipsZeroQuads: Bool { get }
    /// Adds `term` at `maxExponent`.
    static func add(_ term: RowIntegers, maxExponent: RowIntegers, to accumulator: inout Accumulator)
}

/// `PEArithmetic.reference` where no shift reaches the limits.
enum NarrowReference: AccumulationRule {
    @inline(__always)
    static func start(_: PEArithmetic) -> GroupAccumulator { GroupAccumulator() }
    @inline(__always)
    static var skipsZeroQuads: Bool { true }
    @inline(__always)
    static func add(_ term: RowIntegers, maxExponent: RowIntegers, to accumulator: inout GroupAccumulator) {
        accumulator.add(term, maxExponent: maxExponent)
    }
}

/// `PEArithmetic.reference` for any exponents.
enum WideReference: AccumulationRule {
    @inline(__always)
    static func start(_: PEArithmetic) -> GroupAccumulator { GroupAccumulator() }
    @inline(__always)
    static var skipsZeroQuads: Bool { true }
    @inline(__always)
    static func add(_ term: RowIntegers, maxExponent: RowIntegers, to accumulator: inout GroupAccumulator) {
        accumulator.addAnyDistance(term, maxExponent: maxExponent)
    }
}

/// `PEArithmetic.rtl2024`, whose accumulator exponent may wrap to a small one.
enum Verilog2024: AccumulationRule {
    @inline(__always)
    static func start(_: PEArithmetic) -> GroupAccumulator { GroupAccumulator() }
    @inline(__always)
    static var skipsZeroQuads: Bool { false }
    @inline(__always)
    static func add(_ term: RowIntegers, maxExponent: RowIntegers, to accumulator: inout GroupAccumulator) {
        accumulator.addWrapping(term, maxExponent: maxExponent)
    }
}

/// `PEArithmetic.reference` with an accumulator of any width.
enum WideAccumulator: AccumulationRule {
    @inline(__always)
    static func start(_ arithmetic: PEArithmetic) -> WideGroupAccumulator {
        WideGroupAccumulator(bits: arithmetic.accumulatorBits)
    }
    @inline(__always)
    static var skipsZeroQuads: Bool { true }
    @inline(__always)
    static func add(_ term: RowIntegers, maxExponent: RowIntegers, to accumulator: inout WideGroupAccumulator) {
        accumulator.add(term, maxExponent: maxExponent)
    }
}
