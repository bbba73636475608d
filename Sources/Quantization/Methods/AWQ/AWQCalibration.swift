/// What is known of the inputs of a layer when AWQ searches.
public enum AWQCalibration: Sendable, Hashable {
    /// Tokens of the calibration set [tokens x columns]: the losses are those of the layer's outputs, as published.
    case samples([Float])
    /// The mean of x xᵀ over tokens [columns x columns], symmetric, and the mean of |x| of each channel [columns].
    ///
    /// A layer's mean squared output error is exactly tr(ΔW M ΔWᵀ) / outputs, and a group's that of its block of M.
    case secondMoment([Double], meanMagnitudes: [Float])

    /// The second moment and mean magnitudes of samples [tokens x columns], summed in binary64.
    ///
    /// - Precondition: there is at least one token.
    public static func secondMoment(of samples: [Float], columns: Int) -> AWQCalibration {
        precondition(columns > 0 && !samples.isEmpty && samples.count % columns == 0, "whole tokens")
        let tokens = samples.count / columns
        var moment = [Double](repeating: 0, count: columns * columns)
        for start in stride(from: 0, to: samples.count, by: columns) {
            for row in 0..<columns {
                let factor = Double(samples[start + row])
                for column in 0..<columns { moment[row * columns + column] += factor * Double(samples[start + column]) }
            }
        }
        for index in moment.indices { moment[index] /= Double(tokens) }
        return .secondMoment(moment, meanMagnitudes: meanMagnitudes(samples, columns: columns))
    }

    /// The mean of |x| of each channel [columns].
    static func meanMagnitudes(_ samples: [Float], columns: Int) -> [Float] {
        var sums = [Double](repeating: 0, count: columns)
        for start in stride(from: 0, to: samples.count, by: columns) {
            for column in 0..<columns { sums[column] += Double(samples[start + column].magnitude) }
        }
        return sums.map { Float($0 / Double(samples.count / columns)) }
    }

    /// Whether the arrays fit `columns` channels.
    func fits(columns: Int) -> Bool {
        switch self {
        case .samples(let samples): !samples.isEmpty && samples.count % columns == 0
        case .secondMoment(let moment, let means): moment.count == columns * columns && means.count == columns
        }
    }
}
