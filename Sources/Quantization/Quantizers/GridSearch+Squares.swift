/// The search of BitMoD's AWQ integration in binary32 with roundings: equal to `GridSearch.plainChoice` by squared
/// distances for the groups it accepts.
///
/// AWQ quantises each matrix thirty times, which the plain form, with a scan of the whole grid in binary16 for each
/// weight, makes a matter of minutes.
struct SquareGridSearch {
    let search: GridSearch
    private let grids: [[Float]]

    init(_ search: GridSearch) {
        self.search = search
        grids = search.formats.map { format in format.grid.map { Float($0) } }
    }

    /// Whether no intermediate value of a group can overflow binary16: farther from the grid all squares are infinite.
    func accepts(maximum: Float, scale: Float) -> Bool { maximum <= 128 && scale > 0 && maximum <= 128 * scale }

    /// Chooses the grid of one group and writes its codes.
    ///
    /// - Parameters:
    ///   - group: the index of the group in `buffer`.
    ///   - scales: the group's scale for each family.
    ///   - codes: where the codes go [count].
    /// - Returns: the index of the chosen grid.
    func choose(
        group: Int, count: Int, in buffer: borrowing RowBuffer, scales: UnsafePointer<Float>,
        codes: UnsafeMutablePointer<UInt8>
    ) -> Int {
        let weights = buffer.group(group)
        let padded = RowBuffer.padded(count)
        for index in count..<padded { buffer.scratch[index] = 0 }
        var best: Int?
        var bestError = GridSearch.startError
        for (format, grid) in grids.enumerated() {
            let scale = scales[search.familyOfFormat[format]]
            grid.withUnsafeBufferPointer { grid in
                for index in 0..<count {
                    let value = grid[nearest(roundedToSmallHalf(weights[index] / scale), grid)]
                    let difference = roundedToSmallHalf(roundedToSmallHalf(value * scale) - weights[index])
                    buffer.scratch[index] = roundedToSmallHalf(difference * difference)
                }
            }
            let error = GridSearch.meanError(buffer.scratch, padded: padded, count: count)
            if error < bestError || grids.count == 1 {
                bestError = error
                best = format
            }
        }
        let format = search.formats[best ?? 0]
        guard let best else {
            for index in 0..<count { codes[index] = format.code(of: 0) ?? 0 }
            return 0
        }
        let scale = scales[search.familyOfFormat[best]]
        grids[best].withUnsafeBufferPointer { grid in
            for index in 0..<count {
                codes[index] = format.codeOfGridIndex[nearest(roundedToSmallHalf(weights[index] / scale), grid)]
            }
        }
        return best
    }

    /// The index of the grid value with the smallest squared distance in binary16, of equal ones the lower.
    ///
    /// Only the neighbours of the ratio can have it: to any other value the distance is larger by at least one.
    @inline(__always)
    private func nearest(_ ratio: Float, _ grid: UnsafeBufferPointer<Float>) -> Int {
        var upper = 0
        while upper < grid.count, grid[upper] < ratio { upper += 1 }
        guard upper > 0 else { return 0 }
        guard upper < grid.count else { return upper - 1 }
        let below = roundedToSmallHalf(ratio - grid[upper - 1])
        let above = roundedToSmallHalf(ratio - grid[upper])
        return roundedToSmallHalf(above * above) < roundedToSmallHalf(below * below) ? upper : upper - 1
    }
}
