/// The published search in fast loops: equal to `GridSearch.plainChoice` for the groups it accepts.
///
/// The loops run over padded groups and hold neither branches nor conversions to binary16, so that they vectorise.
struct FastGridSearch {
    let search: GridSearch
    private let roundings: [GridRounding]
    /// For each family the rounding of one of its grids, for what they share.
    private let familyRoundings: [GridRounding]

    init(_ search: GridSearch) {
        self.search = search
        let roundings = search.formats.map { GridRounding($0, tiesToEven: search.tiesToEven) }
        self.roundings = roundings
        familyRoundings = search.families.indices.map { family in
            roundings[search.familyOfFormat.firstIndex(of: family) ?? 0]
        }
    }

    /// Whether no intermediate value of a group can overflow binary16 or divide by zero.
    @inline(__always)
    func accepts(maximum: Float, scale: Float) -> Bool { maximum <= 128 && scale > 0 }

    /// The binary16 scale of a group for a family.
    @inline(__always)
    func scale(maximum: Float, family: Float, isClamped: Bool) -> Float {
        let scale = roundedToHalf(maximum / family)
        guard isClamped else { return scale }
        return min(max(scale, GridSearch.scaleLimits.lowerBound), GridSearch.scaleLimits.upperBound)
    }

    /// Chooses the grid of one group and writes its codes.
    ///
    /// - Parameters:
    ///   - group: the index of the group in `buffer`.
    ///   - scales: the group's scale for each family, not zero.
    ///   - rowScales: the row's scale for each family with second-level scales, else `nil`.
    ///   - codes: where the codes go [count].
    /// - Returns: the index of the chosen grid.
    func choose(
        group: Int, count: Int, in buffer: borrowing RowBuffer, scales: UnsafePointer<Float>,
        rowScales: UnsafePointer<Float>?, codes: UnsafeMutablePointer<UInt8>
    ) -> Int {
        let weights = buffer.group(group)
        let padded = RowBuffer.padded(count)
        for family in search.families.indices {
            divide(weights, by: scales[family], family: family, in: buffer, padded: padded)
        }
        var best = 0
        var isFound = roundings.count == 1
        if !isFound {
            var bestError = GridSearch.startError
            for index in roundings.indices {
                let family = search.familyOfFormat[index]
                square(index, group: group, in: buffer, padded: padded, scale: scales[family], rowScales?[family])
                let error = GridSearch.meanError(buffer.scratch, padded: padded, count: count)
                if error < bestError {
                    bestError = error
                    best = index
                    isFound = true
                }
            }
        }
        if isFound {
            write(best, count: count, in: buffer, codes: codes)
        } else {
            codes.update(repeating: 0, count: count)
        }
        return best
    }

    /// Ratios of weights and scale, and the basic grid's values for them.
    private func divide(
        _ weights: UnsafePointer<Float>, by scale: Float, family: Int, in buffer: borrowing RowBuffer, padded: Int
    ) {
        let rounding = familyRoundings[family]
        let ratios = buffer.ratios + family * buffer.stride
        let basics = buffer.basics + family * buffer.stride
        for index in 0..<padded {
            let ratio = roundedToSmallHalf(weights[index] / scale)
            ratios[index] = ratio
            basics[index] = rounding.basic(ratio)
        }
    }

    /// Squared errors of one candidate.
    private func square(
        _ format: Int, group: Int, in buffer: borrowing RowBuffer, padded: Int, scale: Float, _ rowScale: Float?
    ) {
        let code = rowScale.map { Float(GridSearch.scaleCode(scale, rowScale: $0)) }
        switch (code, roundings[format].hasSecondWindow) {
        case (nil, false):
            square(format, group, buffer, padded, hasSecondWindow: false) { roundedToSmallHalf($0 * scale) }
        case (nil, true):
            square(format, group, buffer, padded, hasSecondWindow: true) { roundedToSmallHalf($0 * scale) }
        case (let code?, false):
            let first = rowScale ?? 0
            square(format, group, buffer, padded, hasSecondWindow: false) {
                roundedToSmallHalf(roundedToSmallHalf($0 * first) * code)
            }
        case (let code?, true):
            let first = rowScale ?? 0
            square(format, group, buffer, padded, hasSecondWindow: true) {
                roundedToSmallHalf(roundedToSmallHalf($0 * first) * code)
            }
        }
    }

    @inline(__always)
    private func square(
        _ format: Int, _ group: Int, _ buffer: borrowing RowBuffer, _ padded: Int, hasSecondWindow: Bool,
        dequantize: (Float) -> Float
    ) {
        let rounding = roundings[format]
        let offset = search.familyOfFormat[format] * buffer.stride
        let weights = buffer.group(group)
        let ratios = UnsafePointer(buffer.ratios + offset)
        let basics = UnsafePointer(buffer.basics + offset)
        let squares = buffer.scratch
        for index in 0..<padded {
            let value = rounding.nearest(ratios[index], basic: basics[index], hasSecondWindow: hasSecondWindow)
            let difference = roundedToSmallHalf(dequantize(value) - weights[index])
            squares[index] = roundedToSmallHalf(difference * difference)
        }
    }

    /// Writes the codes of the chosen grid.
    private func write(
        _ format: Int, count: Int, in buffer: borrowing RowBuffer, codes: UnsafeMutablePointer<UInt8>
    ) {
        let rounding = roundings[format]
        let offset = search.familyOfFormat[format] * buffer.stride
        let ratios = UnsafePointer(buffer.ratios + offset)
        let basics = UnsafePointer(buffer.basics + offset)
        let indices = buffer.scratch
        if rounding.hasSecondWindow {
            for index in 0..<RowBuffer.padded(count) {
                indices[index] =
                    rounding.nearest(ratios[index], basic: basics[index], hasSecondWindow: true) + (0x1.8p23 + 512)
            }
        } else {
            for index in 0..<RowBuffer.padded(count) {
                indices[index] =
                    rounding.nearest(ratios[index], basic: basics[index], hasSecondWindow: false) + (0x1.8p23 + 512)
            }
        }
        rounding.codes.withUnsafeBufferPointer { table in
            for index in 0..<count { codes[index] = table[Int(indices[index].bitPattern & 1023)] }
        }
    }
}
