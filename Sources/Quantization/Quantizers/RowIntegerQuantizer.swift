/// Quantises rows to symmetric integers with one binary16 scale per row, as SmoothQuant's weights
/// (`quantize_weight_per_channel_absmax` in `smoothquant/fake_quant.py`).
///
/// s = max(max|w|, 10⁻⁵) / (2^(b−1) − 1), q = round(w / s), in binary16, ties to even. The published code simulates and
/// does not limit its codes; for rows whose maximum is below 10⁻³ the rounded scale is so coarse that codes pass
/// 2^(b−1) − 1. Here they are limited to it, since they must be stored.
struct RowIntegerQuantizer {
    let bits: Int

    private var top: Float { Float((1 << (bits - 1)) - 1) }

    /// Quantises in the published binary16 arithmetic; `weights` [rows x columns].
    func reference(_ weights: UnsafeBufferPointer<Float>, into tensor: inout QuantizedTensor) throws(QuantizationError)
    {
        let columns = tensor.columns
        for row in 0..<tensor.rows {
            let indices = row * columns..<(row + 1) * columns
            var maximum: Float = 0
            for index in indices {
                guard weights[index].magnitude < 65_520 else { throw .of(weights[index], index: index) }
                maximum = max(maximum, weights[index].magnitude)
            }
            let scale = roundedToHalf(max(roundedToSmallHalf(maximum), roundedToHalf(1e-5)) / top)
            tensor.rowScales[row] = scale
            tensor.codes.withUnsafeMutableBufferPointer { codes in
                for index in indices {
                    let ratio = roundedToSmallHalf(roundedToSmallHalf(weights[index]) / scale)
                    codes[index] = code(ratio.rounded(.toNearestOrEven))
                }
            }
        }
    }

    /// Quantises in binary64, without the lower limit; only the scale that is stored is rounded.
    func exact(_ weights: UnsafeBufferPointer<Float>, into tensor: inout QuantizedTensor) throws(QuantizationError) {
        let columns = tensor.columns
        for row in 0..<tensor.rows {
            let indices = row * columns..<(row + 1) * columns
            let maximum = indices.reduce(Float(0)) { max($0, weights[$1].magnitude) }
            let scale = Double(maximum) / Double(top)
            let stored = Float(Float16(scale))
            guard stored.isFinite else { throw .scaleOverflow(row: row, encoding: .rowFloat16) }
            tensor.rowScales[row] = stored
            guard scale > 0 else { continue }
            for index in indices {
                tensor.codes[index] = code(Float((Double(weights[index]) / scale).rounded(.toNearestOrEven)))
            }
        }
    }

    /// Two's complement of `bits` bits.
    @inline(__always)
    private func code(_ value: Float) -> UInt8 {
        UInt8(truncatingIfNeeded: Int(min(max(value, -top), top))) & UInt8((1 << bits) - 1)
    }
}
