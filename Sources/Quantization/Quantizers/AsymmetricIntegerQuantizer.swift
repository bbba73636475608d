/// Quantises groups to unsigned integers with a zero point (BitMoD code, `quant_int_asym`).
///
/// s = (max − min) / (2^b − 1), z = round(−min / s), q = clamp(round(w / s) + z, 0, 2^b − 1), ŵ = (q − z) s. Range and
/// zero point are not extended to include zero, so that groups of one sign saturate, as in the published code.
struct AsymmetricIntegerQuantizer {
    let scheme: Scheme
    let bits: Int
    let scaleLimits: ClosedRange<Float>

    private var maximumCode: Float { Float((1 << bits) - 1) }

    /// Quantises in the published binary16 arithmetic; `weights` [rows x columns].
    ///
    /// With 8-bit scales the published older code neither clamps the scale nor the zero point, which it stores as an
    /// 8-bit integer that wraps. A group whose scale is zero gets codes and zero point of zero, where that code computes
    /// 0 / 0.
    func reference(_ weights: UnsafeBufferPointer<Float>, into tensor: inout QuantizedTensor) throws(QuantizationError)
    {
        let columns = tensor.columns
        let groups = tensor.groupsPerRow
        let buffer = RowBuffer(columns: columns, groupSize: scheme.groupSize, families: 1)
        let isSecondLevel = scheme.scaleEncoding == .int8
        var scales = [Float](repeating: 0, count: groups)
        for row in 0..<tensor.rows {
            let source = UnsafeBufferPointer(rebasing: weights[row * columns..<(row + 1) * columns])
            if let column = buffer.load(source, groupSize: scheme.groupSize) {
                throw QuantizationError.of(source[column], index: row * columns + column)
            }
            for group in 0..<groups {
                let start = group * scheme.groupSize
                let count = min(scheme.groupSize, columns - start)
                let values = buffer.group(group)
                let (low, high) = range(values, count: count)
                var scale = roundedToHalf(roundedToHalf(high - low) / maximumCode)
                if !isSecondLevel { scale = min(max(scale, scaleLimits.lowerBound), scaleLimits.upperBound) }
                scales[group] = scale
                guard scale > 0 else { continue }
                let zero = zeroPoint(low: low, scale: scale, wraps: isSecondLevel)
                tensor.zeroPoints[row * groups + group] = Int16(zero)
                tensor.codes.withUnsafeMutableBufferPointer { codes in
                    let target = codes.baseAddress! + row * columns + start
                    write(values, count: count, scale: scale, zero: zero, target)
                }
            }
            store(scales, row: row, into: &tensor)
        }
    }

    /// Smallest and largest weight of a group, compared as integers so that the loop vectorises.
    private func range(_ values: UnsafePointer<Float>, count: Int) -> (Float, Float) {
        var low = Int32.max
        var high = Int32.min
        for index in 0..<count {
            let ordered = Self.flipped(Int32(bitPattern: values[index].bitPattern))
            low = min(low, ordered)
            high = max(high, ordered)
        }
        return (
            Float(bitPattern: UInt32(bitPattern: Self.flipped(low))),
            Float(bitPattern: UInt32(bitPattern: Self.flipped(high)))
        )
    }

    /// Integers in the order of the floating-point numbers with those bits; its own inverse.
    @inline(__always)
    private static func flipped(_ bits: Int32) -> Int32 { bits ^ ((bits >> 31) & Int32.max) }

    private func zeroPoint(low: Float, scale: Float, wraps: Bool) -> Float {
        let rounded = roundedToHalf(-low / scale).rounded(.toNearestOrEven)
        guard wraps else { return min(max(rounded, 0), maximumCode) }
        return rounded.isFinite ? Float(Int8(truncatingIfNeeded: Int(rounded))) : 0
    }

