/// The shape of a decoder-only transformer: everything its operators and sizes follow from, and no weights.
///
/// A model is a stack of equal blocks (attention, then a feed-forward network) between an embedding and a head, but for
/// what ``pruning`` removes from some of them. What
/// cannot be said in these fields is refused where models are read, not approximated: latent attention, attention
/// windows in some layers only, logit soft-capping, attention sinks, ALiBi.
///
/// Where a model comes from: ``ModelRegistry``, or ``init(huggingFaceConfig:file:)``. Values from elsewhere should
/// pass ``validate(file:)``, after which no derived count can overflow.
public struct TransformerModel: Hashable, Sendable, Codable {
    /// The name used in reports.
    public var name: String
    /// The architecture: the `model_type` of Hugging Face, such as `llama`.
    public var family: String

    /// Elements of a token's vector between blocks.
    public var hiddenSize: Int
    /// Blocks.
    public var layers: Int
    /// Query heads.
    public var attentionHeads: Int
    /// Key heads, and value heads; fewer than query heads in grouped-query attention (arXiv:2305.13245).
    public var kvHeads: Int
    /// Elements per head; heads times this need not be the hidden size.
    public var headDimension: Int
    /// Width of a dense feed-forward network.
    public var intermediateSize: Int
    /// Rows of the embedding in the checkpoint, padding included.
    public var vocabularySize: Int
    /// Whether the head multiplies by the embedding instead of a matrix of its own.
    public var hasTiedEmbeddings: Bool

    /// The matrices of a feed-forward network.
    public var feedForward: FeedForward
    /// The function inside a feed-forward network.
    public var activation: Activation
    /// The kind of every norm of the model.
    public var normalization: Normalization
    /// How positions are encoded.
    public var position: PositionEncoding
    /// Tokens the model was made for, prompt and answer together.
    public var maximumPositions: Int

    /// Whether the query, key and value projections add a bias.
    public var hasQueryKeyValueBias: Bool
    /// Whether the attention's output projection adds a bias.
    public var hasAttentionOutputBias: Bool
    /// Whether the projections of feed-forward networks add a bias.
    public var hasFeedForwardBias: Bool
    /// Whether the head adds a bias.
    public var hasHeadBias: Bool
    /// Whether every query and key head is normalised, with weights shared by the heads of a layer.
    public var hasQueryKeyNorm: Bool
    /// Whether attention and feed-forward network both start from the block's input and one sum adds both to it.
    ///
    /// With one norm per layer they share it (phi-2, Falcon-7B); with two, each has its own (GPT-NeoX, Falcon-40B).
    public var isParallelBlock: Bool
    /// Norms of hidden size in one block.
    public var normsPerLayer: Int
    /// The experts, or nil where every feed-forward network is dense.
    public var mixtureOfExperts: MixtureOfExperts?
    /// Latest tokens every layer attends to, or nil for all.
    public var slidingWindow: Int?
    /// What is removed from some layers, or nil for nothing. Heads and widths above are those of the other layers.
    public var pruning: Pruning?

    /// Creates a description. What has a default is as in Llama.
    public init(
        name: String, family: String, hiddenSize: Int, layers: Int, attentionHeads: Int, kvHeads: Int,
        headDimension: Int, intermediateSize: Int, vocabularySize: Int, hasTiedEmbeddings: Bool,
        feedForward: FeedForward = .gated, activation: Activation = .silu, normalization: Normalization = .rmsNorm,
        position: PositionEncoding, maximumPositions: Int, hasQueryKeyValueBias: Bool = false,
        hasAttentionOutputBias: Bool = false, hasFeedForwardBias: Bool = false, hasHeadBias: Bool = false,
        hasQueryKeyNorm: Bool = false, isParallelBlock: Bool = false, normsPerLayer: Int = 2,
        mixtureOfExperts: MixtureOfExperts? = nil, slidingWindow: Int? = nil, pruning: Pruning? = nil
    ) {
        self.name = name
        self.family = family
        self.hiddenSize = hiddenSize
        self.layers = layers
        self.attentionHeads = attentionHeads
        self.kvHeads = kvHeads
        self.headDimension = headDimension
        self.intermediateSize = intermediateSize
        self.vocabularySize = vocabularySize
        self.hasTiedEmbeddings = hasTiedEmbeddings
        self.feedForward = feedForward
        self.activation = activation
        self.normalization = normalization
        self.position = position
        self.maximumPositions = maximumPositions
        self.hasQueryKeyValueBias = hasQueryKeyValueBias
        self.hasAttentionOutputBias = hasAttentionOutputBias
        self.hasFeedForwardBias = hasFeedForwardBias
        self.hasHeadBias = hasHeadBias
        self.hasQueryKeyNorm = hasQueryKeyNorm
        self.isParallelBlock = isParallelBlock
        self.normsPerLayer = normsPerLayer
        self.mixtureOfExperts = mixtureOfExperts
        self.slidingWindow = slidingWindow
        self.pruning = pruning
    }

    /// Query heads that share one key and value head.
    public var queryHeadsPerKVHead: Int { attentionHeads / kvHeads }

    /// Elements of all query heads of a token.
    public var queryDimension: Int { attentionHeads * headDimension }

    /// Elements of all key heads of a token, and of all value heads.
    public var keyValueDimension: Int { kvHeads * headDimension }

    /// Elements a token adds to the key-value cache, over all layers.
    public var kvElementsPerToken: Int { sumOverLayers { 2 * $0.keyValueDimension } }

    /// Elements of all query heads of a token, over all layers.
    public var queryElementsPerToken: Int { sumOverLayers(\.queryDimension) }

    /// Whether a layer, counted from 0, has experts instead of one dense feed-forward network.
    public func isMixture(layer: Int) -> Bool {
        precondition(layer >= 0 && layer < layers, "layer \(layer) of \(layers)")
        guard let mixtureOfExperts else { return false }
        return layer >= mixtureOfExperts.leadingDenseLayers
    }
}
