import Quantization

/// The steps of one group for sixteen rows and one token.
///
/// The loop keeps all state in registers, allocates nothing and traps on nothing. `kernel-benchmark` shows its speed;
/// by it the choice fell on binary32 arithmetic for the alignment (multiply and add on all vector units, no shifts by
/// different amounts, which SSE2 lacks) and on integers for the accumulator.
struct GroupPass {
    /// Magnitudes of the activations times 2^96 [quads x 4].
    let magnitudes: UnsafePointer<Float>
    /// Their signs in the places of a term word [quads].
    let signs: UnsafePointer<UInt32>
    /// Lane powers [quads x 4]; read for quads that are not `normalized`.
    let powers: UnsafePointer<Float>?
    /// [quads]
    let floors: UnsafePointer<Float>
    /// [quads]
    let kinds: UnsafePointer<QuadKind>
    /// The significance of each term, for each row [terms]
    let significances: UnsafePointer<RowBits>
    let quads: Int
    let termCount: Int
    let arithmetic: PEArithmetic

    /// The partial sums of sixteen rows, in units of their terms.
    @inline(__always)
    func partialSums<Source: TermSource, Rule: AccumulationRule, Place: SignificanceRule>(
        _ source: Source, _: Rule.Type, _: Place.Type
    ) -> RowFloats {
        var accumulator = Rule.start(arithmetic)
        for quad in 0..<quads {
            if kinds[quad] == .normalized {
                let activations = broadcast(magnitudes, quad: quad)
                for term in 0..<(Place.termCount ?? termCount) {
                    let (terms, signs) = source.terms(
                        step: quad &* (Place.termCount ?? termCount) &+ term, activationSigns: signs[quad])
                    let products = multiply(activations, terms)
                    let alignment = StepArithmetic.alignment(
                        products.0, products.1, products.2, products.3, floor: floors[quad])
                    add(
                        products, signs: signs, alignment: alignment, term: term, Rule.self, Place.self,
                        to: &accumulator)
                }
            } else if kinds[quad] == .explicit || !Rule.skipsZeroQuads {
                accumulator = addingExplicit(source, quad: quad, Rule.self, Place.self, to: accumulator)
            }
        }
        return accumulator.value
    }

    /// The same out of line, for groups that are rare.
    @inline(never)
    func writePartialSums<Source: TermSource, Rule: AccumulationRule, Place: SignificanceRule>(
        _ source: Source, _ rule: Rule.Type, _ place: Place.Type, to result: inout RowFloats
    ) {
        result = partialSums(source, rule, place)
    }

    /// Adds a quad whose exponents are matched on their own.
    ///
    /// Takes and returns a copy: a reference would keep the accumulators of the fast loop in memory.
    @inline(never)
    private func addingExplicit<Source: TermSource, Rule: AccumulationRule, Place: SignificanceRule>(
        _ source: Source, quad: Int, _: Rule.Type, _: Place.Type, to start: Rule.Accumulator
    ) -> Rule.Accumulator {
        var accumulator = start
        guard let powers else { return accumulator }
        let activations = broadcast(magnitudes, quad: quad)
        let lanePowers = broadcast(powers, quad: quad)
        for term in 0..<termCount {
            let (terms, signs) = source.terms(step: quad &* termCount &+ term, activationSigns: signs[quad])
            let exponents = multiply(lanePowers, terms)
            let alignment = StepArithmetic.alignment(
                exponents.0, exponents.1, exponents.2, exponents.3, floor: floors[quad])
            add(
                multiply(activations, terms), signs: signs, alignment: alignment, term: term, Rule.self, Place.self,
                to: &accumulator)
        }
        return accumulator
    }

    @inline(__always)
    private func add<Rule: AccumulationRule, Place: SignificanceRule>(
        _ products: LaneFloats, signs: LaneBits, alignment: RowFloats, term: Int, _: Rule.Type, _: Place.Type,
        to accumulator: inout Rule.Accumulator
    ) {
        let sum = StepArithmetic.alignedSum(products, signs: signs, alignment: alignment)
        let exponent = RowIntegers(bitPattern: StepArithmetic.bits(alignment) &>> RowBits(repeating: 23))
        Rule.add(Place.placed(sum, term: term, significances), maxExponent: exponent, to: &accumulator)
    }

    @inline(__always)
    private func broadcast(_ values: UnsafePointer<Float>, quad: Int) -> LaneFloats {
        let first = values + 4 &* quad
        return (
            RowFloats(repeating: first[0]), RowFloats(repeating: first[1]), RowFloats(repeating: first[2]),
            RowFloats(repeating: first[3])
        )
    }

    @inline(__always)
    private func multiply(_ left: LaneFloats, _ right: LaneFloats) -> LaneFloats {
        (left.0 * right.0, left.1 * right.1, left.2 * right.2, left.3 * right.3)
    }
}
