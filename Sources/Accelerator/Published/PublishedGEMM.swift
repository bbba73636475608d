/// A matrix product as the authors' released simulator sees it.
///
/// For linear layers both inner sizes are the same; for attention the simulator's shapes differ from the true ones, see
/// ``attentionScores(count:hidden:heads:kvHeads:queries:)``.
public struct PublishedGEMM: Hashable, Sendable {
    /// The layer's name, as in the model.
    public var name: String
    /// How many equal ones there are.
    public var count: Int
    /// Rows of the weight side.
    public var outputs: Int
    /// Columns of the weight side.
    public var inputs: Int
    /// Columns of the input side.
    public var inputSideInputs: Int
    /// Rows of the output.
    public var tokens: Int
    /// Whether both sides are activations, which DRAM holds with 16 bits.
    public var isAttention: Bool

    /// A linear layer.
    public static func linear(_ name: String, count: Int, outputs: Int, inputs: Int, tokens: Int) -> PublishedGEMM {
        PublishedGEMM(
            name: name, count: count, outputs: outputs, inputs: inputs, inputSideInputs: inputs, tokens: tokens,
            isAttention: false)
    }

    /// Scores of one layer, in the simulator's shapes: inner size H with heads x queries output rows, which is `heads`
    /// times too many multiply-adds in the discriminative task; a known error, kept because the figures contain it.
    public static func attentionScores(
        count: Int, hidden: Int, heads: Int, kvHeads: Int, queries: Int
    ) -> PublishedGEMM {
        PublishedGEMM(
            name: "attn_qk", count: count, outputs: queries, inputs: hidden, inputSideInputs: hidden / heads * kvHeads,
            tokens: heads * queries, isAttention: true)
    }

    /// Values of one layer, in the simulator's shapes: 256 / head dimension times too many multiply-adds in the
    /// discriminative task, and a value cache that a decode step hardly reads.
    public static func attentionValues(
        count: Int, hidden: Int, heads: Int, kvHeads: Int, context: Int, queries: Int
    ) -> PublishedGEMM {
        PublishedGEMM(
            name: "attn_v", count: count, outputs: heads * queries, inputs: context,
            inputSideInputs: hidden / heads * kvHeads, tokens: queries, isAttention: true)
    }
}
