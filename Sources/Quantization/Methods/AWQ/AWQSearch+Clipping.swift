extension AWQSearch {
    /// Searches the clipping of each group of scaled weights: the largest magnitude it keeps [rows x groups].
    ///
    /// - Parameters:
    ///   - weights: the scaled weights [rows x columns].
    ///   - scales: the scales that are in them [columns]; the activations are divided by them.
    ///   - calibration: what is known of the inputs, unscaled; without, the error of the weights themselves decides.
    /// - Throws: `QuantizationError`, also the quantiser's.
    /// - Precondition: weights, scales and calibration fit the shape, and the quantiser keeps it.
    public func clipping(
        _ weights: [Float], rows: Int, columns: Int, scales: [Float], calibration: AWQCalibration?,
        quantize: MatrixQuantizer
    ) throws(QuantizationError) -> [Float] {
        try requireWeights(weights, rows: rows, columns: columns)
        precondition(scales.count == columns && calibration?.fits(columns: columns) ?? true, "scales of these channels")
        let halves = try halfWeights(weights)
        let groups = (columns + groupSize - 1) / groupSize
        var maxima = [Float](repeating: 0, count: rows * groups)
        for row in 0..<rows {
            for column in 0..<columns {
                let index = row * groups + column / groupSize
                maxima[index] = max(maxima[index], halves[row * columns + column].magnitude)
            }
        }
        let loss = GroupLoss(
            halves, rows: rows, columns: columns, groupSize: groupSize, scales: scales, calibration, self)
        var best = maxima
        var bestLosses = [Double](repeating: .infinity, count: maxima.count)
        for step in 0..<shrinkCount {
            let limits = maxima.map { roundedToHalf($0 * Float(1 - Double(step) / 20)) }
            let clipped = Self.clipped(halves, columns: columns, groupSize: groupSize, maxima: limits)
            let quantized = try quantize(clipped, rows, columns)
            precondition(quantized.count == weights.count, "a quantiser that keeps the shape")
            let losses = loss.values(quantized)
            for index in losses.indices where losses[index] < bestLosses[index] {
                bestLosses[index] = losses[index]
                best[index] = limits[index]
            }
        }
        return best
    }

    /// Weights limited to the largest magnitudes of their groups.
    public static func clipped(_ weights: [Float], columns: Int, groupSize: Int, maxima: [Float]) -> [Float] {
        let groups = (columns + groupSize - 1) / groupSize
        var clipped = weights
        for start in stride(from: 0, to: weights.count, by: columns) {
            for column in 0..<columns {
                let limit = maxima[start / columns * groups + column / groupSize]
                clipped[start + column] = min(max(weights[start + column], -limit), limit)
            }
        }
        return clipped
    }
}
