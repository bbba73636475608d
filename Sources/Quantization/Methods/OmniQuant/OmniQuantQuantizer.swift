/// BitMoD's OmniQuant integration for whole matrices: ``OffsetGridSearch`` with a clipping factor per group.
///
/// OmniQuant learns the clipping sigmoid(θ) of each group by gradient descent through its layer (Shao et al., ICLR 2024);
/// that is not done here. What is done is named: the factor from which learning starts, or a search of our own.
public struct OmniQuantQuantizer: Sendable, Hashable {
    /// Where the clipping factors of the groups come from.
    public enum Clipping: String, Sendable, Hashable, Codable, CaseIterable {
        /// sigmoid(3) for all groups, from which OmniQuant's learning starts: initial, not learned.
        case initial
        /// Our search, not OmniQuant's learning: the factor with the smallest squared error of the group's weights.
        case searchedByWeights
        /// Our search, not OmniQuant's learning: the factor with the smallest mean squared error of the group's part of
        /// the outputs, eᵀ M e with the group's block of the second moment of the inputs.
        case searchedByInputs
    }

    /// Bits per weight: 3 or 4.
    public let bits: Int
    /// Weights that share scale, offset and grid.
    public let groupSize: Int
    /// Where the clipping factors come from.
    public let clipping: Clipping
    /// How scales are stored: `.float16`, or `.float32` as the published code computes.
    public let metadata: ScaleEncoding

    /// The factors of a search in the order in which they are tried; of equal errors the first wins.
    public static let searchedFactors: [Float] =
        [OffsetGridSearch.initialClipping] + (0...20).map { 1 - Float($0) / 40 }

    /// A quantiser.
    ///
    /// - Precondition: `bits` is 3 or 4, `groupSize` positive, `metadata` `.float16` or `.float32`.
    public init(
        bits: Int, groupSize: Int = 128, clipping: Clipping = .initial, metadata: ScaleEncoding = .float16
    ) {
        precondition((bits == 3 || bits == 4) && groupSize > 0, "BitMoD has 3 or 4 bits")
        precondition(metadata == .float16 || metadata == .float32, "scales in binary16 or binary32")
        self.bits = bits
        self.groupSize = groupSize
        self.clipping = clipping
        self.metadata = metadata
    }

    /// Quantises a matrix [rows x columns].
    ///
    /// Offsets are limited to 8 bits, which the published code does not do: groups of one sign far from 0 saturate.
    ///
    /// - Parameter secondMoment: the mean of x xᵀ over tokens [columns x columns], for `searchedByInputs`.
    /// - Throws: `QuantizationError`.
    /// - Precondition: `weights` and `secondMoment` fit the shape, and `searchedByInputs` has a second moment.
    public func quantize(
        _ weights: [Float], rows: Int, columns: Int, secondMoment: [Double]? = nil
    ) throws(QuantizationError) -> OmniQuantMatrix {
        try requireWeights(weights, rows: rows, columns: columns)
        precondition(clipping != .searchedByInputs || secondMoment?.count == columns * columns, "a second moment")
        let search = OffsetGridSearch(bits: bits, groupSize: groupSize)
        let grids = search.grids
        var matrix = OmniQuantMatrix(rows: rows, columns: columns, bits: bits, groupSize: groupSize, metadata: metadata)
        let formats = matrix.formats
        for row in 0..<rows {
            for start in stride(from: 0, to: columns, by: groupSize) {
                let first = row * columns + start
                let slice = weights[first..<first + min(groupSize, columns - start)]
                let group = choose(slice, search, grids, secondMoment, columns: columns, first: start)
                let format = formats[group.selector]
                for (index, value) in group.values.enumerated() {
                    matrix.codes[first + index] = format.code(of: value) ?? 0
                }
                matrix.scales.append(group.scale)
                matrix.selectors.append(UInt8(group.selector))
                matrix.offsets.append(Int8(min(max(group.offset, -128), 127)))
            }
        }
        return matrix
    }

    private func choose(
        _ weights: ArraySlice<Float>, _ search: OffsetGridSearch, _ grids: [[Int]], _ moment: [Double]?, columns: Int,
        first: Int
    ) -> OffsetGridSearch.Group {
        let storesHalf = metadata == .float16
        let factors = clipping == .initial ? [OffsetGridSearch.initialClipping] : Self.searchedFactors
        var best = search.choose(weights, clipping: factors[0], storesHalf: storesHalf, grids)
        guard factors.count > 1 else { return best }
        func loss(_ group: OffsetGridSearch.Group) -> Double {
            let errors = zip(weights, group.dequantized).map { Double($0) - Double($1) }
            guard clipping == .searchedByInputs, let moment else { return errors.reduce(0) { $0 + $1 * $1 } }
            return OutputLoss.quadraticForm(errors[...], moment, stride: columns, first: first)
        }
        var bestLoss = loss(best)
        for factor in factors.dropFirst() {
            let group = search.choose(weights, clipping: factor, storesHalf: storesHalf, grids)
            let value = loss(group)
            if value < bestLoss {
                bestLoss = value
                best = group
            }
        }
        return best
    }
}
