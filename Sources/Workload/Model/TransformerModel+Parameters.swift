/// Parameter counts, exact: they equal the published totals of checkpoints.
///
///     total = embedding + head, where not tied + head bias + learned positions + final norm
///             + layers (attention matrices and biases + norms + query and key norms
///                       + feed-forward network, or router and experts)
///
/// Precondition of all: the model is valid, see ``TransformerModel/validate(file:)``.
extension TransformerModel {
    /// Elements of the query, key, value and output matrices of all layers.
    private var attentionMatrixParameters: Int {
        sumOverLayers { 2 * hiddenSize * ($0.queryDimension + $0.keyValueDimension) }
    }

    private func feedForwardMatrixParameters(width: Int) -> Int { feedForward.matrices * hiddenSize * width }

    /// The biases of the matrices into the width, and of the one back to the hidden size.
    private func feedForwardBiasParameters(width: Int) -> Int {
        hasFeedForwardBias ? (feedForward.matrices - 1) * width + hiddenSize : 0
    }

    /// Layers with one dense network and layers with experts.
    private var layerCounts: (dense: Int, mixture: Int) {
        guard let mixtureOfExperts else { return (layers, 0) }
        return (mixtureOfExperts.leadingDenseLayers, layers - mixtureOfExperts.leadingDenseLayers)
    }

    /// Adds a count over all feed-forward networks of the model, of which `experts` per layer with experts.
    private func sumOverNetworks(experts: (MixtureOfExperts) -> Int, _ count: (_ width: Int) -> Int) -> Int {
        let (dense, mixture) = layerCounts
        var sum =
            mixture == 0 ? sumOverLayers { count($0.intermediateSize) } : dense * count(intermediateSize)
        if let mixtureOfExperts {
            sum += mixture * experts(mixtureOfExperts) * count(mixtureOfExperts.expertIntermediateSize)
            if mixtureOfExperts.sharedIntermediateSize > 0 {
                sum += mixture * count(mixtureOfExperts.sharedIntermediateSize)
            }
        }
        return sum
    }

    private var routerParameters: Int { layerCounts.mixture * hiddenSize * (mixtureOfExperts?.experts ?? 0) }

    /// Elements of all matrices in the blocks, with all experts and the routers, without biases and norms.
    public var blockLinearParameters: Int {
        attentionMatrixParameters + routerParameters
            + sumOverNetworks(experts: \.experts, feedForwardMatrixParameters)
    }

    /// Of ``blockLinearParameters``, those that one token is multiplied by; equal to its multiply-accumulates there.
    public var activeBlockLinearParametersPerToken: Int {
        attentionMatrixParameters + routerParameters
            + sumOverNetworks(experts: \.activeExperts, feedForwardMatrixParameters)
    }

    /// Elements of the token embedding, without learned positions.
    public var embeddingParameters: Int { vocabularySize * hiddenSize }

    /// Elements of the matrix the head multiplies by; the embedding's own where tied. Without bias.
    public var headParameters: Int { vocabularySize * hiddenSize }

    /// Learned values of the checkpoint, or of what pruning leaves of it. A tied head counts once.
    public var totalParameters: Int {
        var sum = embeddingParameters + blockLinearParameters
        if !hasTiedEmbeddings { sum += headParameters }
        if hasHeadBias { sum += vocabularySize }
        if case .learned(let rows) = position { sum += rows * hiddenSize }
        sum += (1 + layers * normsPerLayer) * normalization.parametersPerElement * hiddenSize
        if hasQueryKeyNorm { sum += layers * 2 * normalization.parametersPerElement * headDimension }
        if hasQueryKeyValueBias { sum += sumOverLayers { $0.queryDimension + 2 * $0.keyValueDimension } }
        if hasAttentionOutputBias { sum += layers * hiddenSize }
        return sum + sumOverNetworks(experts: \.experts, feedForwardBiasParameters)
    }
}
