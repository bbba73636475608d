/// The arithmetic of the bit-serial processing element, stage by stage, with its widths as parameters.
///
/// BitMoD paper, section IV-B, and the authors' Verilog (`pe/exp_match.v`, `pe/mult_align_add.v`, `pe/grp_accum.v`). A
/// step takes four activations and one term of each of four weights. All results are integers: the model has no
/// rounding but the truncations named here.
///
/// Infinities and NaN: the lanes have no logic for them and read them as values of the binade 2^16. The accumulator
/// remembers that one was there; `value(of:)` is then NaN where `nonFiniteIsNaN`. Subnormals and zeros are exact.
public struct PEArithmetic: Sendable, Hashable {
    /// Bits below the significand's unit kept by the alignment.
    public var guardBits: Int = 3
    /// Bits of an aligned product; larger shifts than this give zero.
    public var alignedBits: Int = 14
    /// Bits of the dot product after the shift by its significance; larger right shifts than this less one give zero.
    public var termBits: Int = 23
    /// Bits of the accumulator's signed mantissa; larger right shifts than this less two give zero.
    public var accumulatorBits: Int = 15
    /// Bits in which term and accumulator are added; sums wrap in them.
    public var sumBits: Int = 24
    /// Bits of the accumulator's exponent, in which it wraps; `nil` if it cannot.
    public var exponentBits: Int?
    /// Whether the term is shifted right where the accumulator's exponent is the larger one.
    public var alignsTerm: Bool = true
    /// Whether a group with an infinity or NaN among its activations has the value NaN.
    public var nonFiniteIsNaN: Bool = true

    /// The intended PE: terms aligned both ways, a 24-bit sum, an exponent that cannot wrap.
    public static let reference = PEArithmetic()

    /// The authors' Verilog of 2024 as it stands, for RTL verification.
    ///
    /// It does not align the term where the accumulator's exponent is the larger one, so that its sums are wrong as soon
    /// as exponents differ; sum and exponent wrap in 23 and 6 bits.
    public static let rtl2024: PEArithmetic = {
        var arithmetic = PEArithmetic()
        arithmetic.sumBits = 23
        arithmetic.exponentBits = 6
        arithmetic.alignsTerm = false
        arithmetic.nonFiniteIsNaN = false
        return arithmetic
    }()

    /// The same PE with an accumulator of `bits` bits, for exact sums of integer activations.
    ///
    /// - Precondition: 15 ≤ `bits` ≤ 56.
    public func withAccumulator(bits: Int) -> PEArithmetic {
        precondition((15...56).contains(bits), "an accumulator has 15 to 56 bits")
        var copy = self
        copy.accumulatorBits = bits
        copy.sumBits = max(copy.termBits, bits) + 1
        return copy
    }

    /// One step: adds Σ activation · term to `accumulator` and returns all stages.
    public func step(
        _ activations: PEActivations, _ terms: PETerms, into accumulator: inout PEAccumulator
    ) -> PEStages {
        let laneExponents = activations.exponents &+ terms.exponents
        let maxExponent = laneExponents.max()
        let shifts = maxExponent &- laneExponents
        let signs = activations.signs ^ terms.signs
        let products = terms.bits &* activations.significands
        let dot = alignedSum(of: products, shifts: shifts, signs: signs)
        accumulator = accumulated(
            dot, significance: terms.significance, maxExponent: maxExponent, onto: accumulator)
        accumulator.hasNonFinite = accumulator.hasNonFinite || activations.hasNonFinite
        return PEStages(
            maxExponent: maxExponent, shifts: shifts, signs: signs, dot: dot, accumulator: accumulator)
    }

    /// Multiply-align-add: Σ ±((product · 2^guardBits) >> shift).
    func alignedSum(of products: SIMD4<Int>, shifts: SIMD4<Int>, signs: SIMD4<Int>) -> Int {
        var sum = 0
        for lane in 0..<4 {
            let aligned = shifts[lane] > alignedBits ? 0 : (products[lane] << guardBits) >> shifts[lane]
            sum += signs[lane] == 1 ? -aligned : aligned
        }
        return sum
    }

    /// Group accumulate: the accumulator after adding `dot` · 2^significance at `maxExponent`.
    func accumulated(
        _ dot: Int, significance: Int, maxExponent: Int, onto accumulator: PEAccumulator
    ) -> PEAccumulator {
        let exponent = max(accumulator.exponent, maxExponent)
        let accumulatorShift = exponent - accumulator.exponent
        let termShift = alignsTerm ? exponent - maxExponent : 0
        let mantissa = accumulatorShift > accumulatorBits - 2 ? 0 : accumulator.mantissa >> accumulatorShift
        let term = termShift > termBits - 1 ? 0 : (dot << significance) >> termShift
        let sum = Self.wrap(mantissa + term, bits: sumBits)
        let sumLength = Self.bitLength(Self.wrap(abs(sum), bits: sumBits))
        let normalization = max(sumLength - (accumulatorBits - 1), 0)
        var result = accumulator
        result.mantissa = Self.wrap(sum >> normalization, bits: accumulatorBits)
        result.exponent = exponent + normalization
        if let exponentBits { result.exponent &= (1 << exponentBits) - 1 }
        return result
    }

    /// The accumulator's value: exact, or NaN after an infinity or NaN if so chosen.
    public func value(of accumulator: PEAccumulator) -> Double {
        if accumulator.hasNonFinite, nonFiniteIsNaN { return .nan }
        return Double(sign: .plus, exponent: accumulator.exponent - 25 - guardBits, significand: 1)
            * Double(accumulator.mantissa)
    }

    /// `value` in two's complement of `bits` bits.
    static func wrap(_ value: Int, bits: Int) -> Int {
        let unused = Int.bitWidth - bits
        return (value << unused) >> unused
    }

    /// Bits needed for a magnitude; 0 for zero and for the one negative number that wrapping leaves.
    private static func bitLength(_ magnitude: Int) -> Int {
        magnitude <= 0 ? 0 : Int.bitWidth - magnitude.leadingZeroBitCount
    }
}
