/// One operator of a step, in true shapes, for one layer of one chip's shard.
public struct Operator: Hashable, Sendable {
    /// The name of the layer it is, as in the checkpoint (`q_proj`), or of what it does (`softmax`).
    public var name: String
    /// What it computes.
    public var kind: OperatorKind
    /// How many equal ones run one after the other: experts with the same load.
    public var count: Int

    /// Creates an operator.
    public init(_ name: String, _ kind: OperatorKind, count: Int = 1) {
        self.name = name
        self.kind = kind
        self.count = count
    }

    /// Multiply-adds of all `count` together.
    public var macs: Int {
        switch kind {
        case .linear(let linear): linear.outputs * linear.inputs * linear.tokens * count
        case .attentionScores(let shape), .attentionValues(let shape):
            shape.groups.reduce(0) { $0 + $1.instances * $1.rows } * shape.context * shape.headDimension * count
        default: 0
        }
    }
}

/// What an operator computes. Token counts are rows; widths are elements of a row.
public enum OperatorKind: Hashable, Sendable {
    /// A matrix product with weights of the model.
    case linear(Linear)
    /// `scores = Q Kᵀ` against the KV cache.
    case attentionScores(AttentionExtent)
    /// Softmax over the context.
    case softmax(AttentionExtent)
    /// `out = P V` against the KV cache.
    case attentionValues(AttentionExtent)
    /// Quantising new keys and values and writing them to the cache.
    case keyValueAppend(tokens: Int, kvHeads: Int, headDimension: Int, batch: Int)
    /// RMSNorm or LayerNorm over rows of a width, or over heads.
    case norm(Normalization, rows: Int, width: Int)
    /// Rotating the first `dimensions` elements of each head; one row of the table per position.
    case rope(rows: Int, dimensions: Int, width: Int, positions: Int)
    /// The activation function; with a gate, times the up projection.
    case activation(Activation, isGated: Bool, rows: Int, width: Int)
    /// Sum of two tensors.
    case residual(rows: Int, width: Int)
    /// Choosing experts from router scores: softmax over experts and the largest few.
    case routing(tokens: Int, experts: Int)
    /// Weighted sum of the experts' outputs: rows of `assignments` are added up to rows of `tokens`.
    case combine(tokens: Int, assignments: Int, width: Int)
    /// Looking up rows of the embedding table, and of the position table where there is one.
    case embedding(rows: Int, positionRows: Int, width: Int)
}

/// A matrix product with weights of the model: `[tokens x outputs] = [tokens x inputs] · [outputs x inputs]ᵀ`.
public struct Linear: Hashable, Sendable {
    /// Which weights these are; decides how they are stored.
    public enum Role: Hashable, Sendable {
        /// A matrix of a block.
        case block
        /// The language-model head.
        case head
    }

    /// Rows of the weights on this chip.
    public var outputs: Int
    /// Columns of the weights on this chip.
    public var inputs: Int
    /// Columns of the first column's quantisation group that come before it, on another chip.
    public var inputOffset: Int
    /// Rows of the input.
    public var tokens: Int
    /// Which weights these are.
    public var role: Role
    /// Whether a bias is added.
    public var hasBias: Bool
    /// Whether the inputs are split over chips, so that the output is a partial sum.
    public var isPartial: Bool
    /// Pairs of a narrower and a wider block of inputs where weights of mixed widths have another number than the usual one.
    public var blockPairs: Int?

    /// Creates a product.
    public init(
        outputs: Int, inputs: Int, inputOffset: Int = 0, tokens: Int, role: Role = .block, hasBias: Bool = false,
        isPartial: Bool = false
    ) {
        self.outputs = outputs
        self.inputs = inputs
        self.inputOffset = inputOffset
        self.tokens = tokens
        self.role = role
        self.hasBias = hasBias
        self.isPartial = isPartial
    }
}

/// Attention of one layer on one chip.
public struct AttentionExtent: Hashable, Sendable {
    /// Equal KV heads: how many (times sequences), and the rows that meet each (query heads x new tokens).
    public struct Group: Hashable, Sendable {
        /// KV heads x sequences.
        public var instances: Int
        /// Query heads of a KV head x new tokens.
        public var rows: Int
    }

    /// The chip's KV heads, equal ones together, most query heads first.
    public var groups: [Group]
    /// Cached tokens that each row meets.
    public var context: Int
    /// Elements of a head.
    public var headDimension: Int
}
