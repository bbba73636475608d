/// Fits the scales and zeros of one group in all rows, and quantises them tile by tile.
struct SpQRGroupFitter {
    let bits: Int
    let threshold: Float
    let metadata: ScaleEncoding

    /// The largest code of a weight.
    var top: Float { Float((1 << bits) - 1) }

    /// Writes a group's statistics and codes of scales and zeros, and each row's expanded range.
    func fit(
        _ frame: borrowing ErrorFeedback, _ group: Range<Int>, _ pivots: ArraySlice<Double>,
        into matrix: inout SpQRMatrix, ranges: inout [SpQRRange]
    ) {
        let (rows, count) = (frame.rows, group.count)
        let pivots = pivots.map { Float($0) }
        var scales = [Float](repeating: 0, count: rows)
        var zeros = scales
        var weights = [Float](repeating: 0, count: count)
        var isLikely = [Bool](repeating: false, count: count)
        for row in 0..<rows {
            for index in 0..<count { weights[index] = frame.column(group.lowerBound + index)[row] }
            let range = weights.withUnsafeMutableBufferPointer { fitted($0, pivots, &isLikely) }
            scales[row] = range.scale
            zeros[row] = range.zero
        }
        let number = group.lowerBound / matrix.groupSize
        let groups = matrix.groupsPerRow
        let largest = Float((1 << SpQRMatrix.statisticBits) - 1)
        for first in stride(from: 0, to: rows, by: SpQRMatrix.tileRows) {
            let size = min(SpQRMatrix.tileRows, rows - first)
            func tile(_ values: [Float]) -> SpQRRange {
                values[first..<first + size].withUnsafeBufferPointer { values in
                    guard let base = values.baseAddress else { return SpQRRange(scale: 0, zero: 0) }
                    return SpQRRange(tile: base, count: size, top: largest, metadata: metadata)
                }
            }
            let (scaleRange, zeroRange) = (tile(scales), tile(zeros))
            matrix.statistics[first / SpQRMatrix.tileRows * groups + number] = SpQRStatistics(
                scaleScale: scaleRange.scale, scaleZero: scaleRange.zero, zeroScale: zeroRange.scale,
                zeroZero: zeroRange.zero)
            for row in first..<first + size {
                let scale = scaleRange.code(scales[row], top: largest)
                let zero = zeroRange.code(zeros[row], top: largest)
                matrix.scaleCodes[row * groups + number] = UInt8(scale)
                matrix.zeroCodes[row * groups + number] = UInt8(zero)
                ranges[row] = SpQRRange(scale: scaleRange.value(scale), zero: zeroRange.value(zero))
            }
        }
    }

    /// The range of a row's group without the weights that are likely outliers, in whose place the others' mean stands.
    private func fitted(
        _ weights: UnsafeMutableBufferPointer<Float>, _ pivots: [Float], _ isLikely: inout [Bool]
    ) -> SpQRRange {
        guard threshold.isFinite else { return range(weights, without: nil) }
        let whole = squaredError(weights, pivots, without: nil)
        var sum = 0.0
        var others = 0
        for index in weights.indices {
            isLikely[index] = Float(whole) - Float(squaredError(weights, pivots, without: index)) > threshold
            guard !isLikely[index] else { continue }
            sum += Double(weights[index])
            others += 1
        }
        let mean = Float(sum / Double(max(others, 1)))
        for index in weights.indices where isLikely[index] { weights[index] = mean }
        return range(weights, without: nil)
    }

    /// The range of all weights but one.
    private func range(_ weights: UnsafeMutableBufferPointer<Float>, without excluded: Int?) -> SpQRRange {
        var (low, high) = (Float.infinity, -Float.infinity)
        for index in weights.indices where index != excluded {
            low = min(low, weights[index])
            high = max(high, weights[index])
        }
        return SpQRRange(low: low, high: high, top: top)
    }

    /// The squared errors over U_jj² of all weights but one, in the range fitted to them.
    private func squaredError(
        _ weights: UnsafeMutableBufferPointer<Float>, _ pivots: [Float], without excluded: Int?
    ) -> Double {
        let range = range(weights, without: excluded)
        let top = top
        var sum = 0.0
        for index in weights.indices where index != excluded {
            let weight = weights[index]
            let error = (range.value(range.code(weight, top: top)) - weight) / pivots[index]
            sum += Double(error * error)
        }
        return sum
    }
}
