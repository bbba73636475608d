/// Room for one row of weights and the work on one of its groups, allocated once per matrix.
///
/// Groups are padded with zeros to a multiple of 16, so that loops over them need no remainder.
struct RowBuffer: ~Copyable {
    /// The weights, group after group [groups x stride].
    let weights: UnsafeMutablePointer<Float>
    /// Ratios of one group, for each family [families x stride].
    let ratios: UnsafeMutablePointer<Float>
    /// The basic grid's values for them [families x stride].
    let basics: UnsafeMutablePointer<Float>
    /// Squared errors of one candidate, or indices of codes [stride].
    let scratch: UnsafeMutablePointer<Float>
    /// The largest magnitude of each group [groups].
    let maxima: UnsafeMutableBufferPointer<Float>
    /// Weights of a group with its padding.
    let stride: Int

    init(columns: Int, groupSize: Int, families: Int) {
        let groups = (columns + groupSize - 1) / groupSize
        stride = Self.padded(min(groupSize, columns))
        weights = .allocate(capacity: groups * stride)
        ratios = .allocate(capacity: families * stride)
        basics = .allocate(capacity: families * stride)
        scratch = .allocate(capacity: stride)
        maxima = .allocate(capacity: groups)
        weights.initialize(repeating: 0, count: groups * stride)
        ratios.initialize(repeating: 0, count: families * stride)
        basics.initialize(repeating: 0, count: families * stride)
        scratch.initialize(repeating: 0, count: stride)
        maxima.initialize(repeating: 0)
    }

    deinit {
        weights.deallocate()
        ratios.deallocate()
        basics.deallocate()
        scratch.deallocate()
        maxima.deallocate()
    }

    /// `count` rounded up to a multiple of 16.
    static func padded(_ count: Int) -> Int { (count + 15) & ~15 }

    /// The weights of one group.
    func group(_ index: Int) -> UnsafePointer<Float> { UnsafePointer(weights + index * stride) }

    /// Takes a row, rounding each weight to binary16, and notes each group's largest magnitude.
    ///
    /// - Returns: the first column whose weight is not finite in binary16, if any.
    func load(_ row: UnsafeBufferPointer<Float>, groupSize: Int) -> Int? {
        var isFinite = true
        for (group, start) in Swift.stride(from: 0, to: row.count, by: groupSize).enumerated() {
            let count = min(groupSize, row.count - start)
            let target = weights + group * stride
            for index in 0..<count { target[index] = roundedToSmallHalf(row[start + index]) }
            for index in count..<stride { target[index] = 0 }
            let largest = largestMagnitude(target)
            maxima[group] = largest
            isFinite = isFinite && largest < 65_520
        }
        return isFinite ? nil : row.firstIndex { !($0.magnitude < 65_520) }
    }

    /// The largest magnitude of a padded group, compared as integers: NaN counts as larger than infinity.
    private func largestMagnitude(_ values: UnsafePointer<Float>) -> Float {
        var largest: UInt32 = 0
        for index in 0..<stride { largest = max(largest, values[index].bitPattern & 0x7fff_ffff) }
        return Float(bitPattern: largest)
    }
}
