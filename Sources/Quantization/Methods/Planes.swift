extension Scheme {
    /// One sign, or zero, per weight: one term.
    static func signPlane(groupSize: Int) -> Scheme {
        Scheme("plane", .integer(bits: 2), groupSize: groupSize, .float32, "A plane of signs.")
    }

    /// Unsigned codes read as signed: code − 2^(bits−1).
    static func offsetPlane(bits: Int, groupSize: Int) -> Scheme {
        Scheme("plane", .asymmetricInteger(bits: bits), groupSize: groupSize, .float32, "A plane of codes.")
    }
}

extension QuantizedTensor {
    /// A plane of signs.
    ///
    /// - Parameters:
    ///   - values: −1, 0 or 1 [rows x columns].
    ///   - scales: [rows x groups].
    static func signs(_ values: [Int8], scales: [Float], rows: Int, columns: Int, groupSize: Int) -> QuantizedTensor {
        var tensor = QuantizedTensor(zeros: .signPlane(groupSize: groupSize), rows: rows, columns: columns)
        precondition(
            values.count == tensor.codes.count && scales.count == tensor.groupScales.count,
            "signs and scales of a plane")
        // Two's complement of two bits.
        for (index, value) in values.enumerated() { tensor.codes[index] = UInt8(truncatingIfNeeded: value) & 0b11 }
        tensor.groupScales = scales
        return tensor
    }

    /// A plane of unsigned codes, which stand for code − 2^(bits−1).
    ///
    /// - Parameter scales: [rows x groups].
    static func offsetCodes(
        _ codes: [UInt8], bits: Int, scales: [Float], rows: Int, columns: Int, groupSize: Int
    ) -> QuantizedTensor {
        var tensor = QuantizedTensor(
            zeros: .offsetPlane(bits: bits, groupSize: groupSize), rows: rows, columns: columns)
        precondition(
            codes.count == tensor.codes.count && scales.count == tensor.groupScales.count, "codes and scales of a plane"
        )
        tensor.codes = codes
        tensor.groupScales = scales
        let middle = Int16(1) << (bits - 1)
        for index in tensor.zeroPoints.indices { tensor.zeroPoints[index] = middle }
        return tensor
    }
}
