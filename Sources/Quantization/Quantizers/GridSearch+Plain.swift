extension GridSearch {
    /// What the search chose for a group.
    struct Choice {
        /// The index of the grid.
        var format: Int
        /// The group's scale.
        var scale: Float
        /// The mean squared error of each candidate; infinite where it was not tried.
        var errors: [Float]
        /// The grid value of each weight.
        var values: [Int]
    }

    /// How a group's scale becomes the factor of its grid values.
    enum ScaleRule {
        /// A binary16 scale, clamped to the published limits.
        case clamped
        /// A binary16 scale as it comes; a group of zeros has scale 0 and codes of zero.
        case unclamped
        /// Second-level quantisation: the row's scale of each family.
        case secondLevel([Float])
    }

    /// The published search for one group, operation by operation in binary16.
    ///
    /// The defining form: the fast form must give the same, and large weights, whose errors overflow binary16, come
    /// here. `weights` must be binary16 values. If no candidate's error is below `startError` the published code leaves
    /// the group at zero; the choice is then the first grid, with values of zero.
    ///
    /// - Parameter nearestBySquare: choose grid values by the smallest binary16 squared distance, the first of equals, as
    ///   the AWQ integration does, instead of by midpoints.
    func plainChoice(_ weights: [Float], _ rule: ScaleRule, nearestBySquare: Bool = false) -> Choice {
        let maximum = Float16(weights.lazy.map(\.magnitude).max() ?? 0)
        let scales = families.map { family -> Float16 in
            let scale = maximum / Float16(family)
            guard case .clamped = rule else { return scale }
            return min(max(scale, Float16(Self.scaleLimits.lowerBound)), Float16(Self.scaleLimits.upperBound))
        }
        var best = Choice(
            format: 0, scale: Float(scales[0]), errors: [], values: [Int](repeating: 0, count: weights.count))
        var bestError = Self.startError
        for (index, format) in formats.enumerated() {
            let scale = scales[familyOfFormat[index]]
            let midpoints = format.midpoints.map { Float16($0) }
            var values: [Int] = []
            var squares = [Float](repeating: 0, count: RowBuffer.padded(weights.count))
            for (position, weight) in weights.lazy.map({ Float16($0) }).enumerated() {
                let ratio = weight / scale
                let value =
                    if nearestBySquare {
                        Self.nearestBySquare(ratio, format)
                    } else {
                        nearest(ratio, format, midpoints)
                    }
                values.append(value)
                let difference = dequantized(value, scale, rule, family: familyOfFormat[index]) - weight
                squares[position] = Float(difference * difference)
            }
            let error = Self.meanError(squares, padded: squares.count, count: weights.count)
            best.errors.append(error)
            if error < bestError || formats.count == 1 {
                bestError = error
                best.format = index
                best.scale = Float(scale)
                best.values = values
            }
        }
        return best
    }

    /// A value of the grid times its scale, in binary16.
    private func dequantized(_ value: Int, _ scale: Float16, _ rule: ScaleRule, family: Int) -> Float16 {
        guard case .secondLevel(let rowScales) = rule else { return Float16(value) * scale }
        let rowScale = Float16(rowScales[family])
        let code = Float16(Self.scaleCode(Float(scale), rowScale: Float(rowScale)))
        return Float16(value) * rowScale * code
    }

    /// The nearest grid value by midpoints; a ratio of NaN (a weight of zero over a scale of zero) is zero.
    private func nearest(_ ratio: Float16, _ format: NumberFormat, _ midpoints: [Float16]) -> Int {
        if ratio.isNaN { return 0 }
        if tiesToEven {
            let limit = Float16(format.maximumMagnitude)
            return Int(max(-limit, min(limit, ratio.rounded(.toNearestOrEven))))
        }
        return format.grid[midpoints.count { ratio > $0 }]
    }

    private static func nearestBySquare(_ ratio: Float16, _ format: NumberFormat) -> Int {
        if ratio.isNaN { return 0 }
        var best = format.grid[0]
        var bestSquare = Float16.infinity
        for value in format.grid {
            let distance = ratio - Float16(value)
            if distance * distance < bestSquare {
                bestSquare = distance * distance
                best = value
            }
        }
        return best
    }

    /// The mean of squared errors, summed in eight lanes: one rounding to binary16 at the end, as torch's mean.
    ///
    /// Sums below 1 are exact, because binary16 values are multiples of 2^−24.
    static func meanError(_ squares: UnsafePointer<Float>, padded: Int, count: Int) -> Float {
        var lanes = SIMD8<Float>(repeating: 0)
        let vectors = UnsafeRawPointer(squares)
        for index in stride(from: 0, to: padded, by: 8) {
            lanes += vectors.loadUnaligned(fromByteOffset: 4 * index, as: SIMD8<Float>.self)
        }
        var total = 0.0
        for lane in 0..<8 { total += Double(lanes[lane]) }
        return roundedToHalf(Float(total) / Float(count))
    }

    /// A group's 8-bit scale: round(scale / rowScale) in binary16, 0 where both are 0.
    static func scaleCode(_ scale: Float, rowScale: Float) -> Int {
        let ratio = roundedToHalf(scale / rowScale).rounded(.toNearestOrEven)
        return ratio.isNaN ? 0 : Int(min(max(ratio, 0), 255))
    }
}
