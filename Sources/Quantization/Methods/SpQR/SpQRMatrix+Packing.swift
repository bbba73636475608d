extension SpQRMatrix {
    /// A matrix from its bytes; the number of outliers is read from the row offsets.
    ///
    /// - Throws: `PackingError`: the buffer's size does not fit, or offsets, positions or the permutation are none
    ///   (`unknownCode` with the byte's or element's index in its part).
    /// - Precondition: `groupSize` is positive, and `columns` is at most 65,536.
    public init(
        packed bytes: [UInt8], rows: Int, columns: Int, bits: Int, groupSize: Int = 16, isPermuted: Bool,
        metadata: ScaleEncoding = .float16
    ) throws(PackingError) {
        guard rows > 0, columns > 0 else { throw .emptyMatrix(rows: rows, columns: columns) }
        var count = 0
        if bytes.count >= 4 * (rows + 1) {
            count = (0..<4).reduce(0) { $0 | Int(bytes[4 * rows + $1]) << (8 * $1) }
        }
        let parts = Self.storedParts(
            rows: rows, columns: columns, bits: bits, groupSize: groupSize, outliers: count, isPermuted: isPermuted,
            metadata: metadata)
        var reader = try PackedReader(bytes, parts: parts, rows: rows, columns: columns)
        self.init(rows: rows, columns: columns, bits: bits, groupSize: groupSize, metadata: metadata)
        outlierOffsets = Self.words(reader.bytes(4 * (rows + 1)), as: UInt32.self)
        for row in 0..<rows where outlierOffsets[row] > outlierOffsets[row + 1] || outlierOffsets[0] != 0 {
            throw .unknownCode(Int(outlierOffsets[row]), index: row)
        }
        outlierValues.reserveCapacity(count)
        outlierPositions.reserveCapacity(count)
        for _ in 0..<count {
            outlierValues += reader.scales(1, in: metadata)
            outlierPositions += Self.words(reader.bytes(2), as: UInt16.self)
        }
        try validateOutliers()
        if isPermuted {
            let order = Self.words(reader.bytes(2 * columns), as: UInt16.self)
            var isTaken = [Bool](repeating: false, count: columns)
            for (index, column) in order.enumerated() {
                guard Int(column) < columns, !isTaken[Int(column)] else {
                    throw .unknownCode(Int(column), index: index)
                }
                isTaken[Int(column)] = true
            }
            permutation = order
        }
        codes = reader.codes(rows * columns, width: bits)
        scaleCodes = reader.codes(rows * groupsPerRow, width: Self.statisticBits)
        zeroCodes = reader.codes(rows * groupsPerRow, width: Self.statisticBits)
        for index in statistics.indices {
            let values = reader.scales(4, in: metadata)
            statistics[index] = SpQRStatistics(
                scaleScale: values[0], scaleZero: values[1], zeroScale: values[2], zeroZero: values[3])
        }
    }

    /// The stored bits.
    public func packed() -> [UInt8] {
        var writer = PackedWriter()
        for offset in outlierOffsets { writer.append(Self.bytes(offset)) }
        for (value, position) in zip(outlierValues, outlierPositions) {
            writer.append([value], in: metadata)
            writer.append(Self.bytes(position))
        }
        for column in permutation ?? [] { writer.append(Self.bytes(column)) }
        writer.append(codes, width: bits)
        writer.append(scaleCodes, width: Self.statisticBits)
        writer.append(zeroCodes, width: Self.statisticBits)
        for group in statistics {
            writer.append([group.scaleScale, group.scaleZero, group.zeroScale, group.zeroZero], in: metadata)
        }
        return writer.bytes
    }

    /// Checks that positions exist and ascend in each row.
    private func validateOutliers() throws(PackingError) {
        for row in 0..<rows {
            var next = 0
            for index in Int(outlierOffsets[row])..<Int(outlierOffsets[row + 1]) {
                let position = Int(outlierPositions[index])
                guard position >= next, position < columns else { throw .unknownCode(position, index: index) }
                next = position + 1
            }
        }
    }

    /// A number's bytes, the lowest first.
    private static func bytes<Word: FixedWidthInteger & UnsignedInteger>(_ word: Word) -> [UInt8] {
        stride(from: 0, to: Word.bitWidth, by: 8).map { UInt8(truncatingIfNeeded: word >> Word($0)) }
    }

    /// Numbers from their bytes.
    private static func words<Word: FixedWidthInteger & UnsignedInteger>(
        _ bytes: ArraySlice<UInt8>, as: Word.Type
    ) -> [Word] {
        let size = Word.bitWidth / 8
        return stride(from: bytes.startIndex, to: bytes.endIndex, by: size).map { start in
            (0..<size).reduce(0) { $0 | Word(bytes[start + $1]) << Word(8 * $1) }
        }
    }
}
