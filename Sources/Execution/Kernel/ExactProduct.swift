import Quantization

/// Products of packed weights and activations as the bit-serial PE computes them, equal to `PlainDotProduct` bit for bit.
///
/// Both presets of `PEArithmetic` have a kernel for sixteen rows at a time, and so has `reference` with a wider
/// accumulator (`PEArithmetic.withAccumulator`), at a lower speed; other arithmetic is refused by `init?` and left to
/// `PlainDotProduct`. NaN results are the same as NaN, not as bits.
///
/// The same bits come out on every processor and for every way of compiling: only operations that IEEE 754 defines to
/// the bit are used, and none are fused.
public struct ExactProduct: Sendable {
    /// The PE's arithmetic: `reference` with an accumulator of any width, or `rtl2024`.
    public let arithmetic: PEArithmetic
    /// The precision of the row's sums.
    public let output: OutputPrecision

    /// Products in `arithmetic`, or `nil` if it is neither `PEArithmetic.reference`, its accumulator widened or not, nor
    /// `.rtl2024`.
    public init?(_ arithmetic: PEArithmetic = .reference, output: OutputPrecision = .float32) {
        guard arithmetic == .rtl2024 || arithmetic.isReferenceWithAnyAccumulator else { return nil }
        self.arithmetic = arithmetic
        self.output = output
    }

    /// Dot products of every row with every token's activations.
    ///
    /// - Returns: token by token [tokens x rows].
    /// - Precondition: weights and activations have the same layout.
    /// - Complexity: rows · columns · tokens · terms; decodes weights once for all tokens.
    public func callAsFunction(_ weights: PreparedWeights, _ activations: PreparedActivations) -> [Float] {
        var result = [Float](repeating: 0, count: activations.tokens * weights.rows)
        result.withUnsafeMutableBufferPointer {
            multiply(weights, activations, rows: 0..<weights.rows, into: $0)
        }
        return result
    }

    /// The same for some of the rows, for instance one thread's share.
    ///
    /// - Parameters:
    ///   - rows: the rows wanted; starts at a multiple of 16.
    ///   - result: token by token [tokens x weights.rows]; only the wanted rows are written.
    public func multiply(
        _ weights: PreparedWeights, _ activations: PreparedActivations, rows: Range<Int>,
        into result: UnsafeMutableBufferPointer<Float>
    ) {
        precondition(weights.layout == activations.layout, "weights and activations have the same layout")
        precondition(result.count == activations.tokens * weights.rows, "a result for every token and row")
        precondition(
            rows.lowerBound % PreparedWeights.blockRows == 0 && rows.upperBound <= weights.rows,
            "rows of the matrix, from a multiple of 16 on")
        let product = BlockProduct(weights, activations, arithmetic, output: output)
        if arithmetic == .reference {
            product.multiply(rows: rows, into: result, NarrowReference.self, WideReference.self)
        } else if arithmetic == .rtl2024 {
            product.multiply(rows: rows, into: result, Verilog2024.self, Verilog2024.self)
        } else {
            product.multiply(rows: rows, into: result, WideAccumulator.self, WideAccumulator.self)
        }
        guard arithmetic.nonFiniteIsNaN else { return }
        for token in 0..<activations.tokens where activations.hasNonFinite[token] {
            for row in rows { result[token * weights.rows + row] = .nan }
        }
    }
}

extension PEArithmetic {
    /// Whether this is `reference` but for the width of its accumulator.
    fileprivate var isReferenceWithAnyAccumulator: Bool {
        (15...56).contains(accumulatorBits) && self == .reference.withAccumulator(bits: accumulatorBits)
    }
}
