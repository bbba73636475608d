extension BitNetMatrix: PlaneMatrix {
    /// One plane of signs and zeros, partial sums of 128 inputs each; the scale multiplies the row's sum.
    public func planeSum() -> PlaneSum {
        let groupSize = 128
        let scales = [Float](repeating: 1, count: rows * ((columns + groupSize - 1) / groupSize))
        let plane = QuantizedTensor.signs(values, scales: scales, rows: rows, columns: columns, groupSize: groupSize)
        var sum = PlaneSum(planes: [plane], rows: rows, columns: columns, groupSize: groupSize)
        sum.outputFactors = [Float](repeating: scale, count: rows)
        return sum
    }
}
