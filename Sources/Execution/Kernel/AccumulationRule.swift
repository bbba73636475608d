/// Which of the accumulator's ways of adding a step is meant, chosen at compile time.
protocol AccumulationRule {
    /// Whether quads of kind `zero` may be left out.
    static var skipsZeroQuads: Bool { get }
    /// Adds `term` at `maxExponent`.
    static func add(_ term: RowIntegers, maxExponent: RowIntegers, to accumulator: inout GroupAccumulator)
}

/// `PEArithmetic.reference` where no shift reaches the limits.
enum NarrowReference: AccumulationRule {
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
    static var skipsZeroQuads: Bool { true }
    @inline(__always)
    static func add(_ term: RowIntegers, maxExponent: RowIntegers, to accumulator: inout GroupAccumulator) {
        accumulator.addAnyDistance(term, maxExponent: maxExponent)
    }
}

/// `PEArithmetic.rtl2024`, whose accumulator exponent may wrap to a small one.
enum Verilog2024: AccumulationRule {
    @inline(__always)
    static var skipsZeroQuads: Bool { false }
    @inline(__always)
    static func add(_ term: RowIntegers, maxExponent: RowIntegers, to accumulator: inout GroupAccumulator) {
        accumulator.addWrapping(term, maxExponent: maxExponent)
    }
}
