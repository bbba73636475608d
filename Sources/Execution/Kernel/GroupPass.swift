/// The steps of one group for sixteen rows and one token.
///
/// The loop keeps all state in registers, allocates nothing and traps on nothing. `kernel-benchmark` shows its speed;
/// by it the choice fell on binary32 arithmetic for the alignment (multiply and add on all vector units, no shifts by
/// different amounts, which SSE2 lacks) and on integers for the accumulator.
struct GroupPass {
    /// Activations times 2^96 [quads x 4].
    let lanes: UnsafePointer<Float>
    /// Lane powers [quads x 4]; read for quads that are not `normalized`.
    let powers: UnsafePointer<Float>?
    /// [quads]
    let floors: UnsafePointer<Float>
    /// [quads]
    let kinds: UnsafePointer<QuadKind>
    /// 8 plus the significance of each term, for each row [terms]
    let termShifts: UnsafePointer<RowBits>
    let quads: Int
    let termCount: Int

    /// The partial sums of sixteen rows, in units of their terms.
    @inline(__always)
    func partialSums<Source: TermSource, Rule: AccumulationRule>(_ source: Source, _: Rule.Type) -> RowFloats {
        var accumulator = GroupAccumulator()
        for quad in 0..<quads {
            if kinds[quad] == .normalized {
                for term in 0..<termCount {
                    let (t0, t1, t2, t3) = source.terms(step: quad &* termCount &+ term)
                    let v0 = t0 * RowFloats(repeating: lanes[4 &* quad])
                    let v1 = t1 * RowFloats(repeating: lanes[4 &* quad &+ 1])
                    let v2 = t2 * RowFloats(repeating: lanes[4 &* quad &+ 2])
                    let v3 = t3 * RowFloats(repeating: lanes[4 &* quad &+ 3])
                    let alignment = StepArithmetic.alignment(v0, v1, v2, v3, floor: floors[quad])
                    add(v0, v1, v2, v3, alignment: alignment, term: term, Rule.self, to: &accumulator)
                }
            } else if kinds[quad] == .explicit || !Rule.skipsZeroQuads {
                accumulator = addingExplicit(source, quad: quad, Rule.self, to: accumulator)
            }
        }
        return accumulator.value
    }

    /// The same out of line, for groups that are rare.
    @inline(never)
    func writePartialSums<Source: TermSource, Rule: AccumulationRule>(
        _ source: Source, _ rule: Rule.Type, to result: inout RowFloats
    ) {
        result = partialSums(source, rule)
    }

    /// Adds a quad whose exponents are matched on their own.
    ///
    /// Takes and returns a copy: a reference would keep the accumulators of the fast loop in memory.
    @inline(never)
    private func addingExplicit<Source: TermSource, Rule: AccumulationRule>(
        _ source: Source, quad: Int, _: Rule.Type, to start: GroupAccumulator
    ) -> GroupAccumulator {
        var accumulator = start
        guard let powers else { return accumulator }
        for term in 0..<termCount {
            let (t0, t1, t2, t3) = source.terms(step: quad &* termCount &+ term)
            let alignment = StepArithmetic.alignment(
                t0 * RowFloats(repeating: powers[4 &* quad]), t1 * RowFloats(repeating: powers[4 &* quad &+ 1]),
                t2 * RowFloats(repeating: powers[4 &* quad &+ 2]), t3 * RowFloats(repeating: powers[4 &* quad &+ 3]),
                floor: floors[quad])
            add(
                t0 * RowFloats(repeating: lanes[4 &* quad]), t1 * RowFloats(repeating: lanes[4 &* quad &+ 1]),
                t2 * RowFloats(repeating: lanes[4 &* quad &+ 2]), t3 * RowFloats(repeating: lanes[4 &* quad &+ 3]),
                alignment: alignment, term: term, Rule.self, to: &accumulator)
        }
        return accumulator
    }

    @inline(__always)
    private func add<Rule: AccumulationRule>(
        _ v0: RowFloats, _ v1: RowFloats, _ v2: RowFloats, _ v3: RowFloats, alignment: RowFloats, term: Int,
        _: Rule.Type, to accumulator: inout GroupAccumulator
    ) {
        let sum = StepArithmetic.alignedSum(v0, v1, v2, v3, alignment: alignment, shift: termShifts[term])
        let exponent = RowIntegers(bitPattern: StepArithmetic.bits(alignment) &>> RowBits(repeating: 23))
        Rule.add(sum, maxExponent: exponent, to: &accumulator)
    }
}
