/// The search of ANT and OliVe for a row's clipping point: the multiple of a base magnitude with the least squared error.
struct ClippedScaleSearch {
    let grid: SteppedGrid
    /// Multiples of the base in per cent, in the order of the search.
    let percentages: StrideTo<Int>
    /// Whether neighbours form outlier-victim pairs.
    let hasPairs: Bool

    /// A row's result.
    struct Choice {
        /// The clipping magnitude: the largest normal value times the scale.
        var clip: Double
        /// The mean squared error.
        var error: Double
        /// Whether any clipping point was better than the start value.
        var isFound = false
    }

    /// The published start value of the search, kept for rows in which nothing can be compared.
    static let startError = 1e10

    /// Searches a row in binary32, as the published code.
    ///
    /// - Parameters:
    ///   - row: the weights; OliVe pairs them as (0, 1), (2, 3), …; an unpaired last weight stays a normal value.
    ///   - base: the magnitude whose multiples are tried.
    ///   - sorted: the row sorted, to leave out multiples that cannot be the best; without it all are computed.
    func reference(_ row: UnsafeBufferPointer<Float>, base: Float, sorted: borrowing SortedRow) -> Choice {
        reference(row, base: base, promising(row, sorted, precision: .binary32) { Double(referenceScale(base, $0)) })
    }

    /// The same over given multiples in per cent.
    func reference(
        _ row: UnsafeBufferPointer<Float>, base: Float, _ percentages: some Sequence<Int>
    ) -> Choice {
        var best = Choice(clip: Double(base), error: Self.startError)
        guard base > 0 else { return best }
        let work = ClippedScaleBuffer(row, planes: hasPairs ? 2 : 1)
        for percentage in percentages {
            let scale = referenceScale(base, percentage)
            let error = meanSquaredError(work, count: row.count, scale: scale)
            if error < Float(best.error) {
                best = Choice(clip: Double(referenceClip(base, percentage)), error: Double(error), isFound: true)
            }
        }
        return best
    }

    private func referenceClip(_ base: Float, _ percentage: Int) -> Float { base * Float(Double(percentage) * 0.01) }

    private func referenceScale(_ base: Float, _ percentage: Int) -> Float {
        referenceClip(base, percentage) / grid.maximum
    }

    /// Searches a row in binary64, by the scan that defines the nearest value.
    func exact(_ row: UnsafeBufferPointer<Float>, base: Double, sorted: borrowing SortedRow) -> Choice {
        exact(row, base: base, promising(row, sorted, precision: .binary64) { exactScale(base, $0) })
    }

    /// The same over given multiples in per cent.
    func exact(_ row: UnsafeBufferPointer<Float>, base: Double, _ percentages: some Sequence<Int>) -> Choice {
        var best = Choice(clip: base, error: Self.startError)
        guard base > 0 else { return best }
        var values = [Int?](repeating: 0, count: row.count)
        for percentage in percentages {
            let scale = exactScale(base, percentage)
            writeExactValues(row, scale: scale, to: &values)
            var total = 0.0
            for column in 0..<row.count {
                let difference = Double(values[column] ?? 0) * Double(grid.unit) * scale - Double(row[column])
                total += difference * difference
            }
            if total / Double(row.count) < best.error {
                best = Choice(
                    clip: base * Double(percentage) / 100, error: total / Double(row.count), isFound: true)
            }
        }
        return best
    }

    private func exactScale(_ base: Double, _ percentage: Int) -> Double {
        base * Double(percentage) / 100 / Double(grid.maximum)
    }

    /// The grid values of a row for a choice in integer units, `nil` at victims.
    func write(
        _ choice: Choice, of row: UnsafeBufferPointer<Float>, _ arithmetic: QuantizationArithmetic,
        to values: inout [Int?]
    ) {
        if arithmetic == .reference, choice.clip > 0 {
            writeReferenceValues(row, scale: Float(choice.clip) / grid.maximum, to: &values)
        } else if arithmetic == .exact, choice.isFound {
            writeExactValues(row, scale: choice.clip / Double(grid.maximum), to: &values)
        } else {
            for column in 0..<row.count { values[column] = 0 }
        }
    }

