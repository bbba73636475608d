import Quantization

/// Products with a `PlaneSum`: the planes by ``ExactProduct``, the rest by plain loops in the order that `PlaneSum` says.
public struct PlaneSumProduct: Sendable {
    /// Output channels.
    public let rows: Int
    /// Input channels.
    public let columns: Int
    private let planes: [PreparedWeights]
    private let groupSize: Int
    private let offsets: [PlaneSum.GroupOffsets]
    private let outliers: SparseRows
    private let outputFactors: [Float]

    /// How rows are cut, for each plane: what activations must be prepared for.
    public var layouts: [KernelLayout] { planes.map(\.layout) }

    /// Prepares a matrix.
    public init(_ sum: PlaneSum) {
        rows = sum.rows
        columns = sum.columns
        groupSize = sum.groupSize
        offsets = sum.offsets
        outliers = sum.outliers
        outputFactors = sum.outputFactors
        planes = sum.planes.compactMap { PreparedWeights($0) }
        precondition(planes.count == sum.planes.count, "planes run on the PE")
    }

    /// Dot products of every row with every token's activations.
    ///
    /// - Parameters:
    ///   - values: the activations [tokens x columns].
    ///   - activations: the same in binary16, as the PEs read them, for each of ``layouts``.
    /// - Returns: token by token [tokens x rows].
    public func callAsFunction(
        _ values: [Float], tokens: Int, _ activations: [PreparedActivations], _ product: ExactProduct
    ) -> [Float] {
        precondition(
            values.count == tokens * columns && activations.count == planes.count, "activations for every plane")
        var result = [Float](repeating: 0, count: tokens * rows)
        for (plane, activations) in zip(planes, activations) {
            for (index, value) in product(plane, activations).enumerated() { result[index] += value }
        }
        for offset in offsets { add(offset, values, tokens: tokens, to: &result) }
        if outliers.count > 0 { addOutliers(values, tokens: tokens, to: &result) }
        if !outputFactors.isEmpty {
            for token in 0..<tokens { for row in 0..<rows { result[token * rows + row] *= outputFactors[row] } }
        }
        return result
    }

    private func add(_ offset: PlaneSum.GroupOffsets, _ values: [Float], tokens: Int, to result: inout [Float]) {
        let groups = (columns + groupSize - 1) / groupSize
        var sums = [Float](repeating: 0, count: groups)
        for token in 0..<tokens {
            for group in 0..<groups {
                var sum: Float = 0
                for column in group * groupSize..<min((group + 1) * groupSize, columns)
                where offset.members.isEmpty || offset.members[column] {
                    sum += values[token * columns + column]
                }
                sums[group] = sum
            }
            for row in 0..<rows {
                var total: Float = 0
                for group in 0..<groups { total += offset.factors[row * groups + group] * sums[group] }
                result[token * rows + row] += total
            }
        }
    }

    private func addOutliers(_ values: [Float], tokens: Int, to result: inout [Float]) {
        for token in 0..<tokens {
            for row in 0..<rows {
                var sum: Float = 0
                for index in outliers.starts[row]..<outliers.starts[row + 1] {
                    sum += outliers.values[index] * values[token * columns + Int(outliers.columns[index])]
                }
                result[token * rows + row] += sum
            }
        }
    }
}
