/// Binarises the weights of one row in one block, whose structure is known.
struct BiLLMRowCoder {
    private var low: [Float]
    private var high: [Float]
    private var salient: [Float]

    init(columns: Int) {
        low = [Float](repeating: 0, count: columns)
        high = low
        salient = low
    }

    /// Writes a row's bits into the matrix, and its values in binary32 arithmetic, which the next blocks make up for.
    ///
    /// - Parameters:
    ///   - weights: [rows x columns of the block].
    ///   - metric: what decides between low and high [rows x columns of the block].
    /// - Returns: the row's constants, not rounded to their encoding.
    mutating func code(
        _ weights: [Float], _ metric: [Float], row: Int, _ border: Float, _ block: Range<Int>,
        into matrix: inout BiLLMMatrix, quantized: inout [Float]
    ) -> BiLLMConstants {
        let start = row * block.count
        let target = row * matrix.columns + block.lowerBound
        var counts = (low: 0, high: 0, salient: 0)
        for column in 0..<block.count {
            let weight = weights[start + column]
            if matrix.isSalient[block.lowerBound + column] {
                salient[counts.salient] = weight
                counts.salient += 1
            } else if metric[start + column].magnitude < border {
                low[counts.low] = weight
                counts.low += 1
            } else {
                high[counts.high] = weight
                counts.high += 1
                matrix.highs[target + column] = 1
            }
        }
        let lowOrder = BinaryOrder(low, count: counts.low)
        let highOrder = BinaryOrder(high, count: counts.high)
        let first = BinaryOrder(salient, count: counts.salient)
        for index in 0..<counts.salient { salient[index] -= first.value(salient[index]) }
        let second = BinaryOrder(salient, count: counts.salient)
        var residual = 0
        for column in 0..<block.count {
            let weight = weights[start + column]
            if matrix.isSalient[block.lowerBound + column] {
                matrix.negatives[target + column] = first.isNegative(weight) ? 1 : 0
                matrix.residualNegatives[target + column] = second.isNegative(salient[residual]) ? 1 : 0
                quantized[start + column] = first.value(weight) + second.value(salient[residual])
                residual += 1
            } else {
                let order = matrix.highs[target + column] == 1 ? highOrder : lowOrder
                matrix.negatives[target + column] = order.isNegative(weight) ? 1 : 0
                quantized[start + column] = order.value(weight)
            }
        }
        var constants = BiLLMConstants()
        (constants.lowMean, constants.lowScale) = (lowOrder.mean, lowOrder.scale)
        (constants.highMean, constants.highScale) = (highOrder.mean, highOrder.scale)
        constants.salientMean = first.mean + second.mean
        (constants.salientScale, constants.residualScale) = (first.scale, second.scale)
        return constants
    }
}
