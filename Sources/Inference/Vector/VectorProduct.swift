/// The product with a matrix of binary32 weights in the vector unit's order of sums, the same bits on every processor.
///
/// For matrices that stay as the checkpoint has them beside exact arithmetic: a head that is the embedding.
struct VectorProduct: Sendable {
    /// Weights [rows x columns].
    let weights: [Float]
    let rows: Int
    let columns: Int

    /// Dot products of every row with every token's activations [tokens x rows].
    func callAsFunction(_ activations: [Float], tokens: Int) -> [Float] {
        var result = [Float](repeating: 0, count: tokens * rows)
        weights.withUnsafeBufferPointer { weights in
            activations.withUnsafeBufferPointer { activations in
                guard let weights = weights.baseAddress, let activations = activations.baseAddress else { return }
                // Four rows share each load of activations.
                let whole = rows / 4 * 4
                for row in stride(from: 0, to: whole, by: 4) {
                    for token in 0..<tokens {
                        let sums = four(weights + row * columns, activations + token * columns)
                        let place = token * rows + row
                        result[place] = VectorUnit.total(sums.0)
                        result[place + 1] = VectorUnit.total(sums.1)
                        result[place + 2] = VectorUnit.total(sums.2)
                        result[place + 3] = VectorUnit.total(sums.3)
                    }
                }
                for row in whole..<rows {
                    for token in 0..<tokens {
                        result[token * rows + row] = VectorUnit.dot(
                            weights + row * columns, activations + token * columns, count: columns)
                    }
                }
            }
        }
        return result
    }

    @inline(__always)
    private func four(
        _ first: UnsafePointer<Float>, _ activations: UnsafePointer<Float>
    ) -> (VectorUnit.Lanes, VectorUnit.Lanes, VectorUnit.Lanes, VectorUnit.Lanes) {
        var sums = (
            VectorUnit.Lanes(repeating: 0), VectorUnit.Lanes(repeating: 0), VectorUnit.Lanes(repeating: 0),
            VectorUnit.Lanes(repeating: 0)
        )
        var index = 0
        while index &+ 16 <= columns {
            let values = VectorUnit.load(activations + index)
            sums.0 = sums.0 + VectorUnit.load(first + index) * values
            sums.1 = sums.1 + VectorUnit.load(first + columns + index) * values
            sums.2 = sums.2 + VectorUnit.load(first + 2 * columns + index) * values
            sums.3 = sums.3 + VectorUnit.load(first + 3 * columns + index) * values
            index &+= 16
        }
        if index < columns {
            let count = columns - index
            let values = VectorUnit.tail(activations + index, count)
            sums.0 = sums.0 + VectorUnit.tail(first + index, count) * values
            sums.1 = sums.1 + VectorUnit.tail(first + columns + index, count) * values
            sums.2 = sums.2 + VectorUnit.tail(first + 2 * columns + index, count) * values
            sums.3 = sums.3 + VectorUnit.tail(first + 3 * columns + index, count) * values
        }
        return sums
    }
}
