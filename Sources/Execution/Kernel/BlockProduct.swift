import Quantization

/// The loops over blocks of rows, groups and tokens around `GroupPass`.
struct BlockProduct {
    private let weights: PreparedWeights
    private let activations: PreparedActivations
    private let arithmetic: PEArithmetic
    private let output: OutputPrecision

    /// Groups with more steps than this are decoded anew for each token instead of into a buffer, which would not stay
    /// in the first-level cache (4 KiB per 16 steps; a group of 128 two-term weights has 64).
    private static let largestExpandedGroup = 256
    /// Tokens from which on decoding once into the buffer, and reading it, is faster than decoding for each token.
    private static let leastExpandedTokens = 6

    init(
        _ weights: PreparedWeights, _ activations: PreparedActivations, _ arithmetic: PEArithmetic,
        output: OutputPrecision
    ) {
        self.weights = weights
        self.activations = activations
        self.arithmetic = arithmetic
        self.output = output
    }

    /// Writes the products of `rows`, in the rules for groups without and with operands that may be cleared.
    func multiply<Narrow: AccumulationRule, Wide: AccumulationRule>(
        rows: Range<Int>, into result: UnsafeMutableBufferPointer<Float>, _: Narrow.Type, _: Wide.Type
    ) {
        if weights.hasLeadingOnes {
            multiply(rows: rows, into: result, Narrow.self, Wide.self, LeadingOnes.self)
        } else {
            multiply(rows: rows, into: result, Narrow.self, Wide.self, AnySignificances.self)
        }
    }

    private func multiply<Narrow: AccumulationRule, Wide: AccumulationRule, Place: SignificanceRule>(
        rows: Range<Int>, into result: UnsafeMutableBufferPointer<Float>, _: Narrow.Type, _: Wide.Type, _: Place.Type
    ) {
        let layout = weights.layout
        let tokens = activations.tokens
        guard tokens > 0, !rows.isEmpty else { return }
        let scaleCount = weights.scaleCount
        let stepsPerGroup = layout.quadsPerGroup * layout.termCount
        let expands = tokens >= Self.leastExpandedTokens && stepsPerGroup <= Self.largestExpandedGroup
        var sums = [RowFloats](repeating: RowFloats(repeating: 0), count: tokens * scaleCount)
        var buffer = [RowFloats](repeating: RowFloats(repeating: 0), count: expands ? 4 * stepsPerGroup : 0)
        let blocks = rows.lowerBound / 16..<(rows.upperBound + 15) / 16
        withPointers { pointers in
            sums.withUnsafeMutableBufferPointer { sums in
                buffer.withUnsafeMutableBufferPointer { buffer in
                    for block in blocks {
                        sums.update(repeating: RowFloats(repeating: 0))
                        for group in 0..<layout.groups {
                            let steps = layout.quads(ofGroup: group).count * layout.termCount
                            let first = (block * layout.quads + group * layout.quadsPerGroup) * layout.termCount
                            let packed = PackedTerms(words: pointers.words + first)
                            if expands, let lanes = buffer.baseAddress {
                                ExpandedTerms.expand(packed, steps: steps, into: lanes)
                                multiply(
                                    block: block, group: group,
                                    terms: ExpandedTerms(words: packed.words, magnitudes: lanes), pointers, sums,
                                    Narrow.self, Wide.self, Place.self)
                            } else {
                                multiply(
                                    block: block, group: group, terms: packed, pointers, sums, Narrow.self, Wide.self,
                                    Place.self)
                            }
                        }
                        write(block: block, rows: rows, sums: sums, into: result)
                    }
                }
            }
        }
    }

