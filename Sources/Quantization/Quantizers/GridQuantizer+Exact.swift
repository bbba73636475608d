extension GridQuantizer {
    /// Quantises in binary64; `weights` [rows x columns].
    func exact(_ weights: UnsafeBufferPointer<Float>, into tensor: inout QuantizedTensor) throws(QuantizationError) {
        let groups = tensor.groupsPerRow
        let columns = tensor.columns
        for row in 0..<tensor.rows {
            let source = UnsafeBufferPointer(rebasing: weights[row * columns..<(row + 1) * columns])
            let parts = (0..<groups).map { group in
                UnsafeBufferPointer(
                    rebasing: source[group * scheme.groupSize..<min((group + 1) * scheme.groupSize, columns)])
            }
            let maxima = parts.map { Double($0.lazy.map(\.magnitude).max() ?? 0) }
            let isSecondLevel = scheme.scaleEncoding == .int8
            var rowScales: [Double]?
            if isSecondLevel, !search.sharesRowScale {
                rowScales = try search.families.map { family throws(QuantizationError) in
                    try stored((maxima.max() ?? 0) / Double(family) / 255, row: row)
                }
            }
            var scales: [Double] = []
            for (group, part) in parts.enumerated() {
                let choice = search.exactChoice(part, rowScales: rowScales)
                let format = search.formats[choice.format]
                let start = row * columns + group * scheme.groupSize
                for (offset, value) in choice.values.enumerated() {
                    tensor.codes[start + offset] = format.code(of: value) ?? 0
                }
                if !tensor.selectors.isEmpty { tensor.selectors[row * groups + group] = UInt8(choice.format) }
                scales.append(maxima[group] / Double(search.families[search.familyOfFormat[choice.format]]))
            }
            if isSecondLevel {
                let shared = search.sharesRowScale ? try stored((scales.max() ?? 0) / 255, row: row) : 0
                store(
                    scales, rowScales: rowScales ?? [Double](repeating: shared, count: search.families.count),
                    row: row, into: &tensor)
            } else {
                for (group, scale) in scales.enumerated() {
                    tensor.groupScales[row * groups + group] = Float(try stored(scale, row: row))
                }
            }
        }
    }

    /// Stores second-level scales: the row's and each group's code.
    private func store(_ scales: [Double], rowScales: [Double], row: Int, into tensor: inout QuantizedTensor) {
        let groups = tensor.groupsPerRow
        let indices = scheme.rowScaleIndices
        for format in search.formats.indices {
            tensor.rowScales[row * scheme.rowScaleCount + indices[format]] =
                Float(rowScales[search.familyOfFormat[format]])
        }
        for (group, scale) in scales.enumerated() {
            let format = tensor.selectors.isEmpty ? 0 : Int(tensor.selectors[row * groups + group])
            tensor.scaleCodes[row * groups + group] = UInt8(
                GridSearch.exactScaleCode(scale, rowScale: rowScales[search.familyOfFormat[format]]))
        }
    }

    /// A scale as it is stored: in binary16, or binary32 for `ScaleEncoding.float32`.
    private func stored(_ scale: Double, row: Int) throws(QuantizationError) -> Double {
        let value = scheme.scaleEncoding == .float32 ? Double(Float(scale)) : Double(Float16(scale))
        guard value.isFinite else { throw .scaleOverflow(row: row, encoding: scheme.scaleEncoding) }
        return value
    }
}
