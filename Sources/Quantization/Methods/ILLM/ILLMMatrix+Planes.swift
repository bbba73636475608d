extension ILLMMatrix: PlaneMatrix {
    /// The codes, partial sums of 128 inputs each; the dyadic scale multiplies the row's sum.
    public func planeSum() -> PlaneSum {
        let groupSize = 128
        let scheme = Scheme("plane", .integer(bits: bits), groupSize: groupSize, .float32, "A plane of integers.")
        var plane = QuantizedTensor(zeros: scheme, rows: rows, columns: columns)
        let mask = UInt8((1 << bits) - 1)
        for (index, code) in codes.enumerated() { plane.codes[index] = UInt8(bitPattern: code) & mask }
        for index in plane.groupScales.indices { plane.groupScales[index] = 1 }
        var sum = PlaneSum(planes: [plane], rows: rows, columns: columns, groupSize: groupSize)
        sum.outputFactors = scales.map { Float($0.value) }
        return sum
    }
}
