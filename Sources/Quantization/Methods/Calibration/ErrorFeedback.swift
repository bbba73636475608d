/// The weights of a matrix while it is quantised column by column: the errors of the columns that are done are made up for
/// by those that follow (GPTQ).
///
/// Weights lie column by column [columns x rows], in the factor's order, so that the loops over rows vectorise. They and
/// the errors are binary32, as in the published code; every element's sum has the order of the columns.
struct ErrorFeedback: ~Copyable {
    /// Output channels.
    let rows: Int
    /// Input channels.
    let columns: Int
    /// Columns after which errors are fed to all that follow.
    let blockSize: Int
    private let factor: HessianFactor
    private let weights: UnsafeMutablePointer<Float>
    private let errors: UnsafeMutablePointer<Float>

    /// Takes a matrix [rows x columns], with zeros for the weights of dead columns.
    ///
    /// - Precondition: matrix and factor fit the shape.
    init(_ source: [Float], rows: Int, columns: Int, factor: HessianFactor, blockSize: Int) {
        precondition(source.count == rows * columns, "a weight for every element of the matrix")
        precondition(factor.columns == columns, "a factor of the matrix's inputs")
        self.rows = rows
        self.columns = columns
        self.blockSize = blockSize
        self.factor = factor
        weights = .allocate(capacity: rows * columns)
        errors = .allocate(capacity: rows * min(blockSize, columns))
        errors.initialize(repeating: 0, count: rows * min(blockSize, columns))
        source.withUnsafeBufferPointer { source in
            for position in 0..<columns {
                let column = factor.permutation?[position] ?? position
                let target = weights + position * rows
                for row in 0..<rows { target[row] = factor.isDead[position] ? 0 : source[row * columns + column] }
            }
        }
    }

    deinit {
        weights.deallocate()
        errors.deallocate()
    }

    /// The blocks of positions, the last one shorter if need be.
    var blocks: [Range<Int>] {
        Swift.stride(from: 0, to: columns, by: blockSize).map { $0..<min($0 + blockSize, columns) }
    }

    /// The weights at a position as they are by now [rows].
    func column(_ position: Int) -> UnsafeMutablePointer<Float> { weights + position * rows }

    /// Puts quantised weights [rows] in the place of a column of `block`, and notes their errors over U_jj.
    ///
    /// - Parameter feedsBlock: whether the columns that follow in the block make up for them.
    func settle(_ position: Int, _ quantized: UnsafePointer<Float>, in block: Range<Int>, feedsBlock: Bool) {
        let column = column(position)
        let error = errors + (position - block.lowerBound) * rows
        let pivot = Float(factor.diagonal[position])
        for row in 0..<rows {
            error[row] = (column[row] - quantized[row]) / pivot
            column[row] = quantized[row]
        }
        guard feedsBlock, !factor.upper.isEmpty else { return }
        factor.upper.withUnsafeBufferPointer { upper in
            for later in position + 1..<max(block.upperBound, position + 1) {
                let (part, target) = (upper[position * columns + later], weights + later * rows)
                for row in 0..<rows { target[row] -= error[row] * part }
            }
        }
    }

    /// Lets all columns behind a block make up for its errors; all of its columns must have been settled.
    func feed(beyond block: Range<Int>) {
        guard !factor.upper.isEmpty else { return }
        factor.upper.withUnsafeBufferPointer { upper in
            for later in block.upperBound..<max(columns, block.upperBound) {
                let target = weights + later * rows
                var position = block.lowerBound
                // Four columns at a time, so that a weight is fetched once for them.
                while position + 4 <= block.upperBound {
                    let first = errors + (position - block.lowerBound) * rows
                    let (second, third, fourth) = (first + rows, first + 2 * rows, first + 3 * rows)
                    let part = position * columns + later
                    let (one, two) = (upper[part], upper[part + columns])
                    let (three, four) = (upper[part + 2 * columns], upper[part + 3 * columns])
                    for row in 0..<rows {
                        target[row] =
                            target[row] - first[row] * one - second[row] * two - third[row] * three
                            - fourth[row] * four
                    }
                    position += 4
                }
                while position < block.upperBound {
                    let (error, part) = (
                        errors + (position - block.lowerBound) * rows, upper[position * columns + later]
                    )
                    for row in 0..<rows { target[row] -= error[row] * part }
                    position += 1
                }
            }
        }
    }
}
