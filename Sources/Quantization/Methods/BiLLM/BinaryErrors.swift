/// Squared errors of binarising the rows of a block in groups of columns, by ``BinaryOrder``.
///
/// Rows are taken side by side and columns one after the other, which the compiler makes vectors of; each row's sums are those
/// that it would have alone. Rows' errors are added up in binary64 in their order.
final class BinaryErrors {
    private let rows: Int
    private let columns: Int
    /// [columns x rows]
    private let values: UnsafeMutablePointer<Float>
    /// What a first order leaves [columns x rows].
    private let rests: UnsafeMutablePointer<Float>
    /// Of two groups.
    private let groups: (Group, Group)

    /// Room for one group's fit in each row [rows].
    private struct Group {
        let counts: UnsafeMutablePointer<Double>
        let sums: UnsafeMutablePointer<Double>
        let errors: UnsafeMutablePointer<Double>
        let means: UnsafeMutablePointer<Float>
        let scales: UnsafeMutablePointer<Float>

        init(rows: Int) {
            counts = .allocate(capacity: rows)
            sums = .allocate(capacity: rows)
            errors = .allocate(capacity: rows)
            means = .allocate(capacity: rows)
            scales = .allocate(capacity: rows)
        }

        func deallocate() {
            counts.deallocate()
            sums.deallocate()
            errors.deallocate()
            means.deallocate()
            scales.deallocate()
        }
    }

    /// - Parameter block: [rows x columns]
    init(_ block: [Float], rows: Int, columns: Int) {
        self.rows = rows
        self.columns = columns
        values = .allocate(capacity: max(block.count, 1))
        rests = .allocate(capacity: max(block.count, 1))
        groups = (Group(rows: max(rows, 1)), Group(rows: max(rows, 1)))
        for row in 0..<rows {
            for column in 0..<columns { values[column * rows + row] = block[row * columns + column] }
        }
    }

    deinit {
        values.deallocate()
        rests.deallocate()
        groups.0.deallocate()
        groups.1.deallocate()
    }

    /// The error of two orders for the chosen columns, the second for what the first leaves, and of two for the others.
    func ofTwoOrders(_ isChosen: [Bool]) -> Double {
        let chosen = isChosen.indices.filter { isChosen[$0] }
        let others = isChosen.indices.filter { !isChosen[$0] }
        for (columns, group) in [(chosen, groups.0), (others, groups.1)] {
            fit(values, columns, group)
            for column in columns {
                let (source, target) = (values + column * rows, rests + column * rows)
                for row in 0..<rows { target[row] = source[row] - Self.value(source[row], row, group) }
            }
            fit(rests, columns, group)
            for row in 0..<rows { group.errors[row] = 0 }
            for column in columns {
                let source = rests + column * rows
                for row in 0..<rows {
                    let difference = Double(source[row] - Self.value(source[row], row, group))
                    group.errors[row] += difference * difference
                }
            }
        }
        return sumOfErrors()
    }

    /// The error of one order for weights below a magnitude, and of one for the others, outside the columns that are left out.
    func ofSplit(at border: Float, outside isLeftOut: [Bool]) -> Double {
        let (low, high) = groups
        for row in 0..<rows {
            (low.counts[row], low.sums[row], low.errors[row]) = (0, 0, 0)
            (high.counts[row], high.sums[row], high.errors[row]) = (0, 0, 0)
        }
        for column in 0..<columns where !isLeftOut[column] {
            let source = values + column * rows
            for row in 0..<rows {
                let (value, isLow) = (Double(source[row]), source[row].magnitude < border)
                low.counts[row] += isLow ? 1 : 0
                high.counts[row] += isLow ? 0 : 1
                low.sums[row] += isLow ? value : 0
                high.sums[row] += isLow ? 0 : value
            }
        }
        for group in [low, high] { average(group, into: group.means) }
        for column in 0..<columns where !isLeftOut[column] {
            let source = values + column * rows
            for row in 0..<rows {
                let isLow = source[row].magnitude < border
                let distance = Double((source[row] - (isLow ? low.means[row] : high.means[row])).magnitude)
                low.sums[row] += isLow ? distance : 0
                high.sums[row] += isLow ? 0 : distance
            }
        }
        for group in [low, high] { average(group, into: group.scales) }
        for column in 0..<columns where !isLeftOut[column] {
            let source = values + column * rows
            for row in 0..<rows {
                let isLow = source[row].magnitude < border
                let value = isLow ? Self.value(source[row], row, low) : Self.value(source[row], row, high)
                let difference = Double(source[row] - value)
                let square = difference * difference
                low.errors[row] += isLow ? square : 0
                high.errors[row] += isLow ? 0 : square
            }
        }
        return sumOfErrors()
    }

    /// Means and scales of some columns of a block [columns x rows].
    private func fit(_ block: UnsafeMutablePointer<Float>, _ columns: [Int], _ group: Group) {
        for row in 0..<rows { (group.counts[row], group.sums[row]) = (Double(columns.count), 0) }
        for column in columns {
            let source = block + column * rows
            for row in 0..<rows { group.sums[row] += Double(source[row]) }
        }
        average(group, into: group.means)
        for column in columns {
            let source = block + column * rows
            for row in 0..<rows { group.sums[row] += Double((source[row] - group.means[row]).magnitude) }
        }
        average(group, into: group.scales)
    }

    /// Averages of a group's sums, which begin anew; 0 in rows without weights.
    private func average(_ group: Group, into averages: UnsafeMutablePointer<Float>) {
        for row in 0..<rows {
            averages[row] = group.counts[row] > 0 ? Float(group.sums[row] / group.counts[row]) : 0
            group.sums[row] = 0
        }
    }

    /// What stands for a weight of a row's group.
    @inline(__always)
    private static func value(_ weight: Float, _ row: Int, _ group: Group) -> Float {
        BinaryOrder(mean: group.means[row], scale: group.scales[row]).value(weight)
    }

    private func sumOfErrors() -> Double {
        (0..<rows).reduce(0.0) { $0 + (groups.0.errors[$1] + groups.1.errors[$1]) }
    }
}
