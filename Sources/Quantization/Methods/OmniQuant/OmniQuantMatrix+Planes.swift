extension OmniQuantMatrix: PlaneMatrix {
    /// The grid values as a BitMoD plane, and the offsets times the sums of activations.
    public func planeSum() -> PlaneSum {
        let scheme = Scheme(
            "plane", .bitmod(bits: bits, .all), groupSize: groupSize, .float32, "A plane of BitMoD codes.")
        var plane = QuantizedTensor(zeros: scheme, rows: rows, columns: columns)
        plane.codes = codes
        plane.selectors = selectors
        plane.groupScales = scales
        var sum = PlaneSum(planes: [plane], rows: rows, columns: columns, groupSize: groupSize)
        sum.offsets = [.init(factors: zip(scales, offsets).map { $0 * Float($1) })]
        return sum
    }
}
