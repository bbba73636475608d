/// SmoothQuant: input channels with large activations are divided by a factor that their weights are multiplied with
/// (Xiao et al., ICML 2023; `smoothquant/smooth.py`), and what results is quantised.
///
///     s_j = max(max|x_j|^α / max(max|w_j|, 10⁻⁵)^(1 − α), 10⁻⁵)
///
/// with the largest weight of channel j over all matrices that share the input; in binary16, where a power's exponent is
/// rounded to binary16 too. Only a norm's outputs are smoothed: the norm's weight (and bias) is divided by s.
///
/// The published weights have 8 bits and a scale per output channel. With a BitMoD scheme and α = 0.85 it is the
/// combination of the BitMoD paper's Table XII.
public struct SmoothQuantQuantizer: Sendable, Hashable {
    /// The share of the activations' range that goes into the factors; 0.5 by default, 0.85 for Llama-2 and 3.
    public let alpha: Double
    /// How the smoothed weights are quantised.
    public let scheme: Scheme

    /// A quantiser to a scheme; see ``init(alpha:bits:)`` for the published integers.
    ///
    /// - Precondition: 0 ≤ `alpha` ≤ 1.
    public init(alpha: Double, scheme: Scheme) {
        precondition((0...1).contains(alpha), "a share of the range")
        self.alpha = alpha
        self.scheme = scheme
    }

    /// A quantiser to symmetric integers with a binary16 scale per output channel, as published.
    ///
    /// - Throws: `SchemeError.unknownName` for widths that are no scheme (3, 4, 5, 6 and 8 are).
    /// - Precondition: 0 ≤ `alpha` ≤ 1.
    public init(alpha: Double = 0.5, bits: Int = 8) throws(SchemeError) {
        self.init(alpha: alpha, scheme: try Scheme.named("int\(bits)").with(scaleEncoding: .rowFloat16))
    }

    /// The factors of the channels [columns].
    ///
    /// - Parameters:
    ///   - weights: the matrices that share the input, each row by row [rows x columns].
    ///   - activationMaxima: the largest magnitude seen of each channel [columns]; beyond 65504 they count as that.
    /// - Throws: `QuantizationError`; an index counts the weights of its own matrix.
    /// - Precondition: all matrices have rows of `columns` weights, and maxima are finite and not negative.
    public func factors(
        of weights: [[Float]], columns: Int, activationMaxima: [Float]
    ) throws(QuantizationError) -> [Float] {
        precondition(activationMaxima.count == columns, "a maximum for each channel")
        precondition(activationMaxima.allSatisfy { $0 >= 0 && $0.isFinite }, "maxima of magnitudes")
        let least = roundedToHalf(1e-5)
        var weightMaxima = [Float](repeating: least, count: columns)
        for matrix in weights {
            let halves = try halfWeights(matrix)
            for start in stride(from: 0, to: halves.count, by: columns) {
                for column in 0..<columns {
                    weightMaxima[column] = max(weightMaxima[column], halves[start + column].magnitude)
                }
            }
        }
        return (0..<columns).map { column in
            let activation = halfPower(roundedToHalf(min(activationMaxima[column], 65_504)), alpha)
            let ratio = roundedToHalf(activation / halfPower(weightMaxima[column], 1 - alpha))
            return min(max(ratio, least), 65_504)
        }
    }

    /// Smooths and quantises the matrices that share an input.
    ///
    /// - Parameters:
    ///   - weights: the matrices, each row by row [rows x columns].
    ///   - columns: their input channels.
    ///   - activationMaxima: the largest magnitude seen of each channel [columns]; without, nothing is smoothed.
    /// - Throws: `QuantizationError`; an index counts the weights of its own matrix.
    /// - Precondition: as ``factors(of:columns:activationMaxima:)``.
    public func quantize(
        _ weights: [[Float]], columns: Int, activationMaxima: [Float]?
    ) throws(QuantizationError) -> SmoothQuantGroup {
        guard columns > 0, !weights.isEmpty, weights.allSatisfy({ !$0.isEmpty }) else {
            throw .emptyMatrix(rows: weights.map(\.count).min() ?? 0, columns: columns)
        }
        precondition(weights.allSatisfy { $0.count % columns == 0 }, "whole rows")
        let factors: [Float] =
            if let activationMaxima {
                try self.factors(of: weights, columns: columns, activationMaxima: activationMaxima)
            } else {
                [Float](repeating: 1, count: columns)
            }
        let quantizer = Quantizer(scheme)
        var tensors: [QuantizedTensor] = []
        for matrix in weights {
            let smoothed = try Self.smoothed(matrix, factors)
            tensors.append(try quantizer.quantize(smoothed, rows: matrix.count / columns, columns: columns))
        }
        return SmoothQuantGroup(
            smoothing: activationMaxima == nil ? .none : .calibrated, factors: factors, tensors: tensors)
    }

    /// Weights times their channels' factors, in binary16.
    static func smoothed(_ weights: [Float], _ factors: [Float]) throws(QuantizationError) -> [Float] {
        var smoothed = try halfWeights(weights)
        for start in stride(from: 0, to: smoothed.count, by: factors.count) {
            for (column, factor) in factors.enumerated() {
                let product = smoothed[start + column] * factor
                guard product.magnitude < 65_520 else { throw .beyondBinary16(index: start + column) }
                smoothed[start + column] = roundedToSmallHalf(product)
            }
        }
        return smoothed
    }
}
