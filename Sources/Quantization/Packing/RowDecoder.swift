/// Decodes the rows of a quantised tensor: grid values and weights.
public struct RowDecoder: Sendable {
    /// The tensor decoded.
    public let tensor: QuantizedTensor
    /// The scheme's data types.
    public let formats: [NumberFormat]
    private let codeValues: [[Int]]
    private let rowScaleIndices: [Int]
    private let outlierValues: [Int]
    private let groups: Int
    /// What asymmetric codes, read as signed integers, lack to their unsigned value.
    private let codeOffset: Int

    /// A decoder with the tables of the tensor's scheme.
    public init(_ tensor: QuantizedTensor) {
        self.tensor = tensor
        formats = tensor.scheme.formats
        codeValues = formats.map(\.codeValues)
        rowScaleIndices = tensor.scheme.rowScaleIndices
        groups = tensor.groupsPerRow
        if case .olive = tensor.scheme.family {
            outlierValues = OliveType(rawValue: Int(tensor.tensorType))?.outlier.codeValues ?? []
        } else {
            outlierValues = []
        }
        codeOffset = if case .asymmetricInteger(let bits) = tensor.scheme.family { 1 << (bits - 1) } else { 0 }
    }

    /// The columns of a group.
    public func columns(ofGroup group: Int) -> Range<Int> {
        let size = tensor.scheme.groupSize
        return group * size..<min((group + 1) * size, tensor.columns)
    }

    /// Grid values of a row [columns], in integer units of each group's format; empty for `fp16`.
    public func gridValues(row: Int) -> [Int] {
        guard !formats.isEmpty else { return [] }
        let start = row * tensor.columns
        if !outlierValues.isEmpty {
            return (0..<tensor.columns).map { column in
                let code = Int(tensor.codes[start + column])
                return isOutlier(row: row, column: column)
                    ? outlierValues[code] : codeValues[Int(tensor.tensorType)][code]
            }
        }
        var values = [Int](repeating: 0, count: tensor.columns)
        for group in 0..<groups {
            let table = codeValues[tensor.formatIndex(row: row, group: group)]
            let offset = zeroCorrection(row: row, group: group)
            for column in columns(ofGroup: group) { values[column] = table[Int(tensor.codes[start + column])] + offset }
        }
        return values
    }

    /// Whether a weight is the outlier of an OliVe pair: its partner is a victim.
    public func isOutlier(row: Int, column: Int) -> Bool {
        let partner = column ^ 1
        return !outlierValues.isEmpty && partner < tensor.columns
            && tensor.codes[row * tensor.columns + partner] == OliveType.victimCode
    }

    /// What the PE's signed codes of a group lack to the weights' grid values: 2^(b−1) − zero point for asymmetric
    /// integers, else 0. The group-sum unit adds it times the sum of the group's activations.
    public func zeroCorrection(row: Int, group: Int) -> Int {
        tensor.zeroPoints.isEmpty ? 0 : codeOffset - Int(tensor.zeroPoints[row * groups + group])
    }

    /// The index of a group's scale among the row's.
    public func rowScaleIndex(row: Int, group: Int) -> Int {
        rowScaleIndices[tensor.formatIndex(row: row, group: group)]
    }

    /// The factor of a group's grid values.
    public func scale(row: Int, group: Int) -> GroupScale {
        let format = tensor.formatIndex(row: row, group: group)
        return GroupScale(
            tensor, row: row, group: group, format: formats[format], rowScaleIndex: rowScaleIndices[format])
    }

    /// The weights of one row [columns]; see `QuantizedTensor.dequantized`.
    public func dequantized(row: Int, _ arithmetic: QuantizationArithmetic = .reference) -> [Float] {
        if formats.isEmpty {
            return tensor.halfBits[row * tensor.columns..<(row + 1) * tensor.columns].map {
                Float(Float16(bitPattern: $0))
            }
        }
        let values = gridValues(row: row)
        var weights: [Float] = []
        weights.reserveCapacity(values.count)
        for group in 0..<groups {
            let scale = scale(row: row, group: group)
            for column in columns(ofGroup: group) {
                weights.append(
                    arithmetic == .reference
                        ? scale.referenceProduct(values[column]) : Float(scale.value * Double(values[column])))
            }
        }
        return weights
    }
}
