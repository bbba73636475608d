import Conversion
import Quantization

/// The document `bitmod-dist.quantize/1`: what quantisation did to each matrix of a checkpoint.
///
/// `bitsPerWeight` counts what is packed, also where dequantised weights are written. `signalToQuantizationNoiseDecibels`
/// is null where there is no error. `formatShares` are shares of groups. `withoutCalibration` says how a method that takes
/// statistics of activations, or trains, does without; null for others.
public struct ConversionDocument: Encodable {
    struct Statistics: Encodable {
        let weights: Int
        let bitsPerWeight: Double
        let meanSquaredError: Double
        @NullIfAbsent var signalToQuantizationNoiseDecibels: Double?
        let formatShares: [String: Double]

        init(_ statistics: MatrixStatistics, _ scheme: Scheme) {
            weights = statistics.weights
            bitsPerWeight = statistics.bitsPerWeight
            meanSquaredError = statistics.meanSquaredError
            signalToQuantizationNoiseDecibels = statistics.signalToQuantizationNoiseDecibels
            formatShares = Dictionary(zip(scheme.formatNames, statistics.formatShares)) { $0 + $1 }
        }
    }

    struct Matrix: Encodable {
        let name: String
        let dtype: String
        let shape: [Int]
        let statistics: Statistics

        private enum CodingKeys: String, CodingKey {
            case name
            case dtype
            case shape
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(name, forKey: .name)
            try container.encode(dtype, forKey: .dtype)
            try container.encode(shape, forKey: .shape)
            try statistics.encode(to: encoder)
        }
    }

    struct Copy: Encodable {
        let name: String
        let dtype: String
        let shape: [Int]
    }

    let schema = "bitmod-dist.quantize/1"
    let scheme: Scheme
    @NullIfAbsent var withoutCalibration: String?
    let arithmetic: QuantizationArithmetic
    let format: QuantizationRecord.Format
    let outputBytes: Int
    let tensors: [Matrix]
    let total: Statistics
    let copied: [Copy]

    /// The document of a conversion.
    public init(_ result: ConversionResult) {
        scheme = result.plan.scheme
        withoutCalibration = result.plan.scheme.withoutCalibration
        arithmetic = result.plan.arithmetic
        format = result.plan.format
        outputBytes = result.outputBytes
        tensors = result.matrices.map { matrix in
            Matrix(
                name: matrix.name, dtype: matrix.type.rawValue, shape: matrix.shape,
                statistics: Statistics(matrix.statistics, result.plan.scheme))
        }
        total = Statistics(result.total, result.plan.scheme)
        copied = result.copied.map { Copy(name: $0.name, dtype: $0.type.rawValue, shape: $0.shape) }
    }
}

extension Scheme {
    /// The names of the data types that statistics count, in their order.
    var formatNames: [String] { formats.isEmpty ? [name] : formats.map(\.name) }
}
