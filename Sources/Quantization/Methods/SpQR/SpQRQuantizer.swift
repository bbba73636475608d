/// SpQR's quantiser (Dettmers et al., ICLR 2024; `spqr_engine.py` of its code).
///
/// Column by column, with error feedback where the inputs' second moments are known. Before each group, weights without
/// which the rest of their group would be quantised much better are set aside, and the group's range is fitted to the
/// others; a weight becomes an outlier if its squared error over U_jj² exceeds a threshold.
public struct SpQRQuantizer: Sendable, Hashable {
    /// Bits of a weight's code: 3 or 4 in the paper.
    public let bits: Int
    /// Columns that share scale and zero.
    public let groupSize: Int
    /// The threshold over the mean of the columns' variances / U_jj²; infinity for no outliers.
    public let outlierThreshold: Float
    /// The damping of H over the mean of its diagonal.
    public let damping: Double
    /// Whether columns with a factor are quantised by descending diagonal of H (`act_order`).
    public let ordersColumns: Bool
    /// Columns after which errors are fed to all that follow.
    public let blockSize: Int
    /// How statistics and outliers are stored: `.float16`, rounded before the codes are chosen, or `.float32`.
    public let metadata: ScaleEncoding

    /// A quantiser with the defaults of the published code, for 3 bits.
    ///
    /// - Precondition: 1 ≤ `bits` ≤ 8, positive sizes, whole groups in a block, `metadata` is `.float16` or `.float32`.
    public init(
        bits: Int = 3, groupSize: Int = 16, outlierThreshold: Float = 0.2, damping: Double = 1,
        ordersColumns: Bool = true, blockSize: Int = 128, metadata: ScaleEncoding = .float16
    ) {
        precondition((1...8).contains(bits), "codes of up to 8 bits")
        precondition(groupSize > 0 && blockSize > 0 && blockSize % groupSize == 0, "whole groups in a block")
        precondition(outlierThreshold >= 0 && damping >= 0, "threshold and damping that are not negative")
        precondition(metadata == .float16 || metadata == .float32, "statistics in binary16 or binary32")
        self.bits = bits
        self.groupSize = groupSize
        self.outlierThreshold = outlierThreshold
        self.damping = damping
        self.ordersColumns = ordersColumns
        self.blockSize = blockSize
        self.metadata = metadata
    }

    /// What the quantiser needs of the inputs, for all matrices that have them.
    ///
    /// - Throws: `CalibrationError`.
    public func factor(_ moment: SecondMoment) throws(CalibrationError) -> HessianFactor {
        try HessianFactor(
            moment, damping: .relativeToLive(damping), order: ordersColumns ? .descendingDiagonal : .given)
    }

    /// Quantises a matrix [rows x columns].
    ///
    /// - Parameter factor: of `factor(_:)`; nil for H = I, by which nothing is fed back and the order is the given one.
    /// - Throws: `QuantizationError`; in binary16 also for weights that no outlier can hold.
    /// - Precondition: weights and factor fit the shape; at most 65,536 columns.
    public func quantize(
        _ weights: [Float], rows: Int, columns: Int, factor: HessianFactor? = nil
    ) throws(QuantizationError) -> SpQRMatrix {
        try measured(weights, rows: rows, columns: columns, factor: factor).matrix
    }

    /// The matrix, and the threshold of squared errors.
    func measured(
        _ weights: [Float], rows: Int, columns: Int, factor: HessianFactor? = nil
    ) throws(QuantizationError) -> (matrix: SpQRMatrix, threshold: Float) {
        try requireWeights(weights, rows: rows, columns: columns)
        if metadata == .float16, let index = weights.firstIndex(where: { $0.magnitude >= 65_520 }) {
            throw .beyondBinary16(index: index)
        }
        let factor = factor ?? HessianFactor(identity: columns, damping: .relativeToLive(damping))
        let frame = ErrorFeedback(weights, rows: rows, columns: columns, factor: factor, blockSize: blockSize)
        let threshold = threshold(frame, factor)
        var matrix = SpQRMatrix(rows: rows, columns: columns, bits: bits, groupSize: groupSize, metadata: metadata)
        matrix.permutation = factor.permutation.map { $0.map { UInt16($0) } }
        var outliers = [[UInt16]](repeating: [], count: rows)
        var values = [[Float]](repeating: [], count: rows)
        let fitter = SpQRGroupFitter(bits: bits, threshold: threshold, metadata: metadata)
        var ranges = [SpQRRange](repeating: SpQRRange(scale: 0, zero: 0), count: rows)
        var column = [Float](repeating: 0, count: rows)
        for block in frame.blocks {
            for position in block {
                if position % groupSize == 0 {
                    let group = position..<min(position + groupSize, columns)
                    fitter.fit(frame, group, factor.diagonal[group], into: &matrix, ranges: &ranges)
                }
                let current = frame.column(position)
                let pivot = Float(factor.diagonal[position])
                let top = fitter.top
                for row in 0..<rows {
                    let weight = current[row]
                    let range = ranges[row]
                    var code = range.code(weight, top: top)
                    column[row] = range.value(code)
                    let error = (weight - column[row]) / pivot
                    if error * error > threshold {
                        code = range.code(0, top: top)
                        column[row] = weight
                        outliers[row].append(UInt16(position))
                        values[row].append(metadata == .float16 ? SpQRRange.half(weight) : weight)
                    }
                    matrix.codes[row * columns + position] = UInt8(code)
                }
                frame.settle(position, column, in: block, feedsBlock: true)
            }
            frame.feed(beyond: block)
        }
        matrix.outlierPositions = outliers.flatMap { $0 }
        matrix.outlierValues = values.flatMap { $0 }
        for row in 0..<rows {
            matrix.outlierOffsets[row + 1] = matrix.outlierOffsets[row] + UInt32(outliers[row].count)
        }
        return (matrix, threshold)
    }

    /// The squared error over U_jj² from which on a weight is an outlier; a single row has no variance and no outliers.
    private func threshold(_ frame: borrowing ErrorFeedback, _ factor: HessianFactor) -> Float {
        let rows = frame.rows
        guard outlierThreshold.isFinite, rows > 1 else { return .infinity }
        var sum = 0.0
        for position in 0..<frame.columns {
            let column = frame.column(position)
            var mean = 0.0
            for row in 0..<rows { mean += Double(column[row]) }
            mean /= Double(rows)
            var squares = 0.0
            for row in 0..<rows {
                let difference = Double(column[row]) - mean
                squares += difference * difference
            }
            let pivot = factor.diagonal[position]
            sum += squares / Double(rows - 1) / (pivot * pivot)
        }
        return Float(Double(outlierThreshold) * sum / Double(frame.columns))
    }
}
