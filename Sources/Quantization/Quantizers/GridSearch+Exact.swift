extension GridSearch {
    /// The search for one group in binary64, its scales neither clamped nor rounded before use.
    ///
    /// - Parameter rowScales: with second-level scales the row's scale of each family; errors are then measured with the
    ///   8-bit group scale.
    func exactChoice(_ weights: UnsafeBufferPointer<Float>, rowScales: [Double]?) -> (format: Int, values: [Int]) {
        let maximum = Double(weights.lazy.map(\.magnitude).max() ?? 0)
        guard maximum > 0 else { return (0, [Int](repeating: 0, count: weights.count)) }
        var best = (format: 0, values: [Int]())
        var bestError = Double.infinity
        for (index, format) in formats.enumerated() {
            let family = familyOfFormat[index]
            let scale = maximum / Double(families[family])
            var factor = scale
            if let rowScales {
                factor = rowScales[family] * Double(Self.exactScaleCode(scale, rowScale: rowScales[family]))
            }
            let midpoints = format.midpoints.map(Double.init)
            let limit = Double(format.maximumMagnitude)
            var error = 0.0
            let values = weights.map { weight in
                let ratio = Double(weight) / scale
                let value =
                    tiesToEven
                    ? Int(max(-limit, min(limit, ratio.rounded(.toNearestOrEven))))
                    : format.grid[midpoints.count { ratio > $0 }]
                let difference = Double(value) * factor - Double(weight)
                error += difference * difference
                return value
            }
            if error < bestError {
                bestError = error
                best = (index, values)
            }
        }
        return best
    }

    /// A group's 8-bit scale: round(scale / rowScale), 0 where both are 0.
    static func exactScaleCode(_ scale: Double, rowScale: Double) -> Int {
        let ratio = (scale / rowScale).rounded(.toNearestOrEven)
        return ratio.isNaN ? 0 : Int(min(max(ratio, 0), 255))
    }
}
