/// A kind of matrix that a chip holds, whether or not a step touches it.
public struct WeightMatrix: Hashable, Sendable {
    /// Rows on this chip.
    public var outputs: Int
    /// Columns on this chip.
    public var inputs: Int
    /// Columns of the first column's quantisation group that come before it, on another chip.
    public var inputOffset = 0
    /// Which weights these are.
    public var role: Linear.Role
    /// Whether it has a bias.
    public var hasBias: Bool
    /// How many equal ones there are in the layer.
    public var count: Int
}

extension TransformerModel {
    /// The matrices of one layer of a shard, all its experts included.
    ///
    /// - Parameter experts: routed experts that the chip holds; by default all.
    public func weightMatrices(shard: ShardShape, isMixture: Bool, experts: Int? = nil) -> [WeightMatrix] {
        let query = shard.queryHeads * headDimension
        let key = shard.kvHeads * headDimension
        func matrix(_ outputs: Int, _ inputs: Int, offset: Int = 0, bias: Bool, count: Int = 1) -> WeightMatrix {
            WeightMatrix(
                outputs: outputs, inputs: inputs, inputOffset: offset, role: .block, hasBias: bias, count: count)
        }
        let offsets = shard.offsets
        func network(_ width: Int, offset: Int, count: Int = 1) -> [WeightMatrix] {
            guard width > 0 else { return [] }
            return [
                matrix(width, hiddenSize, bias: hasFeedForwardBias, count: count * (feedForward == .gated ? 2 : 1)),
                matrix(hiddenSize, width, offset: offset, bias: hasFeedForwardBias, count: count),
            ]
        }
        let attention = [
            matrix(query, hiddenSize, bias: hasQueryKeyValueBias),
            matrix(key, hiddenSize, bias: hasQueryKeyValueBias, count: 2),
            matrix(hiddenSize, query, offset: offsets.attentionOutput, bias: hasAttentionOutputBias),
        ]
        guard isMixture, let mixture = mixtureOfExperts else {
            return attention + network(shard.intermediateSize, offset: offsets.down)
        }
        return attention + [matrix(mixture.experts, hiddenSize, bias: false)]
            + network(shard.expertIntermediateSize, offset: offsets.expertDown, count: experts ?? mixture.experts)
            + network(shard.sharedIntermediateSize, offset: offsets.sharedDown)
    }

    /// The blocks of the matrices of one dense layer that a chip holds where they are divided both ways.
    public func weightMatrices(block: GridBlock) -> [WeightMatrix] {
        let query = block.queryHeads * headDimension
        func matrix(_ outputs: Int, _ inputs: Int, bias: Bool, count: Int = 1) -> WeightMatrix {
            WeightMatrix(outputs: outputs, inputs: inputs, role: .block, hasBias: bias, count: count)
        }
        return [
            matrix(query, block.hiddenSize, bias: hasQueryKeyValueBias),
            matrix(block.kvHeads * headDimension, block.hiddenSize, bias: hasQueryKeyValueBias, count: 2),
            matrix(block.hiddenSize, query, bias: hasAttentionOutputBias),
            matrix(
                block.intermediateSize, block.hiddenSize, bias: hasFeedForwardBias,
                count: feedForward == .gated ? 2 : 1),
            matrix(block.hiddenSize, block.intermediateSize, bias: hasFeedForwardBias),
        ]
    }

    /// The block of the language-model head that a chip holds where it is divided both ways.
    public func headMatrix(block: GridBlock) -> WeightMatrix {
        WeightMatrix(
            outputs: block.vocabularyRows, inputs: block.hiddenSize, role: .head, hasBias: hasHeadBias, count: 1)
    }

    /// The language-model head of a shard.
    public func headMatrix(shard: ShardShape) -> WeightMatrix {
        WeightMatrix(
            outputs: shard.vocabularyRows, inputs: hiddenSize, role: .head, hasBias: hasHeadBias, count: 1)
    }
}
