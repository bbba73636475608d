/// The mean squared error of a layer's outputs for quantised weights.
struct OutputLoss {
    private let weights: [Float]
    private let rows: Int
    private let columns: Int
    private let calibration: AWQCalibration
    private let isExact: Bool
    /// Outputs of the unquantised weights in binary16 [tokens x rows], for samples in the published arithmetic.
    private let outputs: [Float]

    /// Losses against `weights` [rows x columns], binary16 values.
    init(
        _ weights: [Float], rows: Int, columns: Int, _ calibration: AWQCalibration, _ arithmetic: QuantizationArithmetic
    ) {
        self.weights = weights
        self.rows = rows
        self.columns = columns
        isExact = arithmetic == .exact
        if case .samples(let samples) = calibration {
            let halves = samples.map(roundedToHalf)
            self.calibration = .samples(halves)
            outputs =
                isExact
                ? [] : Self.outputs(weights, halves, rows: rows, columns: columns).map { roundedToHalf(Float($0)) }
        } else {
            self.calibration = calibration
            outputs = []
        }
    }

    /// The loss of quantised weights [rows x columns].
    func value(_ quantized: [Float]) -> Double {
        switch calibration {
        case .samples(let samples):
            if isExact {
                let errors = Self.outputs(differences(quantized), samples, rows: rows, columns: columns)
                return errors.reduce(0) { $0 + $1 * $1 } / Double(errors.count)
            }
            let found = Self.outputs(quantized, samples, rows: rows, columns: columns)
            var sum = 0.0
            for (index, output) in found.enumerated() {
                let difference = Double(roundedToHalf(outputs[index] - roundedToHalf(Float(output))))
                sum += difference * difference
            }
            return sum / Double(found.count)
        case .secondMoment(let moment, _):
            let errors = differences(quantized)
            var sum = 0.0
            for row in 0..<rows {
                sum += Self.quadraticForm(
                    errors[row * columns..<(row + 1) * columns], moment, stride: columns, first: 0)
            }
            return sum / Double(rows)
        }
    }

    private func differences(_ quantized: [Float]) -> [Double] {
        quantized.indices.map { Double(quantized[$0]) - Double(weights[$0]) }
    }

    /// eᵀ M e of the block of M that starts on its diagonal at `first`; only the upper triangle is read.
    static func quadraticForm(_ errors: ArraySlice<Double>, _ moment: [Double], stride: Int, first: Int) -> Double {
        let count = errors.count
        return errors.withUnsafeBufferPointer { errors in
            moment.withUnsafeBufferPointer { moment in
                var sum = 0.0
                for row in 0..<count where errors[row] != 0 {
                    let start = (first + row) * stride + first
                    sum += errors[row] * errors[row] * moment[start + row]
                    let tail = UnsafeBufferPointer(rebasing: errors[(row + 1)...])
                    let line = UnsafeBufferPointer(rebasing: moment[start + row + 1..<start + count])
                    sum += 2 * errors[row] * dot(tail, line)
                }
                return sum
            }
        }
    }

    /// Weights [rows x columns] times samples: [tokens x rows].
    private static func outputs<Weight: BinaryFloatingPoint>(
        _ weights: [Weight], _ samples: [Float], rows: Int, columns: Int
    ) -> [Double] {
        let wide = weights.map { Double($0) }
        let inputs = samples.map { Double($0) }
        var result: [Double] = []
        result.reserveCapacity(inputs.count / columns * rows)
        wide.withUnsafeBufferPointer { wide in
            inputs.withUnsafeBufferPointer { inputs in
                for token in Swift.stride(from: 0, to: inputs.count, by: columns) {
                    let input = UnsafeBufferPointer(rebasing: inputs[token..<token + columns])
                    for row in 0..<rows {
                        result.append(
                            dot(UnsafeBufferPointer(rebasing: wide[row * columns..<(row + 1) * columns]), input))
                    }
                }
            }
        }
        return result
    }

    /// A dot product in eight lanes, added in a fixed order.
    private static func dot(_ first: UnsafeBufferPointer<Double>, _ second: UnsafeBufferPointer<Double>) -> Double {
        var lanes = SIMD8<Double>(repeating: 0)
        let whole = first.count & ~7
        if let left = UnsafeRawPointer(first.baseAddress), let right = UnsafeRawPointer(second.baseAddress) {
            for index in Swift.stride(from: 0, to: whole, by: 8) {
                lanes +=
                    left.loadUnaligned(fromByteOffset: 8 * index, as: SIMD8<Double>.self)
                    * right.loadUnaligned(fromByteOffset: 8 * index, as: SIMD8<Double>.self)
            }
        }
        var sum = 0.0
        for lane in 0..<8 { sum += lanes[lane] }
        for index in whole..<first.count { sum += first[index] * second[index] }
        return sum
    }
}
