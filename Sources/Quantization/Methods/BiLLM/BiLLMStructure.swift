/// BiLLM's search of salient columns, and of the border between the low and the high group, in one block
/// (`structural_searching` of its code).
///
/// Everything is judged by a metric of the weights, and the errors that count are those of the binarised *metric*, as
/// published. Errors are summed in binary64 in the order of rows.
struct BiLLMStructure {
    /// Salient columns, by descending score.
    private(set) var salient: [Int] = []
    /// Magnitudes of the metric from which on a weight outside salient columns is in the high group.
    private(set) var border: Float = .infinity

    /// Searches a block.
    ///
    /// - Parameters:
    ///   - metric: [rows x columns of the block].
    ///   - limit: one more than the largest number of salient columns; a block that has no more columns keeps one.
    init(_ metric: [Float], rows: Int, columns: Int, limit: Int) {
        let errors = BinaryErrors(metric, rows: rows, columns: columns)
        let order = Self.columnsByScore(metric, rows: rows, columns: columns)
        var least = Double.infinity
        var isSalient = [Bool](repeating: false, count: columns)
        for count in 1..<max(min(limit, columns), 1) {
            isSalient[order[count - 1]] = true
            let error = errors.ofTwoOrders(isSalient)
            if error < least {
                least = error
                salient = Array(order[..<count])
            }
        }
        for column in 0..<columns { isSalient[column] = false }
        for column in salient { isSalient[column] = true }
        border = Self.border(metric, columns: columns, isSalient, errors)
    }

    /// Columns by descending sums of magnitudes, of equal ones the first.
    private static func columnsByScore(_ metric: [Float], rows: Int, columns: Int) -> [Int] {
        var scores = [Double](repeating: 0, count: columns)
        for row in 0..<rows {
            for column in 0..<columns { scores[column] += Double(metric[row * columns + column].magnitude) }
        }
        let single = scores.map { Float($0) }
        return (0..<columns).sorted { single[$0] != single[$1] ? single[$0] > single[$1] : $0 < $1 }
    }

    /// The border with the smallest error among 81 quantiles, of equal errors the first.
    private static func border(
        _ metric: [Float], columns: Int, _ isSalient: [Bool], _ errors: BinaryErrors
    ) -> Float {
        var magnitudes = [Float](repeating: 0, count: metric.count)
        for index in magnitudes.indices where !isSalient[index % columns] {
            magnitudes[index] = metric[index].magnitude
        }
        magnitudes.sort()
        var best = (border: Float.infinity, error: Double.infinity)
        for border in quantiles(ofSorted: magnitudes) {
            let error = errors.ofSplit(at: border, outside: isSalient)
            if error < best.error { best = (border, error) }
        }
        return best.border
    }

    /// The quantiles 0.10, 0.11, … 0.90 by linear interpolation, in the published binary32 arithmetic.
    static func quantiles(ofSorted values: [Float]) -> [Float] {
        let (first, last, count) = (Float(0.1), Float(0.9), 81)
        let step = (last - first) / Float(count - 1)
        return (0..<count).map { index in
            let quantile = index < count / 2 ? first + step * Float(index) : last - step * Float(count - index - 1)
            let place = Float(values.count - 1) * quantile
            let lower = min(Int(place), values.count - 1)
            let part = place - Float(lower)
            let (low, high) = (values[lower], values[min(lower + 1, values.count - 1)])
            return part < 0.5 ? low + (high - low) * part : high - (high - low) * (1 - part)
        }
    }
}
