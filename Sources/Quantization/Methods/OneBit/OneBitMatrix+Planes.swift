extension OneBitMatrix: PlaneMatrix {
    /// One plane of signs, partial sums of 128 inputs each; the scales of inputs and outputs stand outside.
    public func planeSum() -> PlaneSum {
        let groupSize = 128
        let scales = [Float](repeating: 1, count: rows * ((columns + groupSize - 1) / groupSize))
        let plane = QuantizedTensor.signs(
            negatives.map { $0 == 1 ? -1 : 1 }, scales: scales, rows: rows, columns: columns, groupSize: groupSize)
        var sum = PlaneSum(planes: [plane], rows: rows, columns: columns, groupSize: groupSize)
        sum.outputFactors = outputScales
        return sum
    }

    /// The scales of the inputs.
    public var inputFactors: [Float] { inputScales }
}
