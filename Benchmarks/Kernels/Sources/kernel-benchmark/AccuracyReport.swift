import Execution
import Quantization

/// Errors of the PE's results against binary64, as a Markdown table for docs/validation.md.
enum AccuracyReport {
    private static let (rows, columns, tokens) = (64, 4096, 8)

    static func print() throws {
        Swift.print("## Accuracy of the PE\n")
        Swift.print(
            "\(tokens) tokens, \(rows) x \(columns) Gaussian weights; error of the `reference` PE against the binary64 product "
                + "of the same quantised weights, relative to Σ|a·w|: root mean square, largest, mean (bias). In the last two "
                + "columns signal-to-noise ratios in dB, of the PE alone and of quantisation alone.\n")
        Swift.print(row("scheme", "activations", "rms", "largest", "bias", "PE dB", "quantisation dB"))
        Swift.print(row("---", "---", "--:", "--:", "--:", "--:", "--:"))
        var generator = SeededGenerator(seed: 4)
        let weights = generator.normals(rows * columns, deviation: 0.02)
        let gaussian = (0..<tokens * columns).map { _ in Float16(generator.normal()) }
        let heavy = (0..<tokens * columns).map { _ in Float16(generator.heavyTailed()) }
        for scheme in Scheme.all {
            let tensor = try Quantizer(scheme).quantize(weights, rows: rows, columns: columns)
            guard let prepared = PreparedWeights(tensor), let product = ExactProduct() else { continue }
            for (name, activations) in [("Gaussian", gaussian), ("Student t, 3", heavy)] {
                let found = product(
                    prepared, PreparedActivations(activations, tokens: tokens, layout: prepared.layout))
                let errors = Errors(found, tensor: tensor, weights: weights, activations: activations)
                Swift.print(
                    row(
                        scheme.name, name, scientific(errors.rootMeanSquare), scientific(errors.largest),
                        scientific(errors.bias), text(errors.processingDecibels, decimals: 1),
                        text(errors.quantizationDecibels, decimals: 1)))
            }
        }
    }

    private static func scientific(_ value: Double) -> String {
        guard value != 0 else { return "0" }
        var exponent = 0
        var mantissa = value
        while abs(mantissa) < 1 {
            mantissa *= 10
            exponent -= 1
        }
        return "\(text(mantissa, decimals: 1))e\(exponent)"
    }
}

/// Statistics of the results of one matrix.
private struct Errors {
    var rootMeanSquare = 0.0
    var largest = 0.0
    var bias = 0.0
    var processingDecibels = 0.0
    var quantizationDecibels = 0.0

    init(_ found: [Float], tensor: QuantizedTensor, weights: [Float], activations: [Float16]) {
        let decoded = RowDecoder(tensor)
        let columns = tensor.columns
        let tokens = activations.count / columns
        let inputs = activations.map { Double($0) }
        var (signal, processing, quantization) = (0.0, 0.0, 0.0)
        for row in 0..<tensor.rows {
            let exactWeights = Self.exactWeights(decoded, row: row)
            for token in 0..<tokens {
                var (exact, original, magnitude) = (0.0, 0.0, 0.0)
                for column in 0..<columns {
                    let input = inputs[token * columns + column]
                    exact += input * exactWeights[column]
                    magnitude += abs(input * exactWeights[column])
                    original += input * Double(weights[row * columns + column])
                }
                let error = Double(found[token * tensor.rows + row]) - exact
                let relative = error / magnitude
                rootMeanSquare += relative * relative
                bias += relative
                largest = max(largest, abs(relative))
                signal += original * original
                processing += error * error
                quantization += (exact - original) * (exact - original)
            }
        }
        let count = Double(tensor.rows * tokens)
        rootMeanSquare = (rootMeanSquare / count).squareRoot()
        bias /= count
        processingDecibels = decibels(signal / processing)
        quantizationDecibels = decibels(signal / quantization)
    }

    /// Grid values times their exact scales.
    private static func exactWeights(_ decoder: RowDecoder, row: Int) -> [Double] {
        let values = decoder.gridValues(row: row)
        return (0..<decoder.tensor.groupsPerRow).flatMap { group in
            let scale = decoder.scale(row: row, group: group).value
            return decoder.columns(ofGroup: group).map { Double(values[$0]) * scale }
        }
    }
}
