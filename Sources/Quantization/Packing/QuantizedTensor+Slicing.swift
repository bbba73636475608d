extension QuantizedTensor {
    /// Some rows and groups of the matrix, with the codes and scales that they have in it.
    ///
    /// A shard of a matrix holds this, so that the weights do not depend on how a matrix is divided.
    ///
    /// - Precondition: both ranges lie in the matrix and are not empty.
    public func slice(rows: Range<Int>, groups: Range<Int>) -> QuantizedTensor {
        let all = groupsPerRow
        precondition(
            !rows.isEmpty && rows.lowerBound >= 0 && rows.upperBound <= self.rows && !groups.isEmpty
                && groups.lowerBound >= 0 && groups.upperBound <= all, "rows and groups of the matrix")
        if rows == 0..<self.rows, groups == 0..<all { return self }
        let first = groups.lowerBound * scheme.groupSize
        let columns = first..<min(groups.upperBound * scheme.groupSize, self.columns)
        var result = QuantizedTensor(zeros: scheme, rows: rows.count, columns: columns.count)
        func cut<Element>(_ values: [Element], width: Int, _ range: Range<Int>) -> [Element] {
            values.isEmpty
                ? [] : rows.flatMap { values[$0 * width + range.lowerBound..<$0 * width + range.upperBound] }
        }
        result.codes = cut(codes, width: self.columns, columns)
        result.halfBits = cut(halfBits, width: self.columns, columns)
        result.groupScales = cut(groupScales, width: all, groups)
        result.scaleCodes = cut(scaleCodes, width: all, groups)
        result.zeroPoints = cut(zeroPoints, width: all, groups)
        result.selectors = cut(selectors, width: all, groups)
        result.rowScales = cut(rowScales, width: scheme.rowScaleCount, 0..<scheme.rowScaleCount)
        result.tensorType = tensorType
        return result
    }

    /// The same matrix with the weight 0 in all quads outside some columns: quads are the four lanes of a PE step, counted
    /// from the start of each group.
    ///
    /// What a chip computes with of groups that are cut between chips. A quad that is itself cut keeps its weights; its
    /// activations from outside must be 0. For OliVe this keeps pairs whole.
    public func masked(to columns: Range<Int>) -> QuantizedTensor {
        if columns == 0..<self.columns { return self }
        var result = self
        let formats = scheme.formats
        for row in 0..<rows {
            for group in 0..<groupsPerRow {
                let start = group * scheme.groupSize
                let end = min(start + scheme.groupSize, self.columns)
                guard start < columns.lowerBound || end > columns.upperBound, !codes.isEmpty else { continue }
                let zero = formats[formatIndex(row: row, group: group)].code(of: 0) ?? 0
                for quad in stride(from: start, to: end, by: 4)
                where quad >= columns.upperBound || quad + 4 <= columns.lowerBound {
                    for column in quad..<min(quad + 4, end) { result.codes[row * self.columns + column] = zero }
                }
            }
        }
        return result
    }

    /// A matrix of grid values with the scale 1, for operands whose scales are applied elsewhere.
    ///
    /// - Parameters:
    ///   - values: values of the scheme's grid, row by row [rows x columns].
    ///   - scheme: symmetric integers or a fixed grid, with `ScaleEncoding.float32`.
    /// - Precondition: the scheme is such a one, and every value is on its grid.
    public init(gridValues values: [Int], rows: Int, columns: Int, scheme: Scheme) {
        precondition(values.count == rows * columns, "a value for every element of the matrix")
        precondition(
            scheme.scaleEncoding == .float32 && scheme.selectorBits == 0 && !scheme.hasZeroPoints,
            "one grid, and scales in binary32")
        self.init(zeros: scheme, rows: rows, columns: columns)
        guard let format = scheme.formats.first else { preconditionFailure("a scheme of codes") }
        // From the value less the smallest to the code.
        let smallest = format.grid.first ?? 0
        var codeOfValue = [Int16](repeating: -1, count: (format.grid.last ?? 0) - smallest + 1)
        for (value, code) in zip(format.grid, format.codeOfGridIndex) { codeOfValue[value - smallest] = Int16(code) }
        for (index, value) in values.enumerated() { codes[index] = UInt8(codeOfValue[value - smallest]) }
        for index in groupScales.indices { groupScales[index] = 1 }
    }
}
