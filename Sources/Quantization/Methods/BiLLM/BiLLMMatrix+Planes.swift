extension BiLLMMatrix: PlaneMatrix {
    /// Signs of the low group, of the high group and of salient columns, residual signs, and the mask of the high group; sums
    /// of the activations of both kinds of columns.
    ///
    /// A PE takes two bits a weight: the signs of all columns in one cycle, into three accumulators, and residual signs or
    /// mask in the next, into two. That the lanes of other accumulators are idle does not change how a step is aligned, so
    /// that planes with zeros in their places give the same bits.
    public func planeSum() -> PlaneSum {
        func plane(_ scale: (BiLLMConstants) -> Float, _ value: (Int) -> Int8) -> QuantizedTensor {
            QuantizedTensor.signs(
                (0..<rows * columns).map(value), scales: constants.map(scale), rows: rows, columns: columns,
                groupSize: blockSize)
        }
        func sign(_ index: Int) -> Int8 { negatives[index] == 1 ? -1 : 1 }
        func isSalient(_ index: Int) -> Bool { self.isSalient[index % columns] }
        let planes = [
            plane(\.lowScale) { isSalient($0) || highs[$0] == 1 ? 0 : sign($0) },
            plane(\.highScale) { isSalient($0) || highs[$0] == 0 ? 0 : sign($0) },
            plane(\.salientScale) { isSalient($0) ? sign($0) : 0 },
            plane(\.residualScale) { isSalient($0) ? (residualNegatives[$0] == 1 ? -1 : 1) : 0 },
            plane({ $0.highMean - $0.lowMean }) { isSalient($0) || highs[$0] == 0 ? 0 : 1 },
        ]
        var sum = PlaneSum(planes: planes, rows: rows, columns: columns, groupSize: blockSize)
        sum.offsets = [
            .init(factors: constants.map(\.lowMean), members: self.isSalient.map { !$0 }),
            .init(factors: constants.map(\.salientMean), members: self.isSalient),
        ]
        return sum
    }
}
