/// OneBit's sign-value-independent decomposition: W ≈ sign(W) ∘ g hᵀ (Xu et al., NeurIPS 2024, section 3.2).
///
/// |W| is non-negative, so that by Perron and Frobenius its leading singular pair is too: the best approximation of rank 1
/// is what the published start point finds by non-negative factorisation. Here it comes from a power iteration in
/// binary64 from the vector of ones, in a fixed order.
///
/// This is the method's *structure only*. The published accuracy comes from knowledge distillation that starts from this
/// point and adds a LayerNorm behind each layer; neither is done here, and the error of the start point is large.
public struct OneBitQuantizer: Sendable, Hashable {
    /// How the two scale vectors are stored: `.float16` as published, or `.float32`.
    public let metadata: ScaleEncoding
    /// The iteration ends when no element of h has changed by more than this part of the largest.
    public let tolerance: Double
    /// The iteration ends after this many steps at the latest, for matrices with nearly equal singular values.
    public let maximumSteps: Int

    /// A quantiser.
    ///
    /// - Precondition: `metadata` is `.float16` or `.float32`, `tolerance` and `maximumSteps` are positive.
    public init(metadata: ScaleEncoding = .float16, tolerance: Double = 1e-12, maximumSteps: Int = 500) {
        precondition(metadata == .float16 || metadata == .float32, "scales in binary16 or binary32")
        precondition(tolerance > 0 && maximumSteps > 0, "an iteration that ends")
        self.metadata = metadata
        self.tolerance = tolerance
        self.maximumSteps = maximumSteps
    }

    /// Decomposes a matrix [rows x columns].
    ///
    /// Both vectors get the same norm, the root of the singular value, as in the published start point.
    ///
    /// - Throws: `QuantizationError`; `scaleOverflow` names the first scale beyond binary16 by its row or column.
    /// - Precondition: `weights.count == rows * columns`.
    public func quantize(_ weights: [Float], rows: Int, columns: Int) throws(QuantizationError) -> OneBitMatrix {
        try requireWeights(weights, rows: rows, columns: columns)
        let (outputs, inputs) = leadingPair(weights, rows: rows, columns: columns)
        let outputScales = try stored(outputs)
        let inputScales = try stored(inputs)
        return OneBitMatrix(
            rows: rows, columns: columns, negatives: weights.map { $0 < 0 ? 1 : 0 }, outputScales: outputScales,
            inputScales: inputScales, metadata: metadata)
    }

    private func stored(_ scales: [Double]) throws(QuantizationError) -> [Float] {
        guard metadata == .float16 else { return scales.map { Float($0) } }
        let halves = scales.map { Float(Float16($0)) }
        if let index = halves.firstIndex(of: .infinity) { throw .scaleOverflow(row: index, encoding: metadata) }
        return halves
    }

    /// The leading singular vectors of |W| [rows], [columns], each times the root of the singular value.
    private func leadingPair(_ weights: [Float], rows: Int, columns: Int) -> ([Double], [Double]) {
        var left = [Double](repeating: 0, count: rows)
        var right = [Double](repeating: 1 / Double(columns).squareRoot(), count: columns)
        var next = right
        for _ in 0..<maximumSteps {
            for column in next.indices { next[column] = 0 }
            weights.withUnsafeBufferPointer { weights in
                for row in 0..<rows {
                    let start = row * columns
                    var sum = 0.0
                    for column in 0..<columns { sum += Double(weights[start + column].magnitude) * right[column] }
                    left[row] = sum
                    for column in 0..<columns { next[column] += Double(weights[start + column].magnitude) * sum }
                }
            }
            let norm = next.reduce(0) { $0 + $1 * $1 }.squareRoot()
            guard norm > 0 else { return ([Double](repeating: 0, count: rows), [Double](repeating: 0, count: columns)) }
            var change = 0.0
            var largest = 0.0
            for column in 0..<columns {
                let value = next[column] / norm
                change = max(change, (value - right[column]).magnitude)
                largest = max(largest, value)
                right[column] = value
            }
            if change <= tolerance * largest { break }
        }
        for row in 0..<rows {
            left[row] = (0..<columns).reduce(0.0) {
                $0 + Double(weights[row * columns + $1].magnitude) * right[$1]
            }
        }
        // |W| h has the singular value as its norm; each vector takes the root of it.
        let root = left.reduce(0) { $0 + $1 * $1 }.squareRoot().squareRoot()
        return (left.map { $0 / root }, right.map { $0 * root })
    }
}
