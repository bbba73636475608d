import Quantization

/// What turns the partial sums of sixteen rows' groups into products, behind the PE.
struct GroupScales: Sendable {
    /// The reciprocal of the format's term scale: 1 or 1/2.
    var unit = RowFloats(repeating: 1)
    /// The group's scale: an 8-bit code, a binary16 or binary32 scale, a power of two; 1 where rows have all scales.
    var scale = RowFloats(repeating: 0)
    /// What is added per unit of the group's activation sum, for zero points.
    var correction = RowFloats(repeating: 0)
    /// The index of the row's scale.
    var scaleIndex = RowIntegers(repeating: 0)
}

/// Reads a tensor's scales in the stages in which `PlainDotProduct` applies them.
struct GroupScaleReader {
    private let decoder: RowDecoder
    /// Scales per row.
    let scaleCount: Int

    init(_ decoder: RowDecoder) {
        self.decoder = decoder
        scaleCount = max(decoder.tensor.rowScales.count / decoder.tensor.rows, 1)
    }

    /// Scales of the groups [blocks x groups] and of the rows [blocks x scaleCount].
    func read(groups: Int) -> ([GroupScales], [RowFloats]) {
        let tensor = decoder.tensor
        let blocks = (tensor.rows + PreparedWeights.blockRows - 1) / PreparedWeights.blockRows
        var scales = [GroupScales](repeating: GroupScales(), count: blocks * groups)
        var rowScales = [RowFloats](repeating: RowFloats(repeating: 1), count: blocks * scaleCount)
        for row in 0..<tensor.rows {
            let block = row / PreparedWeights.blockRows
            let lane = row % PreparedWeights.blockRows
            for group in 0..<groups {
                let format = decoder.formats[tensor.formatIndex(row: row, group: group)]
                let index =
                    tensor.scheme.scaleEncoding == .int8 ? decoder.rowScaleIndex(row: row, group: group) : 0
                var scale: Float = 1
                var rowScale: Float = 1
                switch decoder.scale(row: row, group: group) {
                case .float16(let factor): scale = factor
                case .float32(let factor):
                    if tensor.scheme.scaleEncoding == .rowFloat16 { rowScale = factor } else { scale = factor }
                case .secondLevel(let row, let code):
                    scale = Float(code)
                    rowScale = row
                case .exponent(let exponent, let unit, _):
                    scale = Float(sign: .plus, exponent: exponent, significand: 1)
                    rowScale = Float(unit)
                case .published(let factor, let unit): rowScale = Float(unit) * factor
                }
                scales[block * groups + group].unit[lane] = 1 / Float(format.termScale)
                scales[block * groups + group].scale[lane] = scale
                scales[block * groups + group].correction[lane] = Float(decoder.zeroCorrection(row: row, group: group))
                scales[block * groups + group].scaleIndex[lane] = Int32(index)
                rowScales[block * scaleCount + index][lane] = rowScale
            }
        }
        return (scales, rowScales)
    }
}