    /// One group of a block: the partial sums of all tokens, scaled and added to the rows' sums.
    @inline(never)
    private func multiply<
        Source: TermSource, Narrow: AccumulationRule, Wide: AccumulationRule, Place: SignificanceRule
    >(
        block: Int, group: Int, terms: Source, _ pointers: Pointers, _ sums: UnsafeMutableBufferPointer<RowFloats>,
        _: Narrow.Type, _: Wide.Type, _: Place.Type
    ) {
        let layout = weights.layout
        let scales = weights.scales[block * layout.groups + group]
        let quads = layout.quads(ofGroup: group)
        for token in 0..<activations.tokens {
            let quad = token * layout.quads + quads.lowerBound
            let pass = GroupPass(
                magnitudes: pointers.magnitudes + 4 * quad, signs: pointers.signs + quad,
                powers: pointers.powers.map { $0 + 4 * quad }, floors: pointers.floors + quad,
                kinds: pointers.kinds + quad,
                significances: pointers.significances + (block * layout.groups + group) * weights.significanceStride,
                quads: quads.count, termCount: layout.termCount, arithmetic: arithmetic)
            var partial: RowFloats
            if activations.isNarrow[token * layout.groups + group] {
                partial = pass.partialSums(terms, Narrow.self, Place.self)
            } else {
                partial = RowFloats(repeating: 0)
                pass.writePartialSums(terms, Wide.self, Place.self, to: &partial)
            }
            add(
                partial, scales: scales, groupSum: activations.groupSums[token * layout.groups + group],
                to: sums, at: token * weights.scaleCount)
        }
    }

    /// The stages behind the PE, in the order of `PlainDotProduct`.
    ///
    /// Vectors that cross a call are passed in quarters, and compared masks are unpacked: hence calls that write to
    /// memory and a selection by bits. `kernel-benchmark` was 15 % slower for two scales per row otherwise.
    @inline(__always)
    private func add(
        _ partialInTerms: RowFloats, scales: GroupScales, groupSum: Float,
        to sums: UnsafeMutableBufferPointer<RowFloats>, at index: Int
    ) {
        var partial = partialInTerms * scales.unit
        if weights.hasZeroPoints { partial = partial + scales.correction * RowFloats(repeating: groupSum) }
        let product = partial * scales.scale
        for scale in 0..<weights.scaleCount {
            let sum = sums[index + scale]
            var new = sum + product
            if output == .float16 { HalfPrecision.round(&new) }
            let difference = scales.scaleIndex ^ RowIntegers(repeating: Int32(truncatingIfNeeded: scale))
            let isUsed = RowBits(
                bitPattern: (difference &- RowIntegers(repeating: 1)) &>> RowIntegers(repeating: 31))
            let old = StepArithmetic.bits(sum)
            sums[index + scale] = RowFloats(bitPattern: old ^ ((old ^ StepArithmetic.bits(new)) & isUsed))
        }
    }

    /// The ends of the rows: sums times row scales, added in order.
    private func write(
        block: Int, rows: Range<Int>, sums: UnsafeMutableBufferPointer<RowFloats>,
        into result: UnsafeMutableBufferPointer<Float>
    ) {
        let first = block * PreparedWeights.blockRows
        let count = min(rows.upperBound - first, PreparedWeights.blockRows)
        for token in 0..<activations.tokens {
            var total = RowFloats(repeating: 0)
            for scale in 0..<weights.scaleCount {
                total =
                    total + sums[token * weights.scaleCount + scale]
                    * weights.rowScales[block * weights.scaleCount + scale]
            }
            for lane in 0..<count { result[token * weights.rows + first + lane] = total[lane] }
        }
    }

    /// The arrays that the innermost loops read.
    private struct Pointers {
        var words: UnsafePointer<RowBits>
        var significances: UnsafePointer<RowBits>
        var magnitudes: UnsafePointer<Float>
        var signs: UnsafePointer<UInt32>
        var powers: UnsafePointer<Float>?
        var floors: UnsafePointer<Float>
        var kinds: UnsafePointer<QuadKind>
    }

    private func withPointers(_ body: (Pointers) -> Void) {
        weights.words.withUnsafeBufferPointer { words in
            weights.significances.withUnsafeBufferPointer { significances in
                activations.magnitudes.withUnsafeBufferPointer { magnitudes in
                    activations.signs.withUnsafeBufferPointer { signs in
                        activations.powers.withUnsafeBufferPointer { powers in
                            activations.floors.withUnsafeBufferPointer { floors in
                                activations.kinds.withUnsafeBufferPointer { kinds in
                                    guard let words = words.baseAddress,
                                        let significances = significances.baseAddress,
                                        let magnitudes = magnitudes.baseAddress, let signs = signs.baseAddress,
                                        let floors = floors.baseAddress, let kinds = kinds.baseAddress
                                    else { return }
                                    body(
                                        Pointers(
                                            words: words, significances: significances, magnitudes: magnitudes,
                                            signs: signs, powers: powers.isEmpty ? nil : powers.baseAddress,
                                            floors: floors, kinds: kinds))
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
