/// BitMoD's OmniQuant integration: grids shifted by a whole number per group.
///
/// With high and low the group's clipped extremes and ρ = −min / (max − min) of a grid: s = (high − low) / (max − min),
/// z = round((high ρ + low (1 − ρ)) / s), ŵ = s (grid(w / s − z) + z); the grid with the smallest summed squared error
/// wins, of equal sums the first. Computed in binary32 (BitMoD code, `OmniQuant-BitMoD/quantize/quantizer.py`).
///
/// It needs an offset per group beside scale and selector, and the group-sum unit, and is therefore no `Scheme`: the
/// paper's formats have no offset. ``OmniQuantQuantizer`` makes stored matrices of it.
public struct OffsetGridSearch: Sendable {
    /// Bits per weight: 3 or 4.
    public let bits: Int
    /// Weights that share scale, offset and grid.
    public let groupSize: Int
    /// The factor on the extremes: OmniQuant's learned clipping sigmoid(θ).
    public let clipping: Float

    /// One group's result.
    public struct Group: Sendable, Hashable {
        /// The index of the grid in BitMoD's order.
        public var selector: Int
        /// The scale.
        public var scale: Float
        /// The offset z, in grid units.
        public var offset: Int
        /// Grid values before the offset is added, one per weight.
        public var values: [Int]

        /// The dequantised weights, in the published order of operations.
        public var dequantized: [Float] { values.map { Float($0 + offset) * scale } }
    }

    /// sigmoid(3), from which OmniQuant's clipping starts.
    public static let initialClipping: Float = 0.952_574_13

    /// A search with one clipping factor for all groups.
    ///
    /// - Precondition: `bits` is 3 or 4, `groupSize` positive.
    public init(bits: Int, groupSize: Int = 128, clipping: Float = initialClipping) {
        precondition((bits == 3 || bits == 4) && groupSize > 0, "BitMoD has 3 or 4 bits")
        self.bits = bits
        self.groupSize = groupSize
        self.clipping = clipping
    }

    /// Quantises a matrix row by row; groups of a row follow each other, the last may be shorter.
    ///
    /// - Throws: `QuantizationError.nonFiniteWeight`.
    /// - Precondition: `weights.count == rows * columns`.
    public func quantize(_ weights: [Float], rows: Int, columns: Int) throws(QuantizationError) -> [Group] {
        precondition(weights.count == rows * columns, "a weight for every element of the matrix")
        if let index = weights.firstIndex(where: { !$0.isFinite }) { throw .nonFiniteWeight(index: index) }
        let grids = grids
        return (0..<rows).flatMap { row in
            stride(from: 0, to: columns, by: groupSize).map { start in
                let first = row * columns + start
                return choose(weights[first..<first + min(groupSize, columns - start)], clipping: clipping, grids)
            }
        }
    }

    /// The grids in BitMoD's order, ascending values.
    var grids: [[Int]] {
        Scheme.specialValues(bits: bits, .all).map {
            (bits == 3 ? NumberFormat.fp3(special: $0) : .fp4(special: $0)).grid
        }
    }

    /// Chooses the grid of one group.
    ///
    /// - Parameters:
    ///   - storesHalf: whether the scale is rounded to binary16 and the offset limited to 8 bits before values are chosen.
    ///   - grids: ``grids``, made once for many groups.
    func choose(_ weights: ArraySlice<Float>, clipping: Float, storesHalf: Bool = false, _ grids: [[Int]]) -> Group {
        let high = clipping * (weights.max() ?? 0)
        let low = clipping * (weights.min() ?? 0)
        var best = Group(selector: 0, scale: 0, offset: 0, values: [])
        var bestError = Float.infinity
        var values = [Int](repeating: 0, count: weights.count)
        for (selector, grid) in grids.enumerated() {
            let smallest = Double(grid.first ?? 0)
            let range = Double(grid.last ?? 0) - smallest
            let zeroRatio = -smallest / range
            var scale = min(max((high - low) / Float(range), 1e-5), 1e4)
            if storesHalf { scale = roundedToHalf(scale) }
            let center = high * Float(zeroRatio) + low * Float(1 - zeroRatio)
            var offset = (center / scale).rounded(.toNearestOrEven)
            if storesHalf { offset = min(max(offset, -128), 127) }
            let units = grid.map { Float($0) }
            var error = 0.0
            for (index, weight) in weights.enumerated() {
                let nearest = nearest(weight / scale - offset, units)
                values[index] = grid[nearest]
                let difference = weight - (units[nearest] + offset) * scale
                error += Double(difference * difference)
            }
            if Float(error) < bestError {
                bestError = Float(error)
                best = Group(selector: selector, scale: scale, offset: Int(offset), values: values)
            }
        }
        return best
    }

    /// The index of the nearest grid value, of equal distances the lower.
    private func nearest(_ ratio: Float, _ grid: [Float]) -> Int {
        grid.withUnsafeBufferPointer { grid in
            let last = grid.count - 1
            if !(ratio < grid[last]) { return last }
            var upper = 0
            while grid[upper] < ratio { upper += 1 }
            guard upper > 0 else { return 0 }
            return grid[upper] - ratio < ratio - grid[upper - 1] ? upper : upper - 1
        }
    }
}
