/// Quantises matrices whose groups choose among grids: BitMoD, fixed grids, symmetric integers, ANT per group.
struct GridQuantizer {
    let scheme: Scheme
    let search: GridSearch
    private let fast: FastGridSearch
    private let squares: SquareGridSearch
    private let rowScaleIndices: [Int]
    private let rowScaleCount: Int
    private let hasSelectors: Bool
    private let isAWQ: Bool

    /// - Parameter isAWQ: follow BitMoD's AWQ integration, see `Quantizer.Variant`.
    init(_ scheme: Scheme, isAWQ: Bool = false) {
        self.scheme = scheme
        self.isAWQ = isAWQ
        search = GridSearch(scheme)
        fast = FastGridSearch(search)
        squares = SquareGridSearch(search)
        rowScaleIndices = scheme.rowScaleIndices
        rowScaleCount = scheme.rowScaleCount
        hasSelectors = scheme.selectorBits > 0
    }

    /// Quantises in the published arithmetic; `weights` [rows x columns].
    func reference(_ weights: UnsafeBufferPointer<Float>, into tensor: inout QuantizedTensor) throws(QuantizationError)
    {
        let columns = tensor.columns
        let buffer = RowBuffer(columns: columns, groupSize: scheme.groupSize, families: search.families.count)
        let groups = tensor.groupsPerRow
        var scales = [Float](repeating: 0, count: groups * search.families.count)
        var familyScales = [Float](repeating: 0, count: search.families.count)
        for row in 0..<tensor.rows {
            let source = UnsafeBufferPointer(rebasing: weights[row * columns..<(row + 1) * columns])
            if let column = buffer.load(source, groupSize: scheme.groupSize) {
                throw QuantizationError.of(source[column], index: row * columns + column)
            }
            quantize(row: row, buffer, scales: &scales, familyScales: &familyScales, into: &tensor)
        }
    }

    /// Quantises the row in `buffer`.
    private func quantize(
        row: Int, _ buffer: borrowing RowBuffer, scales: inout [Float], familyScales: inout [Float],
        into tensor: inout QuantizedTensor
    ) {
        let groups = tensor.groupsPerRow
        let families = search.families
        let isSecondLevel = scheme.scaleEncoding == .int8
        for group in 0..<groups {
            for family in families.indices {
                scales[group * families.count + family] = fast.scale(
                    maximum: buffer.maxima[group], family: families[family], isClamped: !isSecondLevel && !isAWQ)
            }
        }
        // A scale grows with its group's largest magnitude, so that the row's largest scale is that of its maximum.
        if isSecondLevel, !search.sharesRowScale {
            let largest = buffer.maxima.max() ?? 0
            for family in families.indices {
                familyScales[family] = roundedToHalf(roundedToHalf(largest / families[family]) / 255)
            }
            for format in rowScaleIndices.indices {
                tensor.rowScales[row * rowScaleCount + rowScaleIndices[format]] =
                    familyScales[search.familyOfFormat[format]]
            }
        }
        let measuresSecondLevel = isSecondLevel && !search.sharesRowScale
        for group in 0..<groups {
            let start = group * scheme.groupSize
            let count = min(scheme.groupSize, tensor.columns - start)
            let index = row * groups + group
            let choice = choose(
                group: group, count: count, buffer, scales: scales,
                familyScales: measuresSecondLevel ? familyScales : nil, start: row * tensor.columns + start,
                into: &tensor)
            if hasSelectors { tensor.selectors[index] = UInt8(choice) }
            let scale = scales[group * families.count + search.familyOfFormat[choice]]
            if !isSecondLevel {
                tensor.groupScales[index] = scale
            } else if !search.sharesRowScale {
                let rowScale = familyScales[search.familyOfFormat[choice]]
                tensor.scaleCodes[index] = UInt8(GridSearch.scaleCode(scale, rowScale: rowScale))
            }
        }
        if isSecondLevel, search.sharesRowScale { shareRowScale(row: row, scales: scales, &tensor) }
    }

    /// Chooses one group's grid by the fast form where it applies, and writes the codes.
    private func choose(
        group: Int, count: Int, _ buffer: borrowing RowBuffer, scales: [Float], familyScales: [Float]?, start: Int,
        into tensor: inout QuantizedTensor
    ) -> Int {
        let familyCount = search.families.count
        let smallest = scales[group * familyCount..<(group + 1) * familyCount].min() ?? 0
        if isAWQ, squares.accepts(maximum: buffer.maxima[group], scale: smallest) {
            return tensor.codes.withUnsafeMutableBufferPointer { codes in
                scales.withUnsafeBufferPointer { scales in
                    squares.choose(
                        group: group, count: count, in: buffer, scales: scales.baseAddress! + group * familyCount,
                        codes: codes.baseAddress! + start)
                }
            }
        }
        guard !isAWQ, fast.accepts(maximum: buffer.maxima[group], scale: smallest) else {
            let rule: GridSearch.ScaleRule =
                if let familyScales { .secondLevel(familyScales) } else {
                    scheme.scaleEncoding == .int8 || isAWQ ? .unclamped : .clamped
                }
            let choice = search.plainChoice(
                Array(UnsafeBufferPointer(start: buffer.group(group), count: count)), rule, nearestBySquare: isAWQ)
            let format = search.formats[choice.format]
            for (offset, value) in choice.values.enumerated() {
                tensor.codes[start + offset] = format.code(of: value) ?? 0
            }
            return choice.format
        }
        return tensor.codes.withUnsafeMutableBufferPointer { codes in
            scales.withUnsafeBufferPointer { scales in
                let groupScales = scales.baseAddress! + group * familyCount
                let target = codes.baseAddress! + start
                guard let familyScales else {
                    return fast.choose(
                        group: group, count: count, in: buffer, scales: groupScales, rowScales: nil, codes: target)
                }
                return familyScales.withUnsafeBufferPointer {
                    fast.choose(
                        group: group, count: count, in: buffer, scales: groupScales, rowScales: $0.baseAddress,
                        codes: target)
                }
            }
        }
    }

    /// One second-level scale for grids of different families: the largest chosen scale over 255.
    private func shareRowScale(row: Int, scales: [Float], _ tensor: inout QuantizedTensor) {
        let groups = tensor.groupsPerRow
        let families = search.families.count
        let chosen = (0..<groups).map { group in
            scales[group * families + search.familyOfFormat[Int(tensor.selectors[row * groups + group])]]
        }
        let rowScale = roundedToHalf((chosen.max() ?? 0) / 255)
        tensor.rowScales[row] = rowScale
        for (group, scale) in chosen.enumerated() {
            tensor.scaleCodes[row * groups + group] = UInt8(GridSearch.scaleCode(scale, rowScale: rowScale))
        }
    }
}
