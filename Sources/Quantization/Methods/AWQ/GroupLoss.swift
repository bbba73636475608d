/// The mean squared error of each group's part of a layer's outputs for quantised weights [rows x groups].
struct GroupLoss {
    private let weights: [Float]
    private let rows: Int
    private let columns: Int
    private let groupSize: Int
    private let scales: [Float]
    private let calibration: AWQCalibration?
    private let isExact: Bool
    /// The unquantised weights' parts of the outputs in binary16 [tokens x rows x groups], in the published arithmetic.
    private let parts: [Float]

    /// Losses against scaled `weights` [rows x columns], binary16 values, whose activations are divided by `scales`.
    init(
        _ weights: [Float], rows: Int, columns: Int, groupSize: Int, scales: [Float], _ calibration: AWQCalibration?,
        _ search: AWQSearch
    ) {
        self.weights = weights
        self.rows = rows
        self.columns = columns
        self.groupSize = groupSize
        self.scales = scales
        isExact = search.arithmetic == .exact
        guard case .samples(let samples) = calibration else {
            self.calibration = calibration
            parts = []
            return
        }
        let tokens = samples.count / columns
        let step = max(tokens / search.sampledTokens, 1)
        let sampled = stride(from: 0, to: tokens, by: step).flatMap { token in
            (0..<columns).map { column in
                let value = roundedToHalf(samples[token * columns + column])
                return search.arithmetic == .exact ? value : roundedToHalf(value / scales[column])
            }
        }
        self.calibration = .samples(sampled)
        parts = isExact ? [] : Self.parts(weights, sampled, columns: columns, groupSize: groupSize)
    }

    /// The losses of quantised weights [rows x columns]: [rows x groups].
    func values(_ quantized: [Float]) -> [Double] {
        switch calibration {
        case .samples(let samples): isExact ? exact(quantized, samples) : published(quantized, samples)
        case .secondMoment(let moment, _):
            forEachGroup { row, range in
                let errors = errors(quantized, row, range)
                return OutputLoss.quadraticForm(errors[...], moment, stride: columns, first: range.lowerBound)
            }
        case nil:
            forEachGroup { row, range in
                range.reduce(0.0) { sum, column in
                    let error = Double(quantized[row * columns + column]) - Double(weights[row * columns + column])
                    return sum + error * error
                }
            }
        }
    }

    /// Errors of a group's weights for unscaled activations.
    private func errors(_ quantized: [Float], _ row: Int, _ range: Range<Int>) -> [Double] {
        range.map { column in
            let index = row * columns + column
            return (Double(quantized[index]) - Double(weights[index])) / Double(scales[column])
        }
    }

    private func forEachGroup(_ body: (_ row: Int, _ columns: Range<Int>) -> Double) -> [Double] {
        (0..<rows).flatMap { row in
            stride(from: 0, to: columns, by: groupSize).map { body(row, $0..<min($0 + groupSize, columns)) }
        }
    }

    private func exact(_ quantized: [Float], _ samples: [Float]) -> [Double] {
        forEachGroup { row, range in
            let errors = errors(quantized, row, range)
            var sum = 0.0
            for start in stride(from: range.lowerBound, to: samples.count, by: columns) {
                var output = 0.0
                for (offset, error) in errors.enumerated() { output += error * Double(samples[start + offset]) }
                sum += output * output
            }
            return sum / Double(samples.count / columns)
        }
    }

    /// Products, differences, squares and means each rounded to binary16.
    private func published(_ quantized: [Float], _ samples: [Float]) -> [Double] {
        let found = Self.parts(quantized, samples, columns: columns, groupSize: groupSize)
        let tokens = samples.count / columns
        let count = found.count / tokens
        return (0..<count).map { index in
            var sum = 0.0
            for token in 0..<tokens {
                let difference = roundedToHalf(found[token * count + index] - parts[token * count + index])
                sum += Double(roundedToHalf(difference * difference))
            }
            return Double(roundedToHalf(Float(sum / Double(tokens))))
        }
    }

    /// Groups' parts of the outputs [tokens x rows x groups]: products in binary16, their sum rounded to it.
    private static func parts(_ weights: [Float], _ samples: [Float], columns: Int, groupSize: Int) -> [Float] {
        var parts: [Float] = []
        weights.withUnsafeBufferPointer { weights in
            samples.withUnsafeBufferPointer { samples in
                for token in stride(from: 0, to: samples.count, by: columns) {
                    for row in stride(from: 0, to: weights.count, by: columns) {
                        for start in stride(from: 0, to: columns, by: groupSize) {
                            var sum: Float = 0
                            for column in start..<min(start + groupSize, columns) {
                                sum += roundedToHalf(weights[row + column] * samples[token + column])
                            }
                            parts.append(roundedToHalf(sum))
                        }
                    }
                }
            }
        }
        return parts
    }
}
