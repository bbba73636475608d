/// AWQ around a scheme, as the BitMoD paper combines them (Table XI; `AWQ-BitMoD` of its code).
public struct AWQQuantizer: Sendable {
    /// The scheme of the results: BitMoD, a fixed grid or symmetric integers with binary16 scales of groups.
    public let scheme: Scheme
    /// The search.
    public let search: AWQSearch
    /// Whether groups are clipped; the published code leaves queries and keys unclipped.
    public let clips: Bool

    /// A quantiser.
    ///
    /// - Precondition: the scheme has `ScaleEncoding.float16` and no zero points; groups of search and scheme agree.
    public init(_ scheme: Scheme, search: AWQSearch? = nil, clips: Bool = true) {
        precondition(scheme.scaleEncoding == .float16 && !scheme.hasZeroPoints, "binary16 scales of groups")
        let search = search ?? AWQSearch(groupSize: scheme.groupSize)
        precondition(search.groupSize == scheme.groupSize, "clipping of the scheme's groups")
        self.scheme = scheme
        self.search = search
        self.clips = clips
    }

    /// Searches scales and clipping and quantises [rows x columns]; matrices that share an input are stacked by rows.
    ///
    /// - Parameter calibration: without, scales are 1 (r = 0) and groups are clipped by the error of the weights: a
    ///   fallback that is not AWQ, named so in the result.
    /// - Throws: `QuantizationError`.
    /// - Precondition: weights and calibration fit the shape.
    public func quantize(
        _ weights: [Float], rows: Int, columns: Int, calibration: AWQCalibration?
    ) throws(QuantizationError) -> AWQMatrix {
        let quantizer = Quantizer(scheme, variant: .awq)
        let quantize: AWQSearch.MatrixQuantizer = { weights, rows, columns throws(QuantizationError) in
            try quantizer.quantize(weights, rows: rows, columns: columns).dequantized()
        }
        try requireWeights(weights, rows: rows, columns: columns)
        var choice = AWQSearch.ScaleChoice(ratio: 0, scales: [Float](repeating: 1, count: columns), losses: [])
        if let calibration {
            choice = try search.scales(
                weights, rows: rows, columns: columns, calibration: calibration, quantize: quantize)
        }
        var scaled = AWQSearch.scaled(try halfWeights(weights), choice.scales)
        var maxima: [Float] = []
        if clips {
            maxima = try search.clipping(
                scaled, rows: rows, columns: columns, scales: choice.scales, calibration: calibration,
                quantize: quantize)
            scaled = AWQSearch.clipped(scaled, columns: columns, groupSize: search.groupSize, maxima: maxima)
        }
        let source: AWQMatrix.Source =
            switch calibration {
            case .samples: .samples
            case .secondMoment: .secondMoment
            case nil: .weightsOnly
            }
        return AWQMatrix(
            source: source, choice: choice, clippingMaxima: maxima,
            tensor: try quantizer.quantize(scaled, rows: rows, columns: columns))
    }
}

/// A matrix that AWQ scaled, clipped and quantised.
public struct AWQMatrix: Sendable, Hashable {
    /// What the search knew.
    public enum Source: String, Sendable, Hashable, Codable, CaseIterable {
        /// Tokens, as published.
        case samples
        /// The second moment of the inputs, which gives the same losses but for rounding.
        case secondMoment
        /// Nothing: no scales, and clipping by the error of the weights. Not AWQ.
        case weightsOnly
    }

    /// What the search knew.
    public let source: Source
    /// The scales and how they were found; they are folded into the operation before and not stored.
    public let choice: AWQSearch.ScaleChoice
    /// The largest magnitude that each group keeps, after scaling [rows x groups]; empty without clipping.
    public let clippingMaxima: [Float]
    /// The scaled weights: the bits that are stored.
    public let tensor: QuantizedTensor

    /// The weights divided by the scales again: what acts on the unscaled input [rows x columns].
    public func effectiveWeights() -> [Float] {
        var weights = tensor.dequantized()
        for start in stride(from: 0, to: weights.count, by: tensor.columns) {
            for (column, scale) in choice.scales.enumerated() { weights[start + column] /= scale }
        }
        return weights
    }
}
