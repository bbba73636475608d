/// Which blocks of a matrix are narrower and which wider than the rest.
struct SliMAllocation {
    let bits: Int
    let blockSize: Int

    /// The salience Σ w² / U_jj² of each whole block. A shorter last block keeps the mean width, so that the mean over the
    /// matrix is the mean width.
    func salience(_ weights: [Float], rows: Int, columns: Int, diagonal: [Double]) -> [Double] {
        (0..<columns / blockSize).map { block in
            var sum = 0.0
            for row in 0..<rows {
                for column in block * blockSize..<(block + 1) * blockSize {
                    let weight = Double(weights[row * columns + column])
                    sum += weight * weight / (diagonal[column] * diagonal[column])
                }
            }
            return sum
        }
    }

    /// Blocks by ascending salience, of equal ones the first.
    func order(_ salience: [Double]) -> [Int] {
        salience.indices.sorted { salience[$0] != salience[$1] ? salience[$0] < salience[$1] : $0 < $1 }
    }

    /// The widths of all blocks, with so many pairs at the ends of an order.
    func widths(_ order: [Int], pairs: Int, columns: Int) -> [Int] {
        var widths = [Int](repeating: bits, count: (columns + blockSize - 1) / blockSize)
        for block in order.prefix(pairs) { widths[block] = bits - 1 }
        for block in order.suffix(pairs) { widths[block] = bits + 1 }
        return widths
    }

    /// The number of pairs, from 1 to half the blocks less one, for which the outputs' distribution diverges least from that
    /// of the unquantised weights: the mean over samples of
    ///
    ///     Σ p ln(p / q),  p = softmax(x Ŵᵀ),  q = softmax(x Wᵀ),  both at least 10⁻⁶
    ///
    /// with weights rounded to the range of their rows (`activation_aware_search`). Of equal ones the first; 0 if there are
    /// fewer than four blocks.
    func pairs(
        _ weights: [Float], rows: Int, columns: Int, order: [Int], samples: [Float]
    ) -> (best: Int, divergences: [Double]) {
        guard order.count / 2 > 1 else { return (0, []) }
        let blocks = (columns + blockSize - 1) / blockSize
        let count = samples.count / columns
        var outputs = [Double](repeating: 0, count: count * rows)
        for block in 0..<blocks {
            let wide = transposed(weights, rows: rows, columns: columns, block: block, width: nil)
            add(wide, block, samples, rows: rows, columns: columns, to: &outputs)
        }
        let references = outputs
        func change(_ block: Int, from old: Int?, to new: Int) {
            var difference = transposed(weights, rows: rows, columns: columns, block: block, width: new)
            let before = transposed(weights, rows: rows, columns: columns, block: block, width: old)
            for index in difference.indices { difference[index] -= before[index] }
            add(difference, block, samples, rows: rows, columns: columns, to: &outputs)
        }
        for block in 0..<blocks { change(block, from: nil, to: bits) }
        // From one number to the next only two blocks change.
        var divergences: [Double] = []
        for pairs in 1..<order.count / 2 {
            change(order[pairs - 1], from: bits, to: bits - 1)
            change(order[order.count - pairs], from: bits, to: bits + 1)
            divergences.append(Self.divergence(outputs, references, rows: rows))
        }
        let least = divergences.min() ?? 0
        return ((divergences.firstIndex(of: least) ?? 0) + 1, divergences)
    }

    /// A block of weights, rounded to a width or as it is [columns of the block x rows].
    private func transposed(_ weights: [Float], rows: Int, columns: Int, block: Int, width: Int?) -> [Double] {
        let range = block * blockSize..<min((block + 1) * blockSize, columns)
        var result = [Double](repeating: 0, count: range.count * rows)
        weights.withUnsafeBufferPointer { weights in
            for row in 0..<rows {
                let line = UnsafeBufferPointer(
                    rebasing: weights[row * columns + range.lowerBound..<row * columns + range.upperBound])
                guard let width else {
                    for index in line.indices { result[index * rows + row] = Double(line[index]) }
                    continue
                }
                let (low, high) = SliMRowRange.limits(line)
                let rounded =
                    width == 1
                    ? SliMRowRange(binary: line)
                    : SliMRowRange(low: low, high: high, factor: 1, top: Float((1 << width) - 1))
                for index in line.indices {
                    let code = rounded.code(line[index], width: width)
                    result[index * rows + row] = Double(rounded.value(code, width: width))
                }
            }
        }
        return result
    }

    /// Adds what a block [columns of the block x rows] makes of the samples to the outputs [samples x rows].
    private func add(
        _ block: [Double], _ number: Int, _ samples: [Float], rows: Int, columns: Int, to outputs: inout [Double]
    ) {
        let first = number * blockSize
        outputs.withUnsafeMutableBufferPointer { outputs in
            block.withUnsafeBufferPointer { block in
                for sample in 0..<samples.count / columns {
                    let target = UnsafeMutableBufferPointer(rebasing: outputs[sample * rows..<(sample + 1) * rows])
                    for column in 0..<block.count / rows {
                        let input = Double(samples[sample * columns + first + column])
                        let source = UnsafeBufferPointer(rebasing: block[column * rows..<(column + 1) * rows])
                        for row in 0..<rows { target[row] += input * source[row] }
                    }
                }
            }
        }
    }

    /// The mean divergence of outputs [samples x rows] from references.
    private static func divergence(_ outputs: [Double], _ references: [Double], rows: Int) -> Double {
        let floor = 1e-6
        let logarithm = FastPower.logarithm(floor)
        var sum = 0.0
        var (found, expected) = ([Double](repeating: 0, count: rows), [Double](repeating: 0, count: rows))
        for start in stride(from: 0, to: outputs.count, by: rows) {
            logarithmicSoftmax(outputs[start..<start + rows], &found)
            logarithmicSoftmax(references[start..<start + rows], &expected)
            for row in 0..<rows {
                let probability = max(FastPower.exponential(found[row]), floor)
                sum += probability * (max(found[row], logarithm) - max(expected[row], logarithm))
            }
        }
        return sum / Double(outputs.count / rows)
    }

    private static func logarithmicSoftmax(_ values: ArraySlice<Double>, _ result: inout [Double]) {
        let largest = values.max() ?? 0
        var sum = 0.0
        for (row, value) in values.enumerated() {
            result[row] = value - largest
            sum += FastPower.exponential(result[row])
        }
        let logarithm = FastPower.logarithm(sum)
        for row in result.indices { result[row] -= logarithm }
    }
}