    /// Writes the codes of a group.
    private func write(
        _ values: UnsafePointer<Float>, count: Int, scale: Float, zero: Float, _ codes: UnsafeMutablePointer<UInt8>
    ) {
        let top = maximumCode
        // Ratios beyond this saturate whatever the zero point, and rounding to integers by addition needs a bound.
        let bound: Float = 4096
        let integer: Float = 0x1.8p23
        for index in 0..<count {
            var ratio = roundedToSmallHalf(values[index] / scale)
            ratio = ratio > bound ? bound : ratio
            ratio = ratio < -bound ? -bound : ratio
            var code = (ratio + integer) - integer + zero
            code = code > top ? top : code
            code = code < 0 ? 0 : code
            codes[index] = UInt8(truncatingIfNeeded: (code + integer).bitPattern)
        }
    }

    /// Stores a row's scales.
    private func store(_ scales: [Float], row: Int, into tensor: inout QuantizedTensor) {
        let first = row * scales.count
        guard scheme.scaleEncoding == .int8 else {
            for (group, scale) in scales.enumerated() { tensor.groupScales[first + group] = scale }
            return
        }
        let rowScale = roundedToHalf((scales.max() ?? 0) / 255)
        tensor.rowScales[row] = rowScale
        for (group, scale) in scales.enumerated() {
            tensor.scaleCodes[first + group] = UInt8(GridSearch.scaleCode(scale, rowScale: rowScale))
        }
    }

    /// Quantises in binary64; a group of one value other than zero gets a range that includes zero.
    func exact(_ weights: UnsafeBufferPointer<Float>, into tensor: inout QuantizedTensor) throws(QuantizationError) {
        let columns = tensor.columns
        let groups = tensor.groupsPerRow
        let top = Double(maximumCode)
        let isSecondLevel = scheme.scaleEncoding == .int8
        let zeroRange = isSecondLevel ? -128.0...127.0 : 0.0...top
        for row in 0..<tensor.rows {
            var scales: [Double] = []
            for group in 0..<groups {
                let indices =
                    row * columns + group * scheme.groupSize..<row * columns
                    + min((group + 1) * scheme.groupSize, columns)
                var low = Double(weights[indices].min() ?? 0)
                var high = Double(weights[indices].max() ?? 0)
                if low == high { (low, high) = (min(low, 0), max(high, 0)) }
                let scale = (high - low) / top
                scales.append(scale)
                guard scale > 0 else { continue }
                let zero = min(
                    max((-low / scale).rounded(.toNearestOrEven), zeroRange.lowerBound), zeroRange.upperBound)
                tensor.zeroPoints[row * groups + group] = Int16(zero)
                for index in indices {
                    let code = (Double(weights[index]) / scale).rounded(.toNearestOrEven) + zero
                    tensor.codes[index] = UInt8(min(max(code, 0), top))
                }
            }
            try storeExact(scales, row: row, into: &tensor)
        }
    }

    private func storeExact(
        _ scales: [Double], row: Int, into tensor: inout QuantizedTensor
    ) throws(QuantizationError) {
        let first = row * scales.count
        let largest = scales.max() ?? 0
        let isDouble = scheme.scaleEncoding == .int8
        let limit = scheme.scaleEncoding == .float32 ? Double(Float.greatestFiniteMagnitude) : 65_504
        guard (isDouble ? largest / 255 : largest) <= limit else {
            throw .scaleOverflow(row: row, encoding: scheme.scaleEncoding)
        }
        if isDouble {
            let rowScale = Double(Float16(largest / 255))
            tensor.rowScales[row] = Float(rowScale)
            for (group, scale) in scales.enumerated() {
                tensor.scaleCodes[first + group] = UInt8(GridSearch.exactScaleCode(scale, rowScale: rowScale))
            }
        } else {
            for (group, scale) in scales.enumerated() {
                tensor.groupScales[first + group] =
                    scheme.scaleEncoding == .float32 ? Float(scale) : Float(Float16(scale))
            }
        }
    }
}
