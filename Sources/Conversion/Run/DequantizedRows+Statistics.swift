import Checkpoints
import Documents

extension DequantizedRows {
    /// Compares dequantised rows with the weights, and writes them where there is a writer.
    ///
    /// - Parameters:
    ///   - weights: of the rows of `problems`.
    ///   - row: dequantises a row, counted from the first of these.
    /// - Throws: ``InputError``: data for a weight that no number of the output stands for; output.
    static func compare(
        _ weights: UnsafeBufferPointer<Float>, _ problems: WeightProblems, into statistics: inout MatrixStatistics,
        writer: SafetensorsWriter?, row: (Int, UnsafeMutableBufferPointer<Float>) -> Void
    ) throws {
        let columns = problems.tensor.columns
        let type = problems.plan.dequantizedType(of: problems.tensor)
        try withUnsafeTemporaryAllocation(of: Float.self, capacity: columns) { values in
            var output = DequantizedRows(type: type, capacity: writer == nil ? 0 : weights.count)
            for index in 0..<problems.rows.count {
                row(index, values)
                let original = UnsafeBufferPointer(rebasing: weights[index * columns..<(index + 1) * columns])
                let sums = Self.sums(values, original)
                guard sums.error.isFinite else {
                    let column = values.firstIndex { !$0.isFinite } ?? 0
                    throw problems.weight("the dequantised weight is no finite number", row: index, column)
                }
                statistics.squaredError += sums.error
                statistics.squaredWeights += sums.weights
                if writer != nil, let column = output.append(UnsafeBufferPointer(values)) {
                    throw problems.weight(
                        "the dequantised weight \(values[column]) exceeds the largest F16 value", row: index, column)
                }
            }
            if let writer, let target = writer.layout[problems.tensor.name] {
                try output.withBytes {
                    try writer.write($0, to: target, at: problems.rows.lowerBound * columns * type.bits / 8)
                }
            }
        }
    }

    /// Sums over a row, in the order of columns.
    private static func sums(
        _ row: UnsafeMutableBufferPointer<Float>, _ original: UnsafeBufferPointer<Float>
    ) -> (error: Double, weights: Double) {
        var error = 0.0
        var weights = 0.0
        for column in 0..<original.count {
            let weight = Double(original[column])
            let difference = Double(row[column]) - weight
            error += difference * difference
            weights += weight * weight
        }
        return (error, weights)
    }
}
