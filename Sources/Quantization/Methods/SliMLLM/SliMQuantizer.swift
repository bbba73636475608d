/// SliM-LLM's quantiser (Huang et al., 2024, arXiv:2405.14917; `slim_gptq.py` of its code).
///
/// Blocks get their widths by salience; then columns are quantised one after the other with error feedback, each row's
/// range in a block being searched when the block begins. Without calibration the salience is Σ w², the number of pairs the
/// usual one and nothing is fed back; that is our fallback.
public struct SliMQuantizer: Sendable, Hashable {
    /// The mean width b: 2 or 3 in the paper.
    public let bits: Int
    /// Inputs of a block.
    public let blockSize: Int
    /// Pairs of a narrower and a wider block; nil to search with samples, and for `SliMBlocks.pairs` without.
    public let pairs: Int?
    /// The damping of H over the mean of its diagonal.
    public let damping: Double
    /// The exponent of the errors by which ranges are searched.
    public let norm: Double
    /// The weight of the errors of salient weights: those whose w² / U_jj² is not less than the smallest that is more than
    /// two standard deviations from the block's mean. The published code fails where there are none.
    public let salienceWeight: Double
    /// How scales and means are stored: `.float16`, rounded before the codes are chosen, or `.float32`.
    public let metadata: ScaleEncoding

    /// A quantiser with the defaults of the published code.
    ///
    /// - Precondition: 2 ≤ `bits` ≤ 7, positive sizes, a norm of at most 6, `metadata` is `.float16` or `.float32`.
    public init(
        bits: Int = 2, blockSize: Int = 128, pairs: Int? = nil, damping: Double = 0.01, norm: Double = 2.4,
        salienceWeight: Double = 1, metadata: ScaleEncoding = .float16
    ) {
        precondition((2...7).contains(bits) && blockSize > 0, "2 to 7 bits in blocks of columns")
        precondition(pairs ?? 0 >= 0 && damping >= 0, "pairs and damping that are not negative")
        precondition(norm > 0 && norm <= 6 && salienceWeight >= 0, "a norm up to 6, a weight that is not negative")
        precondition(metadata == .float16 || metadata == .float32, "scales in binary16 or binary32")
        self.bits = bits
        self.blockSize = blockSize
        self.pairs = pairs
        self.damping = damping
        self.norm = norm
        self.salienceWeight = salienceWeight
        self.metadata = metadata
    }

    /// What the quantiser needs of the inputs, for all matrices that have them.
    ///
    /// - Parameter samples: [samples x columns], for the search of the number of pairs; none for the usual number.
    /// - Throws: `CalibrationError`.
    /// - Precondition: whole samples.
    public func calibration(
        _ moment: SecondMoment, samples: [Float] = []
    ) throws(CalibrationError) -> SliMCalibration {
        try SliMCalibration(moment, samples: samples, damping: damping)
    }

    /// The widths of a matrix's blocks.
    ///
    /// - Precondition: weights and calibration fit the shape.
    public func widths(_ weights: [Float], rows: Int, columns: Int, calibration: SliMCalibration? = nil) -> [Int] {
        let allocation = SliMAllocation(bits: bits, blockSize: blockSize)
        var count = pairs ?? SliMBlocks.pairs(columns: columns, blockSize: blockSize)
        if pairs == nil, let calibration, !calibration.samples.isEmpty {
            let order = allocation.order(
                allocation.salience(
                    weights, rows: rows, columns: columns, diagonal: calibration.allocationDiagonal))
            count =
                allocation.pairs(
                    weights, rows: rows, columns: columns, order: order, samples: calibration.samples
                ).best
        }
        var live = weights
        if let factor = calibration?.factor, factor.isDead.contains(true) {
            for index in live.indices where factor.isDead[index % columns] { live[index] = 0 }
        }
        let diagonal = calibration?.factor.diagonal ?? [Double](repeating: 1, count: columns)
        let order = allocation.order(
            allocation.salience(live, rows: rows, columns: columns, diagonal: diagonal))
        return allocation.widths(order, pairs: min(count, order.count / 2), columns: columns)
    }

