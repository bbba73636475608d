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
        metric.withUnsafeBufferPointer { metric in
            guard let metric = metric.baseAddress else { return }
            var scratch = Scratch(columns: columns)
            let order = Self.columnsByScore(metric, rows: rows, columns: columns)
            var least = Double.infinity
            var isSalient = [Bool](repeating: false, count: columns)
            for count in 1..<max(min(limit, columns), 1) {
                isSalient[order[count - 1]] = true
                var error = 0.0
                for row in 0..<rows {
                    error += scratch.secondOrderError(metric + row * columns, isSalient)
                }
                if error < least {
                    least = error
                    salient = Array(order[..<count])
                }
            }
            for column in 0..<columns { isSalient[column] = false }
            for column in salient { isSalient[column] = true }
            border = Self.border(metric, rows: rows, columns: columns, isSalient, &scratch)
        }
    }

    /// Columns by descending sums of magnitudes, of equal ones the first.
    private static func columnsByScore(_ metric: UnsafePointer<Float>, rows: Int, columns: Int) -> [Int] {
        var scores = [Double](repeating: 0, count: columns)
        for row in 0..<rows {
            for column in 0..<columns { scores[column] += Double(metric[row * columns + column].magnitude) }
        }
        let single = scores.map { Float($0) }
        return (0..<columns).sorted { single[$0] != single[$1] ? single[$0] > single[$1] : $0 < $1 }
    }

    /// The border with the smallest error among 81 quantiles, of equal errors the first.
    private static func border(
        _ metric: UnsafePointer<Float>, rows: Int, columns: Int, _ isSalient: [Bool], _ scratch: inout Scratch
    ) -> Float {
        var magnitudes = [Float](repeating: 0, count: rows * columns)
        for index in magnitudes.indices where !isSalient[index % columns] {
            magnitudes[index] = metric[index].magnitude
        }
        magnitudes.sort()
        var best = (border: Float.infinity, error: Double.infinity)
        for border in quantiles(ofSorted: magnitudes) {
            var error = 0.0
            for row in 0..<rows { error += scratch.splitError(metric + row * columns, isSalient, border) }
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

    /// Room for two groups of a row.
    private struct Scratch {
        private var first: [Float]
        private var second: [Float]

        init(columns: Int) {
            first = [Float](repeating: 0, count: columns)
            second = first
        }

        /// The squared error of two orders for the salient weights of a row and two for the rest.
        mutating func secondOrderError(_ row: UnsafePointer<Float>, _ isSalient: [Bool]) -> Double {
            let counts = divide(row, count: isSalient.count) { !isSalient[$0] }
            return first.withUnsafeMutableBufferPointer { Self.twoOrders($0, counts.0) }
                + second.withUnsafeMutableBufferPointer { Self.twoOrders($0, counts.1) }
        }

        /// The squared error of one order for either group outside salient columns.
        mutating func splitError(_ row: UnsafePointer<Float>, _ isSalient: [Bool], _ border: Float) -> Double {
            var counts = (0, 0)
            for column in isSalient.indices where !isSalient[column] {
                if row[column].magnitude < border {
                    first[counts.0] = row[column]
                    counts.0 += 1
                } else {
                    second[counts.1] = row[column]
                    counts.1 += 1
                }
            }
            return first.withUnsafeMutableBufferPointer { Self.oneOrder($0, counts.0) }
                + second.withUnsafeMutableBufferPointer { Self.oneOrder($0, counts.1) }
        }

        private mutating func divide(
            _ row: UnsafePointer<Float>, count: Int, isSecond: (Int) -> Bool
        ) -> (Int, Int) {
            var counts = (0, 0)
            for column in 0..<count {
                if isSecond(column) {
                    second[counts.1] = row[column]
                    counts.1 += 1
                } else {
                    first[counts.0] = row[column]
                    counts.0 += 1
                }
            }
            return counts
        }

        private static func oneOrder(_ weights: UnsafeMutableBufferPointer<Float>, _ count: Int) -> Double {
            guard let weights = weights.baseAddress else { return 0 }
            let order = BinaryOrder(weights, count: count)
            var error = 0.0
            for index in 0..<count {
                let difference = Double(weights[index] - order.value(weights[index]))
                error += difference * difference
            }
            return error
        }

        private static func twoOrders(_ weights: UnsafeMutableBufferPointer<Float>, _ count: Int) -> Double {
            guard let base = weights.baseAddress else { return 0 }
            let order = BinaryOrder(base, count: count)
            for index in 0..<count { base[index] -= order.value(base[index]) }
            return oneOrder(weights, count)
        }
    }
}
