/// Turns weight matrices into quantised tensors of one scheme.
///
/// Rows are independent but for the type that ANT per channel and OliVe choose for the whole tensor; all other schemes
/// may be quantised in slices of rows with the same result.
public struct Quantizer: Sendable {
    /// The scheme of the results.
    public let scheme: Scheme
    /// The numbers computed with.
    public let arithmetic: QuantizationArithmetic
    /// The published code followed in `reference` arithmetic.
    public let variant: Variant

    /// Which of the published quantisers of a scheme is meant.
    public enum Variant: String, Sendable, Hashable, Codable, CaseIterable {
        /// The weight quantiser of the BitMoD paper's main experiments.
        case weights
        /// BitMoD's AWQ integration: values by smallest squared distance, scales not clamped.
        case awq
        /// The same group's later quantiser of keys and values (P3-LLM): as `weights`, but scales are only clamped below,
        /// at 10⁻⁶. A row is one token of one head. The BitMoD journal version's own code is not public.
        case keyValueCache
    }

    /// A quantiser.
    ///
    /// - Precondition: the scheme's matrices are codes of one grid per group (`Scheme.isCoded`). `awq` needs a scheme of grids or symmetric integers with `ScaleEncoding.float16`, `keyValueCache`
    ///   an asymmetric integer scheme; both need `reference` arithmetic.
    public init(
        _ scheme: Scheme, arithmetic: QuantizationArithmetic = .reference, variant: Variant = .weights
    ) {
        precondition(scheme.isCoded, "\(scheme.name) has a quantiser of its own")
        switch variant {
        case .weights: break
        case .awq:
            precondition(
                arithmetic == .reference && scheme.scaleEncoding == .float16 && !scheme.hasZeroPoints,
                "the AWQ variant is the published arithmetic with FP16 scales")
        case .keyValueCache:
            precondition(
                arithmetic == .reference && scheme.hasZeroPoints,
                "the KV cache variant is the published arithmetic of asymmetric integers")
        }
        self.scheme = scheme
        self.arithmetic = arithmetic
        self.variant = variant
    }

    /// Quantises a matrix.
    ///
    /// In `reference` arithmetic weights are first rounded to binary16 where the published code computes in it.
    ///
    /// - Parameter weights: the matrix row by row [rows x columns].
    /// - Throws: `QuantizationError`.
    /// - Precondition: `weights.count == rows * columns`.
    public func quantize(_ weights: [Float], rows: Int, columns: Int) throws(QuantizationError) -> QuantizedTensor {
        let result = weights.withUnsafeBufferPointer { buffer -> Result<QuantizedTensor, QuantizationError> in
            do throws(QuantizationError) {
                return .success(try quantize(buffer, rows: rows, columns: columns))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// Quantises a matrix in memory that the caller owns.
    ///
    /// - Parameter weights: the matrix row by row [rows x columns].
    /// - Throws: `QuantizationError`.
    /// - Precondition: `weights.count == rows * columns`.
    public func quantize(
        _ weights: UnsafeBufferPointer<Float>, rows: Int, columns: Int
    ) throws(QuantizationError) -> QuantizedTensor {
        precondition(weights.count == rows * columns, "a weight for every element of the matrix")
        guard rows > 0, columns > 0 else { throw .emptyMatrix(rows: rows, columns: columns) }
        var tensor = QuantizedTensor(zeros: scheme, rows: rows, columns: columns)
        switch scheme.family {
        case .float16:
            for index in weights.indices {
                guard weights[index].magnitude < 65_520 else { throw .of(weights[index], index: index) }
                tensor.halfBits[index] = Float16(weights[index]).bitPattern
            }
        case .integer(let bits) where scheme.scaleEncoding == .rowFloat16:
            let quantizer = RowIntegerQuantizer(bits: bits)
            if arithmetic == .exact {
                try requireFinite(weights)
                try quantizer.exact(weights, into: &tensor)
            } else {
                try quantizer.reference(weights, into: &tensor)
            }
        case .integer, .grid, .bitmod, .antPerGroup:
            let quantizer = GridQuantizer(scheme, isAWQ: variant == .awq)
            if arithmetic == .exact {
                try requireFinite(weights)
                try quantizer.exact(weights, into: &tensor)
            } else {
                try quantizer.reference(weights, into: &tensor)
            }
        case .asymmetricInteger(let bits):
            let limits = variant == .keyValueCache ? roundedToHalf(1e-6)...Float.infinity : GridSearch.scaleLimits
            let quantizer = AsymmetricIntegerQuantizer(scheme: scheme, bits: bits, scaleLimits: limits)
            if arithmetic == .exact {
                try requireFinite(weights)
                try quantizer.exact(weights, into: &tensor)
            } else {
                try quantizer.reference(weights, into: &tensor)
            }
        case .microscaling(_, let kind):
            let quantizer = MicroscalingQuantizer(scheme: scheme, variant: kind, format: scheme.formats[0])
            try quantizer.quantize(weights, arithmetic, into: &tensor)
        case .antPerChannel, .olive:
            try RowTypeQuantizer(scheme: scheme).quantize(weights, arithmetic, into: &tensor)
        case .offsetBitmod, .spqr, .billm, .oneBit, .bitNet, .slimLLM, .shiftAddLLM:
            preconditionFailure("methods with matrices of their own have quantisers of their own")
        }
        return tensor
    }

    private func requireFinite(_ weights: UnsafeBufferPointer<Float>) throws(QuantizationError) {
        if let index = weights.firstIndex(where: { !$0.isFinite }) { throw .nonFiniteWeight(index: index) }
    }
}