    /// Quantises a matrix [rows x columns].
    ///
    /// - Parameter calibration: of `calibration(_:samples:)`.
    /// - Throws: `QuantizationError`; `scaleOverflow` if a scale or a mean exceeds binary16.
    /// - Precondition: weights and calibration fit the shape.
    public func quantize(
        _ weights: [Float], rows: Int, columns: Int, calibration: SliMCalibration? = nil
    ) throws(QuantizationError) -> SliMMatrix {
        try requireWeights(weights, rows: rows, columns: columns)
        let factor = calibration?.factor ?? HessianFactor(identity: columns, damping: .relative(damping))
        let widths = widths(weights, rows: rows, columns: columns, calibration: calibration)
        var matrix = SliMMatrix(
            rows: rows, columns: columns, bits: bits, blockSize: blockSize, widths: widths, metadata: metadata)
        let frame = ErrorFeedback(weights, rows: rows, columns: columns, factor: factor, blockSize: blockSize)
        var column = [Float](repeating: 0, count: rows)
        for (number, block) in frame.blocks.enumerated() {
            let width = widths[number]
            let ranges = try ranges(frame, block, width: width, factor.diagonal[block])
            for (row, range) in ranges.enumerated() {
                matrix.scales[row * widths.count + number] = range.scale
                matrix.zeros[row * widths.count + number] = range.zero
            }
            for position in block {
                let current = frame.column(position)
                for row in 0..<rows {
                    let code = ranges[row].code(current[row], width: width)
                    matrix.codes[row * columns + position] = UInt8(code)
                    column[row] = ranges[row].value(code, width: width)
                }
                frame.settle(position, column, in: block, feedsBlock: true)
            }
            frame.feed(beyond: block)
        }
        return matrix
    }

    /// The range of each row in a block, as it is stored.
    private func ranges(
        _ frame: borrowing ErrorFeedback, _ block: Range<Int>, width: Int, _ diagonal: ArraySlice<Double>
    ) throws(QuantizationError) -> [SliMRowRange] {
        let count = block.count
        var weights = [Float](repeating: 0, count: frame.rows * count)
        for position in block {
            let column = frame.column(position)
            for row in 0..<frame.rows { weights[row * count + position - block.lowerBound] = column[row] }
        }
        let weighting =
            salienceWeight == 1 || width == 1 ? [] : Self.weighting(weights, diagonal, salienceWeight)
        var search = SliMRangeSearch(norm: norm, columns: count)
        var ranges: [SliMRowRange] = []
        ranges.reserveCapacity(frame.rows)
        for row in 0..<frame.rows {
            let line = row * count..<(row + 1) * count
            var range = weights.withUnsafeBufferPointer { weights in
                let weights = UnsafeBufferPointer(rebasing: weights[line])
                if width == 1 { return SliMRowRange(binary: weights) }
                return weighting.withUnsafeBufferPointer { weighting in
                    search.best(
                        weights, width: width,
                        weighting: weighting.isEmpty ? weighting : UnsafeBufferPointer(rebasing: weighting[line])
                    ).range
                }
            }
            if metadata == .float16 {
                guard range.scale < 65_520, width > 1 || range.zero.magnitude < 65_520 else {
                    throw .scaleOverflow(row: row, encoding: metadata)
                }
                range.scale = roundedToHalf(range.scale)
                if width == 1 { range.zero = roundedToHalf(range.zero) }
            }
            ranges.append(range)
        }
        return ranges
    }

    /// What each error of a block counts: `weight` for salient weights, 1 for others.
    private static func weighting(_ weights: [Float], _ diagonal: ArraySlice<Double>, _ weight: Double) -> [Double] {
        let pivots = Array(diagonal)
        let sensitivity = weights.indices.map { index -> Double in
            let ratio = Double(weights[index]) / pivots[index % pivots.count]
            return ratio * ratio
        }
        let mean = sensitivity.reduce(0, +) / Double(sensitivity.count)
        let squares = sensitivity.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let variance = squares / Double(max(sensitivity.count - 1, 1))
        var border = Double.infinity
        for value in sensitivity where (value - mean) * (value - mean) > 4 * variance { border = min(border, value) }
        return sensitivity.map { $0 >= border ? weight : 1 }
    }
}
