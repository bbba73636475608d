extension SliMMatrix: PlaneMatrix {
    /// A plane of one-term codes for blocks of 1 and 2 bits, one of two-term codes for blocks of 3 and 4; zeros and means
    /// times the sums of activations.
    ///
    /// - Precondition: blocks have at most 4 bits.
    public func planeSum() -> PlaneSum {
        precondition(widths.allSatisfy { $0 <= 4 }, "blocks of at most 4 bits")
        let blocks = blocksPerRow
        var sum = PlaneSum(
            planes: [2, 4].filter { top in widths.contains { (top - 1...top).contains($0) } }.map(plane), rows: rows,
            columns: columns, groupSize: blockSize)
        var factors = [Float](repeating: 0, count: rows * blocks)
        for row in 0..<rows {
            for (block, width) in widths.enumerated() {
                let index = row * blocks + block
                factors[index] =
                    width == 1 ? zeros[index] : scales[index] * (Float(1 << (width - 1)) - zeros[index])
            }
        }
        sum.offsets = [.init(factors: factors)]
        return sum
    }

    /// The blocks of `top` and `top` − 1 bits as signed integers of `top` bits, others 0 with a scale of 0.
    private func plane(top: Int) -> QuantizedTensor {
        let blocks = blocksPerRow
        let middle = UInt8(1 << (top - 1))
        var planeCodes = [UInt8](repeating: middle, count: codes.count)
        var planeScales = [Float](repeating: 0, count: scales.count)
        for (block, width) in widths.enumerated() where (top - 1...top).contains(width) {
            for row in 0..<rows {
                planeScales[row * blocks + block] = scales[row * blocks + block]
                for column in columns(ofBlock: block) {
                    let index = row * columns + column
                    // One bit stands for ±1, more for the code less half their range.
                    planeCodes[index] =
                        width == 1
                        ? (codes[index] == 1 ? middle + 1 : middle - 1)
                        : codes[index] + middle - UInt8(1 << (width - 1))
                }
            }
        }
        return QuantizedTensor.offsetCodes(
            planeCodes, bits: top, scales: planeScales, rows: rows, columns: columns, groupSize: blockSize)
    }

    /// Where the mean width is 2, blocks of 3 bits take two cycles a step; where it is 3, blocks of 2 bits take one.
    public var exceptionalGroups: [Int: Int] {
        let usual = (bits + 1) / 2
        var exceptions: [Int: Int] = [:]
        for (block, width) in widths.enumerated() where (width + 1) / 2 != usual { exceptions[block] = (width + 1) / 2 }
        return exceptions
    }
}
