/// Scale and zero of a row in a block of SliM-LLM.
struct SliMRowRange {
    /// The step, or of blocks of one bit the mean magnitude.
    var scale: Float
    /// The integer zero, or of blocks of one bit the mean.
    var zero: Float

    /// The code of a weight. A weight at the mean of a block of one bit gets the code of +1, where the published code has
    /// the sign 0, which no bit can hold.
    @inline(__always)
    func code(_ weight: Float, width: Int) -> Float {
        if width == 1 { return weight - zero < 0 ? 0 : 1 }
        guard scale > 0 else { return zero }
        let code = (weight / scale).rounded(.toNearestOrEven) + zero
        return min(max(code, 0), Float((1 << width) - 1))
    }

    /// The value of a code.
    @inline(__always)
    func value(_ code: Float, width: Int) -> Float {
        width == 1 ? (code > 0 ? scale : -scale) + zero : scale * (code - zero)
    }

    /// The mean and the mean magnitude about zero of a row: one bit.
    ///
    /// A row of equal weights gets the scale 0, and so its mean in every place, as the published code gives it by the sign 0.
    init(binary weights: UnsafeBufferPointer<Float>) {
        var (sum, magnitudes) = (0.0, 0.0)
        for weight in weights {
            sum += Double(weight)
            magnitudes += Double(weight.magnitude)
        }
        let mean = Float(sum / Double(weights.count))
        zero = mean
        scale = weights.allSatisfy { $0 == mean } ? 0 : Float(magnitudes / Double(weights.count))
    }

    /// The range from the smallest to the largest weight with zero in it, times a factor: several bits.
    @inline(__always)
    init(low: Float, high: Float, factor: Float, top: Float) {
        let (low, high) = (factor * low, factor * high)
        scale = (high - low) / top
        // A range of subnormal numbers may have no step.
        zero = scale > 0 ? (-low / scale).rounded(.toNearestOrEven) : 0
    }

    /// The smallest and the largest weight or zero; −1 and 1 for a row of zeros.
    static func limits(_ weights: UnsafeBufferPointer<Float>) -> (low: Float, high: Float) {
        var (low, high): (Float, Float) = (0, 0)
        for weight in weights {
            low = min(low, weight)
            high = max(high, weight)
        }
        return low == 0 && high == 0 ? (-1, 1) : (low, high)
    }
}

/// Searches the range of a row with the smallest error (`Quantizer.fit` of SliM-LLM's code).
struct SliMRangeSearch {
    /// The exponent of the errors.
    let norm: Double
    /// The factors on the range, in their order: 1, 1.002 … 1.1, 0.998 … 0.9, in the published binary32 arithmetic.
    static let factors: [Float] = {
        let steps = 50
        func line(to end: Float) -> [Float] {
            let step = (end - 1) / Float(steps)
            return (1...steps).map { $0 <= steps / 2 - 1 ? 1 + step * Float($0) : end - step * Float(steps - $0) }
        }
        return [1] + line(to: Float(1.1)) + line(to: Float(0.9))
    }()

    private var errors: [Double]

    /// For rows of at most so many weights.
    init(norm: Double, columns: Int) {
        self.norm = norm
        errors = [Double](repeating: 0, count: columns)
    }

    /// The range with the smallest weighted sum of |error|^norm, of equal ones the first.
    ///
    /// - Parameter weighting: of each weight's error; empty for 1.
    mutating func best(
        _ weights: UnsafeBufferPointer<Float>, width: Int, weighting: UnsafeBufferPointer<Double>
    ) -> (range: SliMRowRange, factor: Float) {
        let (low, high) = SliMRowRange.limits(weights)
        let top = Float((1 << width) - 1)
        var best = (range: SliMRowRange(low: low, high: high, factor: 1, top: top), factor: Float(1))
        var least = Double.infinity
        let norm = norm
        errors.withUnsafeMutableBufferPointer { errors in
            for factor in Self.factors {
                let range = SliMRowRange(low: low, high: high, factor: factor, top: top)
                guard range.scale > 0 else { continue }
                // Adding and subtracting 1.5 · 2^23 rounds to an integer, ties to even; ratios are below 2^(width + 1).
                let integer: Float = 0x1.8p23
                for index in weights.indices {
                    var code = ((weights[index] / range.scale + integer) - integer) + range.zero
                    code = code > top ? top : code
                    code = code < 0 ? 0 : code
                    let difference = range.scale * (code - range.zero) - weights[index]
                    errors[index] = FastPower.power(Double(difference.magnitude), norm)
                }
                var sum = 0.0
                if weighting.isEmpty {
                    for index in weights.indices { sum += errors[index] }
                } else {
                    for index in weights.indices { sum += errors[index] * weighting[index] }
                }
                if sum < least {
                    least = sum
                    best = (range, factor)
                }
            }
        }
        return best
    }
}
