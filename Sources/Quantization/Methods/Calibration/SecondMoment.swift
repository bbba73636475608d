/// The mean of x xᵀ over the inputs x of a layer, in binary64: what error feedback knows of the calibration set.
///
/// Half the Hessian of the layer's squared output error. Layers with the same input share it.
public struct SecondMoment: Sendable, Hashable {
    /// Input channels.
    public let columns: Int
    /// The moments, symmetric [columns x columns].
    public let values: [Double]

    /// Given moments [columns x columns]; of unequal mirror images the one above the diagonal counts.
    ///
    /// - Throws: `CalibrationError.nonFiniteValue`.
    /// - Precondition: `values.count == columns * columns`, and there are columns.
    public init(_ values: [Double], columns: Int) throws(CalibrationError) {
        precondition(columns > 0 && values.count == columns * columns, "a moment for every pair of columns")
        if let index = values.firstIndex(where: { !$0.isFinite }) { throw .nonFiniteValue(index: index) }
        self.columns = columns
        var symmetric = values
        Self.mirror(&symmetric, columns: columns)
        self.values = symmetric
    }

    /// Given moments in binary32 [columns x columns].
    ///
    /// - Throws: `CalibrationError.nonFiniteValue`.
    /// - Precondition: `values.count == columns * columns`, and there are columns.
    public init(_ values: [Float], columns: Int) throws(CalibrationError) {
        try self.init(values.map { Double($0) }, columns: columns)
    }

    /// Moments of inputs that do not correlate [columns].
    ///
    /// - Throws: `CalibrationError.nonFiniteValue`.
    /// - Precondition: there are columns.
    public init(diagonal: [Double]) throws(CalibrationError) {
        var values = [Double](repeating: 0, count: diagonal.count * diagonal.count)
        for (column, value) in diagonal.enumerated() { values[column * diagonal.count + column] = value }
        try self.init(values, columns: diagonal.count)
    }

    /// The moments of samples [samples x columns], summed in their order.
    ///
    /// - Throws: `CalibrationError.nonFiniteValue`.
    /// - Precondition: whole samples, one at least.
    public init(samples: [Float], columns: Int) throws(CalibrationError) {
        precondition(columns > 0 && !samples.isEmpty && samples.count % columns == 0, "whole samples")
        if let index = samples.firstIndex(where: { !$0.isFinite }) { throw .nonFiniteValue(index: index) }
        let count = samples.count / columns
        var sums = [Double](repeating: 0, count: columns * columns)
        let inputs = samples.map { Double($0) }
        sums.withUnsafeMutableBufferPointer { sums in
            inputs.withUnsafeBufferPointer { inputs in
                guard let sums = sums.baseAddress, let inputs = inputs.baseAddress else { return }
                // A few samples at a time, so that a row of sums is fetched once for them.
                let chunk = 8
                for first in Swift.stride(from: 0, to: count, by: chunk) {
                    for row in 0..<columns {
                        for sample in first..<min(first + chunk, count) {
                            let input = inputs + sample * columns
                            let (target, factor) = (sums + row * columns, input[row])
                            for column in row..<columns { target[column] += factor * input[column] }
                        }
                    }
                }
            }
        }
        for index in sums.indices { sums[index] /= Double(count) }
        Self.mirror(&sums, columns: columns)
        self.columns = columns
        values = sums
    }

    /// Copies what is above the diagonal below it.
    private static func mirror(_ values: inout [Double], columns: Int) {
        for row in 0..<columns {
            for column in 0..<row { values[row * columns + column] = values[column * columns + row] }
        }
    }
}
