/// Heads and feed-forward channels that are removed from some layers of a model, as LLM-Pruner removes them block by block
/// (Ma, Fang and Wang 2023, arXiv:2305.11627; its public code decides the rounding).
///
/// Every pruned layer loses the same number of key and value heads with all their queries, and of channels of its
/// feed-forward network; which ones is a matter of its weights. With C elements of all key heads, or C channels,
///
///     removed = C − int(C (1 − ratio)),   removed heads = removed div head dimension
///
/// in binary64 as Python computes it. Other layers, the embedding and the head stay whole.
public struct Pruning: Hashable, Sendable, Codable {
    /// The share of heads and channels that a pruned layer loses, before rounding.
    public var ratio: Double
    /// The first pruned layer, counted from 0.
    public var firstLayer: Int
    /// The last pruned layer.
    public var lastLayer: Int
    /// The channels that are left are rounded up to a multiple of this, such as the size of a quantisation group.
    public var multiple: Int

    /// Creates a description; ``TransformerModel/validate(file:)`` checks it.
    public init(ratio: Double, layers: ClosedRange<Int>, multiple: Int = 1) {
        self.ratio = ratio
        firstLayer = layers.lowerBound
        lastLayer = layers.upperBound
        self.multiple = multiple
    }

    /// Layers before the first pruned one where nothing else is said: those of the published runs of LLaMA-7B.
    public static let layersKeptInFront = 4
    /// Layers behind the last pruned one where nothing else is said.
    public static let layersKeptBehind = 2

    /// Number of layers that are pruned.
    public var layerCount: Int { lastLayer - firstLayer + 1 }

    /// Elements, heads or channels, that the rule removes of some.
    public func removed(of elements: Int) -> Int { elements - Int(Double(elements) * (1 - ratio)) }

    /// Key and value heads that are left.
    public func kvHeads(of model: TransformerModel) -> Int {
        model.kvHeads - removed(of: model.keyValueDimension) / model.headDimension
    }

    /// Channels of a feed-forward network that are left.
    public func intermediateSize(of model: TransformerModel) -> Int {
        let rest = model.intermediateSize - removed(of: model.intermediateSize)
        return min((rest + multiple - 1) / multiple * multiple, model.intermediateSize)
    }
}

/// Layers of one sort have the same shape.
public enum LayerSort: String, Hashable, Sendable, Codable, CaseIterable {
    /// One feed-forward network of the model's width.
    case dense
    /// Experts instead.
    case mixture
    /// One feed-forward network, with fewer heads and channels than the model's.
    case pruned
}

extension TransformerModel {
    /// The sort of a layer, counted from 0.
    public func sort(ofLayer layer: Int) -> LayerSort {
        if isMixture(layer: layer) { return .mixture }
        guard let pruning, layer >= pruning.firstLayer, layer <= pruning.lastLayer else { return .dense }
        return .pruned
    }

    /// The sorts of some layers in their order, equal neighbours together.
    public func sorts(ofLayers layers: Range<Int>) -> [(sort: LayerSort, count: Int)] {
        layers.map(sort(ofLayer:)).runs().map { ($0.element, $0.count) }
    }

    /// A model all of whose layers are as the pruned ones are; nil where none is pruned.
    public var ofPrunedLayers: TransformerModel? {
        guard let pruning else { return nil }
        var model = self
        model.pruning = nil
        model.kvHeads = pruning.kvHeads(of: self)
        model.attentionHeads = model.kvHeads * queryHeadsPerKVHead
        model.intermediateSize = pruning.intermediateSize(of: self)
        return model
    }

    /// The same model with nothing removed.
    public var unpruned: TransformerModel {
        var model = self
        model.pruning = nil
        return model
    }

    /// The model whose layers all have the shape of a sort of its layers.
    public func ofLayers(_ sort: LayerSort) -> TransformerModel { (sort == .pruned ? ofPrunedLayers : nil) ?? unpruned }

    /// A count of a layer that depends on heads and width of its sort, added up over all layers.
    func sumOverLayers(_ count: (TransformerModel) -> Int) -> Int {
        guard let pruning, let pruned = ofPrunedLayers else { return layers * count(self) }
        return (layers - pruning.layerCount) * count(unpruned) + pruning.layerCount * count(pruned)
    }
}
