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
    /// Where narrowing matrices are cut inside a quantisation group.
    public var offsets: InputOffsets

    /// How many columns of a narrowing matrix's first quantisation group come before the chip's own, on another chip.
    public struct InputOffsets: Hashable, Sendable, Codable {
        /// Of the output projection of attention.
        public var attentionOutput = 0
        /// Of the down matrix.
        public var down = 0
        /// Of the down matrix of each routed expert.
        public var expertDown = 0
        /// Of the down matrix of the shared expert.
        public var sharedDown = 0

        /// Cuts at the borders of groups only.
        public init() {}
    }

    /// Creates a shape.
    public init(
        queryHeadsPerKVHead: [Int], intermediateSize: Int, expertIntermediateSize: Int, sharedIntermediateSize: Int,
        vocabularyRows: Int, groupSize: Int, offsets: InputOffsets = InputOffsets()
    ) {
        self.queryHeadsPerKVHead = queryHeadsPerKVHead
        self.intermediateSize = intermediateSize
        self.expertIntermediateSize = expertIntermediateSize
        self.sharedIntermediateSize = sharedIntermediateSize
        self.vocabularyRows = vocabularyRows
        self.groupSize = groupSize
        self.offsets = offsets
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
