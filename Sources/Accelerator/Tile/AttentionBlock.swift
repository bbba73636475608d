/// Attention of equal KV heads on one chip, scores, softmax and values in one pass.
///
/// For each instance (a KV head of a sequence): `scores[rows x context] = Q Kᵀ`, softmax over the context,
/// `out[rows x headDimension] = P V`. Keys and values are the bit-serial operand, one scale per token and head; the scale
/// of the keys is applied to the scores, that of the values to the probabilities. Scores never leave the chip: blocks of
/// rows meet tiles of the context one after the other, with running maximum and sum (as in FlashAttention, Dao et al.
/// 2022). All positions are computed; the half that causality masks in prefill is not skipped.
public struct AttentionBlock: Hashable, Sendable {
    /// KV heads x sequences.
    public var instances: Int
    /// Query heads of the KV head x new tokens.
    public var rows: Int
    /// Cached tokens that are attended to, the new ones included.
    public var context: Int
    /// Elements of a head.
    public var headDimension: Int
    /// How keys and values are stored; one row is one token of one head.
    public var cache: WeightFormat
    /// Bits of queries, probabilities and outputs.
    public var activationBits: Int
    /// Whether the queries are in the activation buffer already.
    public var isQueryResident: Bool
    /// Whether the output stays in the activation buffer.
    public var isOutputResident: Bool

    /// Creates a block.
    public init(
        instances: Int, rows: Int, context: Int, headDimension: Int, cache: WeightFormat, activationBits: Int = 16,
        isQueryResident: Bool, isOutputResident: Bool
    ) {
        precondition(instances > 0 && rows > 0 && context > 0 && headDimension > 0, "attention has positive dimensions")
        self.instances = instances
        self.rows = rows
        self.context = context
        self.headDimension = headDimension
        self.cache = cache
        self.activationBits = activationBits
        self.isQueryResident = isQueryResident
        self.isOutputResident = isOutputResident
    }

    /// Multiply-adds of scores and values.
    public var macs: Int { 2 * instances * rows * context * headDimension }
}
