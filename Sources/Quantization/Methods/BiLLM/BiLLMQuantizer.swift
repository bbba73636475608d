/// BiLLM's quantiser (Huang et al., ICML 2024; `bigptq.py` of its code).
///
/// Block by block: structure by the metric, then binary values of the true weights. Errors are fed from block to block
/// only, since a block's values are fixed together. Without second moments the metric is the weights themselves and
/// nothing is fed back (the published option `disable_gptq`).
public struct BiLLMQuantizer: Sendable, Hashable {
    /// What weights are judged by.
    public enum Metric: String, Sendable, Hashable, Codable, CaseIterable {
        /// w² / U_jj²; the square puts the border between the groups at the largest of the quantiles, mostly.
        case hessian
        /// w.
        case magnitude
    }

    /// Inputs of a block.
    public let blockSize: Int
    /// One more than the largest number of salient columns in a block.
    public let salientLimit: Int
    /// The damping of H over the mean of its diagonal.
    public let damping: Double
    /// The metric where there is a factor; without one it is `.magnitude`.
    public let metric: Metric
    /// How the constants are stored: `.float16`, rounded at last, or `.float32`.
    public let metadata: ScaleEncoding

    /// A quantiser with the defaults of the published code.
    ///
    /// - Precondition: `blockSize` and `salientLimit` are positive, `metadata` is `.float16` or `.float32`.
    public init(
        blockSize: Int = 128, salientLimit: Int = 50, damping: Double = 0.01, metric: Metric = .hessian,
        metadata: ScaleEncoding = .float16
    ) {
        precondition(blockSize > 0 && salientLimit > 0, "blocks of columns and a limit of salient ones")
        precondition(damping >= 0, "damping that is not negative")
        precondition(metadata == .float16 || metadata == .float32, "constants in binary16 or binary32")
        self.blockSize = blockSize
        self.salientLimit = salientLimit
        self.damping = damping
        self.metric = metric
        self.metadata = metadata
    }

    /// What the quantiser needs of the inputs, for all matrices that have them.
    ///
    /// - Throws: `CalibrationError`.
    public func factor(_ moment: SecondMoment) throws(CalibrationError) -> HessianFactor {
        try HessianFactor(moment, damping: .relative(damping))
    }

    /// Quantises a matrix [rows x columns].
    ///
    /// - Parameter factor: of `factor(_:)`; nil for the magnitude metric without feedback.
    /// - Throws: `QuantizationError`; `scaleOverflow` if a constant exceeds binary16.
    /// - Precondition: weights and factor fit the shape; the factor has the given order of columns.
    public func quantize(
        _ weights: [Float], rows: Int, columns: Int, factor: HessianFactor? = nil
    ) throws(QuantizationError) -> BiLLMMatrix {
        try requireWeights(weights, rows: rows, columns: columns)
        precondition(factor?.permutation == nil, "columns in the given order")
        let frame = ErrorFeedback(
            weights, rows: rows, columns: columns,
            factor: factor ?? HessianFactor(identity: columns, damping: .relative(damping)), blockSize: blockSize)
        var matrix = BiLLMMatrix(rows: rows, columns: columns, blockSize: blockSize, metadata: metadata)
        let usesHessian = metric == .hessian && factor != nil
        for (number, block) in frame.blocks.enumerated() {
            let current = Self.rowMajor(frame, block)
            let judged = usesHessian ? Self.metric(current, factor?.diagonal[block] ?? [], rows: rows) : current
            let structure = BiLLMStructure(judged, rows: rows, columns: block.count, limit: salientLimit)
            for column in structure.salient { matrix.isSalient[block.lowerBound + column] = true }
            var quantized = [Float](repeating: 0, count: current.count)
            var coder = BiLLMRowCoder(columns: block.count)
            for row in 0..<rows {
                let constants = coder.code(
                    current, judged, row: row, structure.border, block, into: &matrix, quantized: &quantized)
                guard metadata == .float32 || constants.list.allSatisfy({ $0.magnitude < 65_520 }) else {
                    throw .scaleOverflow(row: row, encoding: metadata)
                }
                matrix.constants[row * matrix.blocksPerRow + number] =
                    metadata == .float32 ? constants : BiLLMConstants(constants.list.map(roundedToHalf))
            }
            guard factor != nil else { continue }
            var column = [Float](repeating: 0, count: rows)
            for position in block {
                for row in 0..<rows { column[row] = quantized[row * block.count + position - block.lowerBound] }
                frame.settle(position, column, in: block, feedsBlock: false)
            }
            frame.feed(beyond: block)
        }
        return matrix
    }

    /// A block's weights as they are by now [rows x columns of the block].
    private static func rowMajor(_ frame: borrowing ErrorFeedback, _ block: Range<Int>) -> [Float] {
        var weights = [Float](repeating: 0, count: frame.rows * block.count)
        for position in block {
            let column = frame.column(position)
            for row in 0..<frame.rows { weights[row * block.count + position - block.lowerBound] = column[row] }
        }
        return weights
    }

    /// w² / U_jj² in binary32.
    private static func metric(_ weights: [Float], _ diagonal: ArraySlice<Double>, rows: Int) -> [Float] {
        let squares = diagonal.map { Float($0) * Float($0) }
        return weights.indices.map { weights[$0] * weights[$0] / squares[$0 % squares.count] }
    }
}