    /// The mean squared error for one scale.
    private func meanSquaredError(_ work: borrowing ClippedScaleBuffer, count: Int, scale: Float) -> Float {
        var lanes = SIMD8<Float>(repeating: 0)
        let unit = grid.unit
        for start in stride(from: 0, to: work.planeSize, by: ClippedScaleBuffer.blockSize) {
            let size = quantizeBlock(work, start: start, scale: scale)
            for plane in 0..<work.planes {
                let (weights, ratios, values) = work.block(plane: plane, start: start)
                // The published code adds the difference back to the ratio, which rounds for far outliers.
                for index in 0..<size {
                    let value = (values[index] * unit - ratios[index]) + ratios[index]
                    let difference = value * scale - weights[index]
                    ratios[index] = difference * difference
                }
                for index in stride(from: 0, to: size, by: 8) {
                    lanes += UnsafeRawPointer(ratios + index).loadUnaligned(as: SIMD8<Float>.self)
                }
            }
        }
        var total = 0.0
        for lane in 0..<8 { total += Double(lanes[lane]) }
        return Float(total) / Float(count)
    }

    /// Ratios and grid values of one block of a row; returns its size.
    private func quantizeBlock(_ work: borrowing ClippedScaleBuffer, start: Int, scale: Float) -> Int {
        let size = min(ClippedScaleBuffer.blockSize, work.planeSize - start)
        for plane in 0..<work.planes {
            let (weights, ratios, values) = work.block(plane: plane, start: start)
            for index in 0..<size { ratios[index] = weights[index] / scale }
            grid.nearest(ratios, count: size, into: values)
        }
        guard hasPairs else { return size }
        let limit = grid.normalLimit
        let even = work.block(plane: 0, start: start).values
        let odd = work.block(plane: 1, start: start).values
        for index in 0..<size {
            let evenIsOutlier = even[index].magnitude > limit
            let oddIsOutlier = odd[index].magnitude > limit
            even[index] = oddIsOutlier && !evenIsOutlier ? 0 : even[index]
            odd[index] = evenIsOutlier ? 0 : odd[index]
        }
        return size
    }

    private func writeReferenceValues(_ row: UnsafeBufferPointer<Float>, scale: Float, to values: inout [Int?]) {
        let work = ClippedScaleBuffer(row, planes: hasPairs ? 2 : 1)
        for start in stride(from: 0, to: work.planeSize, by: ClippedScaleBuffer.blockSize) {
            let size = quantizeBlock(work, start: start, scale: scale)
            for plane in 0..<work.planes {
                let nearest = work.block(plane: plane, start: start).values
                for index in 0..<size {
                    let column = (start + index) * work.planes + plane
                    if column < row.count { values[column] = Int(nearest[index]) }
                }
            }
        }
        if hasPairs { markVictims(&values) }
    }

    private func writeExactValues(_ row: UnsafeBufferPointer<Float>, scale: Double, to values: inout [Int?]) {
        for column in 0..<row.count { values[column] = grid.nearestByScan(Double(row[column]) / scale) }
        if hasPairs { markVictims(&values) }
    }

    /// Replaces victims by `nil`, and an unpaired outlier by the largest normal value.
    func markVictims(_ values: inout [Int?]) {
        let limit = Int(grid.normalLimit)
        for left in stride(from: 0, to: values.count - 1, by: 2) {
            if let value = values[left], abs(value) > limit {
                values[left + 1] = nil
            } else if let value = values[left + 1], abs(value) > limit {
                values[left] = nil
            }
        }
        if values.count % 2 == 1, let last = values[values.count - 1], abs(last) > limit {
            values[values.count - 1] = last < 0 ? -limit : limit
        }
    }
}
