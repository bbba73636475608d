/// BitNet b1.58's ternary weights: code = clamp(round(w / β), −1, 1) with β = max(mean|W|, 10⁻⁵) of the whole matrix
/// (Ma et al., arXiv 2402.17764; `weight_quant` of the published code).
///
/// As there, the weight is multiplied by 1 / β rounded to binary32, ties to even. The mean is summed in binary64 and
/// rounded once, so that it does not depend on an order of summation.
///
/// BitNet models are trained with this quantiser in the loop. Applied to any other checkpoint it is *structure only*:
/// the form of storage and the work are BitNet's, the accuracy is not.
public struct BitNetQuantizer: Sendable, Hashable {
    /// How the codes are stored.
    public let storage: BitNetMatrix.Storage

    /// A quantiser.
    public init(storage: BitNetMatrix.Storage = .twoBit) { self.storage = storage }

    /// Quantises a matrix [rows x columns].
    ///
    /// - Throws: `QuantizationError`.
    /// - Precondition: `weights.count == rows * columns`.
    public func quantize(_ weights: [Float], rows: Int, columns: Int) throws(QuantizationError) -> BitNetMatrix {
        try requireWeights(weights, rows: rows, columns: columns)
        let sum = weights.reduce(0.0) { $0 + Double($1.magnitude) }
        let scale = max(Float(sum / Double(weights.count)), 1e-5)
        let inverse = 1 / scale
        let codes = weights.map { weight in
            Int8(min(max((weight * inverse).rounded(.toNearestOrEven), -1), 1))
        }
        return BitNetMatrix(rows: rows, columns: columns, values: codes, scale: scale, storage: storage)
    }
}
