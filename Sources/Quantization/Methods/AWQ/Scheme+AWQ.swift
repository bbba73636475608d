extension Scheme {
    /// AWQ's search in the scheme's groups.
    public var awqSearch: AWQSearch { AWQSearch(groupSize: groupSize) }

    /// How AWQ's search quantises: the scheme with binary16 scales.
    ///
    /// - Precondition: the scheme can have such scales, as all that AWQ prepares can.
    public var awqQuantize: AWQSearch.MatrixQuantizer {
        let quantizer = (try? with(scaleEncoding: .float16)).map { Quantizer($0, variant: .awq) }
        return { weights, rows, columns throws(QuantizationError) in
            guard let quantizer else { preconditionFailure("AWQ's schemes have binary16 scales") }
            return try quantizer.quantize(weights, rows: rows, columns: columns).dequantized()
        }
    }

    /// Weights [rows x columns] with the extremes of their groups clipped by AWQ's search.
    ///
    /// Rows do not depend on each other.
    ///
    /// - Parameters:
    ///   - scales: the factors that are in the weights [columns]; empty for 1.
    ///   - calibration: what is known of the inputs; nil to clip by the error of the weights.
    /// - Throws: `QuantizationError`.
    public func awqClipped(
        _ weights: [Float], rows: Int, columns: Int, scales: [Float] = [], calibration: AWQCalibration? = nil
    ) throws(QuantizationError) -> [Float] {
        let maxima = try awqSearch.clipping(
            weights, rows: rows, columns: columns,
            scales: scales.isEmpty ? [Float](repeating: 1, count: columns) : scales, calibration: calibration,
            quantize: awqQuantize)
        return AWQSearch.clipped(weights, columns: columns, groupSize: groupSize, maxima: maxima)
    }
}
