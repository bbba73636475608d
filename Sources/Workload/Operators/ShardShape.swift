/// The part of each layer that one chip of a tensor-parallel group holds.
public struct ShardShape: Hashable, Sendable, Codable {
    /// For each KV head on the chip, the query heads that use it.
    public var queryHeadsPerKVHead: [Int]
    /// Rows of the gate and up matrices, columns of the down matrix.
    public var intermediateSize: Int
    /// The same of each routed expert.
    public var expertIntermediateSize: Int
    /// The same of the shared expert.
    public var sharedIntermediateSize: Int
    /// Rows of the embedding and of the language-model head.
    public var vocabularyRows: Int
    /// Chips of the group.
    public var groupSize: Int

    /// Creates a shape.
    public init(
        queryHeadsPerKVHead: [Int], intermediateSize: Int, expertIntermediateSize: Int, sharedIntermediateSize: Int,
        vocabularyRows: Int, groupSize: Int
    ) {
        self.queryHeadsPerKVHead = queryHeadsPerKVHead
        self.intermediateSize = intermediateSize
        self.expertIntermediateSize = expertIntermediateSize
        self.sharedIntermediateSize = sharedIntermediateSize
        self.vocabularyRows = vocabularyRows
        self.groupSize = groupSize
    }

    /// The whole model on one chip.
    public init(whole model: TransformerModel) {
        self.init(
            queryHeadsPerKVHead: Array(
                repeating: model.attentionHeads / model.kvHeads, count: model.kvHeads),
            intermediateSize: model.intermediateSize,
            expertIntermediateSize: model.mixtureOfExperts?.expertIntermediateSize ?? 0,
            sharedIntermediateSize: model.mixtureOfExperts?.sharedIntermediateSize ?? 0,
            vocabularyRows: model.vocabularySize, groupSize: 1)
    }

    /// Query heads on the chip.
    public var queryHeads: Int { queryHeadsPerKVHead.reduce(0, +) }

    /// KV heads on the chip.
    public var kvHeads: Int { queryHeadsPerKVHead.count }
}
