/// A row of weights in ascending order with running sums, from which the squared error of a clipped scale follows without
/// a look at every weight.
///
/// With S1 and S2 the sums of the weights w and of w² between two boundaries, which all go to the value v,
///
///     Σ (v − w)² = S2 − 2 v S1 + v² n
///
/// Victims of OliVe's outliers, few, are corrected one by one. Sums are binary64.
struct SortedRow: ~Copyable {
    private(set) var count = 0
    /// The sum of all squares.
    private(set) var squares = 0.0
    private let capacity: Int
    /// Weights in ascending order [capacity].
    private let weights: UnsafeMutablePointer<Float>
    /// Columns of the sorted weights [capacity].
    private let columns: UnsafeMutablePointer<UInt32>
    /// Running sums of weights and squares [capacity + 1].
    private let sums: UnsafeMutablePointer<SIMD2<Double>>
    /// Sortable bits of weights, and below them their columns [2 x capacity].
    private let keys: UnsafeMutablePointer<UInt64>
    /// Places of the boundaries [boundaries].
    private let places: UnsafeMutablePointer<Int>

    /// An estimate of a scale's squared error, summed over the row.
    struct Estimate {
        var error: Double
        /// Whether a weight is so close to the boundary of the outliers that rounding decides about its neighbour.
        var isUncertain: Bool
    }

    /// Weights closer to the boundary of the outliers than this part of it are not trusted: some roundings of binary32.
    private static let margin = 1e-6

    init(capacity: Int) {
        precondition(UInt32(exactly: capacity) != nil, "columns are counted in 32 bits")
        self.capacity = capacity
        weights = .allocate(capacity: capacity)
        columns = .allocate(capacity: capacity)
        sums = .allocate(capacity: capacity + 1)
        keys = .allocate(capacity: 2 * capacity)
        places = .allocate(capacity: SteppedGrid.largestCount)
        weights.initialize(repeating: 0, count: capacity)
        columns.initialize(repeating: 0, count: capacity)
        sums.initialize(repeating: SIMD2(repeating: 0), count: capacity + 1)
        keys.initialize(repeating: 0, count: 2 * capacity)
        places.initialize(repeating: 0, count: SteppedGrid.largestCount)
    }

    deinit {
        weights.deallocate()
        columns.deallocate()
        sums.deallocate()
        keys.deallocate()
        places.deallocate()
    }

    /// Sorts a row of at most `capacity` finite weights.
    mutating func load(_ row: UnsafeBufferPointer<Float>) {
        count = row.count
        for column in 0..<count {
            let bits = row[column].bitPattern
            let key = bits >> 31 == 1 ? ~bits : bits | 0x8000_0000
            keys[column] = UInt64(key) << 32 | UInt64(truncatingIfNeeded: column)
        }
        let sorted = sortKeys()
        var sum = SIMD2<Double>(repeating: 0)
        for place in 0..<count {
            let column = UInt32(truncatingIfNeeded: sorted[place])
            let weight = row[Int(column)]
            columns[place] = column
            weights[place] = weight
            sum += SIMD2(Double(weight), Double(weight) * Double(weight))
            sums[place + 1] = sum
        }
        squares = sum.y
    }

    /// Radix sort by the upper 32 bits in three passes.
    private func sortKeys() -> UnsafeMutablePointer<UInt64> {
        var from = keys
        var to = keys + capacity
        withUnsafeTemporaryAllocation(of: Int.self, capacity: 2048) { starts in
            for shift in [UInt64(32), 43, 54] {
                starts.update(repeating: 0)
                for index in 0..<count { starts[Int(truncatingIfNeeded: from[index] >> shift & 2047)] &+= 1 }
                var total = 0
                for digit in 0..<2048 {
                    let size = starts[digit]
                    starts[digit] = total
                    total &+= size
                }
                for index in 0..<count {
                    let digit = Int(truncatingIfNeeded: from[index] >> shift & 2047)
                    to[starts[digit]] = from[index]
                    starts[digit] &+= 1
                }
                swap(&from, &to)
            }
        }
        return from
    }

    /// The largest magnitude.
    var largest: Float { count == 0 ? 0 : max(weights[0].magnitude, weights[count - 1].magnitude) }

    /// The squared error with a grid at `scale`.
    ///
    /// - Parameter row: the weights that were loaded, where neighbours form pairs; else nil.
    func estimate(_ grid: SteppedGrid, scale: Double, pairsOf row: UnsafeBufferPointer<Float>?) -> Estimate {
        let unit = Double(grid.unit) * scale
        let last = grid.values.count - 1
        var error = 0.0
        var start = 0
        for index in 0...last {
            let end = index < last ? place(of: Double(grid.boundary(index)) * scale) : count
            if index < last { places[index] = end }
            if end > start {
                let sum = sums[end] - sums[start]
                let value = Double(grid.values[index]) * unit
                error += sum.y - 2 * value * sum.x + value * value * Double(end - start)
            }
            start = max(start, end)
        }
        guard let row, grid.negativeOutliers > 0 else { return Estimate(error: error, isUncertain: false) }
        let (lower, upper) = (grid.negativeOutliers - 1, last - grid.negativeOutliers)
        let low = Double(grid.boundary(lower)) * scale
        let high = Double(grid.boundary(upper)) * scale
        for place in 0..<places[lower] {
            error += victimError(of: place, row, grid, scale, low: low, high: high)
        }
        for place in places[upper]..<count {
            error += victimError(of: place, row, grid, scale, low: low, high: high)
        }
        return Estimate(error: error, isUncertain: isNear(low, places[lower]) || isNear(high, places[upper]))
    }

    /// What the outlier at a place adds to the error by turning its neighbour to zero.
    private func victimError(
        of place: Int, _ row: UnsafeBufferPointer<Float>, _ grid: SteppedGrid, _ scale: Double, low: Double,
        high: Double
    ) -> Double {
        let column = Int(columns[place])
        guard column ^ 1 < count else { return 0 }
        let weight = Double(row[column ^ 1])
        // Of two outliers the left one survives, which counts the right one.
        if column & 1 == 1, weight < low || weight >= high { return 0 }
        var index = 0
        while index < grid.values.count - 1, weight >= Double(grid.boundary(index)) * scale { index += 1 }
        let difference = Double(grid.values[index]) * Double(grid.unit) * scale - weight
        return weight * weight - difference * difference
    }

    private func isNear(_ boundary: Double, _ place: Int) -> Bool {
        let distance = boundary.magnitude * Self.margin
        return place < count && abs(Double(weights[place]) - boundary) <= distance
            || place > 0 && abs(Double(weights[place - 1]) - boundary) <= distance
    }

    /// The number of weights below `boundary`.
    private func place(of boundary: Double) -> Int {
        var low = 0
        var length = count
        while length > 0 {
            let half = length >> 1
            let isBelow = Double(weights[low &+ half]) < boundary
            low = isBelow ? low &+ half &+ 1 : low
            length = isBelow ? length &- half &- 1 : half
        }
        return low
    }
}
