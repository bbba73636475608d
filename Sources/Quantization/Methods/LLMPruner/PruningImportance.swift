/// How much heads and feed-forward channels matter, as LLM-Pruner estimates it for its block-wise groups (Ma, Fang and Wang
/// 2023, arXiv:2305.11627, section 3.2; `hf_llama_pruner.py` of its code).
///
/// What is removed together is a group: of a head its rows of queries, keys and values and its columns of the output
/// projection, of a channel its rows of gate and up and its column of down. With the elements w of a matrix that belong to
/// a channel, and their gradients g,
///
///     importance in the matrix = Σ |w|, Σ w², or Σ |w g|
///     importance of the group  = mean over its matrices (L1, L2), or their sum (Taylor)
///
/// and a head has the sum over its channels. All sums are in binary64 and in the order of rows and columns, where the
/// published code sums in the precision of the weights and in no stated order.
public struct PruningImportance: Sendable, Hashable {
    /// What the importance is estimated from.
    public enum Criterion: String, Sendable, Hashable, Codable, CaseIterable {
        /// Magnitudes.
        case l1
        /// Squares.
        case l2
        /// First-order Taylor terms of single weights, `param_first` in the published code: needs gradients.
        case taylor
    }

    /// What the importance is estimated from.
    public var criterion: Criterion

    /// An estimate; from weights alone with L2, as published.
    public init(_ criterion: Criterion = .l2) { self.criterion = criterion }

    /// The importance of each row of a matrix [rows x columns].
    ///
    /// - Parameter gradients: of the loss by each weight [rows x columns]; used by ``Criterion/taylor`` only.
    /// - Throws: ``QuantizationError`` for weights or gradients that are not finite, and for an empty matrix.
    /// - Precondition: there are as many weights, and where they are used gradients, as rows times columns.
    public func ofRows(
        _ weights: [Float], gradients: [Float]? = nil, rows: Int, columns: Int
    ) throws(QuantizationError) -> [Double] {
        try sums(weights, gradients, rows: rows, columns: columns, byRow: true)
    }

    /// The importance of each column of a matrix [rows x columns], otherwise as ``ofRows(_:gradients:rows:columns:)``.
    public func ofColumns(
        _ weights: [Float], gradients: [Float]? = nil, rows: Int, columns: Int
    ) throws(QuantizationError) -> [Double] {
        try sums(weights, gradients, rows: rows, columns: columns, byRow: false)
    }

    /// The importance of channels from that in each of the matrices that have them.
    ///
    /// - Precondition: all of the same number of channels, and at least one matrix.
    public func combined(_ matrices: [[Double]]) -> [Double] {
        precondition(Set(matrices.map(\.count)).count == 1, "matrices of one number of channels")
        let scale = criterion == .taylor ? 1 : 1 / Double(matrices.count)
        return matrices[0].indices.map { channel in matrices.reduce(0) { $0 + $1[channel] } * scale }
    }

    /// The importance of each key and value head with the query heads that use it.
    ///
    /// The published code adds up query heads that lie a stride apart where several share a key; here each key has its own,
    /// with their mean, so that one query head for each key gives the published figures.
    ///
    /// - Parameters:
    ///   - query: the importance of each row of the query matrix.
    ///   - key: of each row of the key matrix.
    ///   - value: of each row of the value matrix.
    ///   - output: of each column of the output projection.
    ///   - headDimension: channels of a head.
    /// - Precondition: whole heads, and as many query heads for each key head.
    public func ofHeads(
        query: [Double], key: [Double], value: [Double], output: [Double], headDimension: Int
    ) -> [Double] {
        precondition(
            key.count == value.count && query.count == output.count && key.count.isMultiple(of: headDimension)
                && query.count.isMultiple(of: key.count), "whole heads, and as many queries for each key")
        let group = query.count / key.count
        func heads(_ channels: [Double], per size: Int) -> [Double] {
            stride(from: 0, to: channels.count, by: size).map { channels[$0..<$0 + size].reduce(0, +) }
        }
        func means(_ channels: [Double]) -> [Double] {
            heads(channels, per: headDimension * group).map { $0 / Double(group) }
        }
        return combined([
            means(query), heads(key, per: headDimension), heads(value, per: headDimension), means(output),
        ])
    }

    /// The least important of some heads or channels, in the order of their numbers; of equal ones those with the lowest
    /// numbers.
    ///
    /// - Precondition: at most as many as there are.
    public static func lowest(_ count: Int, of importance: [Double]) -> [Int] {
        precondition(count <= importance.count, "\(count) of \(importance.count)")
        let order = importance.indices.sorted { (importance[$0], $0) < (importance[$1], $1) }
        return order.prefix(count).sorted()
    }

    /// The most important of some heads or channels, in the order of their numbers: all but the ``lowest(_:of:)``.
    ///
    /// - Precondition: at most as many as there are.
    public static func highest(_ count: Int, of importance: [Double]) -> [Int] {
        let removed = Set(lowest(importance.count - count, of: importance))
        return importance.indices.filter { !removed.contains($0) }
    }

    private func sums(
        _ weights: [Float], _ gradients: [Float]?, rows: Int, columns: Int, byRow: Bool
    ) throws(QuantizationError) -> [Double] {
        guard rows > 0, columns > 0 else { throw .emptyMatrix(rows: rows, columns: columns) }
        precondition(weights.count == rows * columns, "a weight for each place")
        precondition(
            criterion != .taylor || gradients?.count == weights.count, "a gradient for each weight")
        if let index = weights.firstIndex(where: { !$0.isFinite }) { throw .nonFiniteWeight(index: index) }
        let gradients = criterion == .taylor ? gradients ?? [] : []
        if let index = gradients.firstIndex(where: { !$0.isFinite }) { throw .nonFiniteWeight(index: index) }
        var result = [Double](repeating: 0, count: byRow ? rows : columns)
        weights.withUnsafeBufferPointer { weights in
            gradients.withUnsafeBufferPointer { gradients in
                for row in 0..<rows {
                    for column in 0..<columns {
                        let index = row * columns + column
                        let weight = Double(weights[index])
                        let term =
                            switch criterion {
                            case .l1: weight.magnitude
                            case .l2: weight * weight
                            case .taylor: (weight * Double(gradients[index])).magnitude
                            }
                        result[byRow ? row : column] += term
                    }
                }
            }
        }
        return result
    }
}
