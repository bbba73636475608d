/// A sorted grid as ANT and OliVe search it: the nearest value, of equal distances the later entry of their list.
///
/// Their lists hold the normal values in ascending order, then OliVe's outliers in ascending order; so a tie goes up,
/// but between a negative outlier and the smallest normal value it goes to the outlier.
struct SteppedGrid {
    /// Grid values in integer units, ascending [n].
    let values: [Float]
    /// Integer units times this are the published grid's values.
    let unit: Float
    /// The largest normal value in the published units.
    let maximum: Float
    /// The largest normal magnitude in integer units; beyond it are outliers.
    let normalLimit: Float
    /// How many values are outliers below the normal ones, and as many above.
    let negativeOutliers: Int
    /// Values of the largest grid: OliVe's normal values and outliers.
    static let largestCount = 32
    /// The values in the order of the published scan.
    private let scanOrder: [Float]
    /// Ratios at or above the boundary belong to the upper neighbour; infinity fills up to a multiple of four.
    private let boundaries: [Float]
    /// Steps from each value to the next, as many as boundaries.
    private let steps: [Float]

    /// - Parameters:
    ///   - normal: normal values, ascending.
    ///   - outliers: outlier values, ascending; empty for ANT.
    init(normal: [Int], outliers: [Int], unit: Float) {
        let all = (normal + outliers).sorted()
        values = all.map(Float.init)
        self.unit = unit
        let scaled = values.map { $0 * unit }
        maximum = Float(normal.max() ?? 0) * unit
        normalLimit = Float(normal.map(abs).max() ?? 0)
        let limit = normalLimit
        negativeOutliers = values.count { $0 < -limit }
        precondition(values.count <= Self.largestCount, "a grid of at most \(Self.largestCount) values")
        scanOrder = values.filter { $0.magnitude <= limit } + values.filter { $0.magnitude > limit }
        let outlierSet = Set(outliers)
        let unused = (4 - (scaled.count - 1) % 4) % 4
        boundaries =
            scaled.indices.dropLast().map { index in
                let midpoint = (Double(scaled[index]) + Double(scaled[index + 1])) / 2
                let tieGoesDown = outlierSet.contains(all[index]) && !outlierSet.contains(all[index + 1])
                let rounded = Float(midpoint)
                if Double(rounded) < midpoint || (Double(rounded) == midpoint && tieGoesDown) { return rounded.nextUp }
                return rounded
            } + [Float](repeating: .infinity, count: unused)
        steps = zip(values, values.dropFirst()).map { $1 - $0 } + [Float](repeating: 0, count: unused)
    }

    /// The boundary between a value and the next: ratios at or above it belong to the next.
    @inline(__always)
    func boundary(_ index: Int) -> Float { boundaries[index] }

    /// The boundary between the largest normal value and the outliers above it, infinity where there are none.
    var outlierBoundary: Float {
        negativeOutliers == 0 ? .infinity : boundaries[values.count - 1 - negativeOutliers]
    }

    /// The published kernel's search starts from this distance and leaves zero where nothing is nearer.
    static let farthest: Float = 102_400

    /// The nearest values of `count` ratios, in integer units.
    ///
    /// Values grow by a step at every boundary that the ratio reaches: no branches, four boundaries per pass.
    func nearest(_ ratios: UnsafePointer<Float>, count: Int, into nearest: UnsafeMutablePointer<Float>) {
        nearest.update(repeating: values[0], count: count)
        for first in stride(from: 0, to: boundaries.count, by: 4) {
            let (b0, b1) = (boundaries[first], boundaries[first + 1])
            let (b2, b3) = (boundaries[first + 2], boundaries[first + 3])
            let (s0, s1, s2, s3) = (steps[first], steps[first + 1], steps[first + 2], steps[first + 3])
            for index in 0..<count {
                let ratio = ratios[index]
                var value = nearest[index]
                value += ratio >= b0 ? s0 : 0
                value += ratio >= b1 ? s1 : 0
                value += ratio >= b2 ? s2 : 0
                value += ratio >= b3 ? s3 : 0
                nearest[index] = value
            }
        }
        for index in 0..<count {
            let distance = (nearest[index] * unit - ratios[index]).magnitude
            nearest[index] = distance > Self.farthest ? 0 : nearest[index]
        }
    }

    /// The nearest value by the published scan over the grid in binary64, in integer units.
    func nearestByScan(_ ratio: Double) -> Int {
        var best = 0
        var distance = Double(Self.farthest)
        for value in scanOrder {
            let candidate = abs(ratio - Double(value) * Double(unit))
            if candidate <= distance {
                distance = candidate
                best = Int(value)
            }
        }
        return best
    }
}
