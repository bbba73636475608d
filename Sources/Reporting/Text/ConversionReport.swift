import Conversion
import Foundation
import Quantization

/// The statistics of a conversion as people read them.
public struct ConversionReport {
    private let result: ConversionResult

    /// The report of a conversion.
    public init(_ result: ConversionResult) { self.result = result }

    /// The report, one line for each matrix and one for all.
    public var text: String {
        let scheme = result.plan.scheme
        var table = TextTable("matrix", ">shape", ">bits/weight", ">MSE", ">SQNR dB", "data types")
        for matrix in result.matrices {
            let shape = matrix.shape.map(String.init).joined(separator: " x ")
            let entries = entries(matrix.statistics)
            table.add(matrix.name, shape, entries.bits, entries.error, entries.ratio, entries.formats)
        }
        let entries = entries(result.total)
        table.add(
            "total", "\(result.total.weights) weights", entries.bits, entries.error, entries.ratio, entries.formats)
        let settings = [
            "group size \(scheme.groupSize)", "\(scheme.scaleEncoding.rawValue) scales",
            "\(result.plan.arithmetic.rawValue) arithmetic",
        ]
        let form = scheme.withoutCalibration.map { "; \($0)" } ?? ""
        let copiedBytes = result.copied.reduce(0) { $0 + $1.bytes.count }
        let kind = result.plan.format == .dequantized ? "dequantised" : "packed"
        return """
            \(scheme.name): \(settings.joined(separator: ", "))\(form)
            \(table.text())
            \(result.copied.count) other tensors copied, \(Figures.bytes(copiedBytes))
            \(result.plan.output): \(kind), \(Figures.bytes(result.outputBytes))

            """
    }

    private func entries(
        _ statistics: MatrixStatistics
    ) -> (bits: String, error: String, ratio: String, formats: String) {
        let shares = zip(result.plan.scheme.formatNames, statistics.formatShares).filter { $0.1 > 0 }
        return (
            String(format: "%.4f", statistics.bitsPerWeight), String(format: "%.3e", statistics.meanSquaredError),
            statistics.signalToQuantizationNoiseDecibels.map { String(format: "%.2f", $0) } ?? "no error",
            shares.map { "\($0.0) \(Figures.percent($0.1))" }.joined(separator: ", ")
        )
    }
}
