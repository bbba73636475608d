extension SpQRMatrix: PlaneMatrix {
    /// The codes recoded to signed integers with the expanded scales; the zeros times the sums of activations; outliers less
    /// what the codes in their places say.
    ///
    /// - Precondition: columns in the given order.
    public func planeSum() -> PlaneSum {
        precondition(permutation == nil, "columns in the given order")
        let groups = groupsPerRow
        var scales = [Float](repeating: 0, count: rows * groups)
        var offsets = scales
        let middle = Float(1 << (bits - 1))
        for row in 0..<rows {
            for group in 0..<groups {
                let scale = scale(row: row, group: group)
                scales[row * groups + group] = scale
                offsets[row * groups + group] = scale * (middle - zero(row: row, group: group))
            }
        }
        let plane = QuantizedTensor.offsetCodes(
            codes, bits: bits, scales: scales, rows: rows, columns: columns, groupSize: groupSize)
        var sum = PlaneSum(planes: [plane], rows: rows, columns: columns, groupSize: groupSize)
        sum.offsets = [.init(factors: offsets)]
        sum.outliers = SparseRows(
            (0..<rows).map { row in
                (Int(outlierOffsets[row])..<Int(outlierOffsets[row + 1])).map { index in
                    let column = Int(outlierPositions[index])
                    let group = column / groupSize
                    let dense =
                        scale(row: row, group: group)
                        * (Float(codes[row * columns + column]) - zero(row: row, group: group))
                    return (column, outlierValues[index] - dense)
                }
            })
        return sum
    }
}
