import Foundation
import Testing
import Workload

/// A model of `Resources/model-configs.json`: shapes and totals collected independently of the registry.
struct ReferenceModel: Decodable, Sendable, CustomTestStringConvertible {
    struct MixtureOfExperts: Decodable {
        var experts, topK, expertIntermediateSize, sharedIntermediateSize, firstDenseLayers: Int
    }
    struct SlidingWindow: Decodable { var size: Int, pattern: String }
    struct Computed: Decodable {
        var totalParameters, blockLinearParameters, activeBlockLinearParametersPerToken, embeddingParameters: Int
        var lmHeadParameters, kvCacheElementsPerToken: Int
    }

    var id: String, hfId: String?
    var hiddenSize, layers, attentionHeads, kvHeads, headDim, intermediateSize, vocabSize: Int
    var tieWordEmbeddings, gatedMLP: Bool
    var activation, norm, positional: String
    var maxPositions, positionEmbeddingRows, normsPerLayer: Int
    var qkvBias, attentionOutputBias, mlpBias, lmHeadBias, qkNorm, parallelBlock: Bool
    var moe: MixtureOfExperts?, slidingWindow: SlidingWindow?
    var publishedParameters: Int?
    var computed: Computed

    var testDescription: String { id }

    /// All models of the file.
    static func all() throws -> [ReferenceModel] {
        struct File: Decodable { var models: [ReferenceModel] }
        let url = Bundle.module.bundleURL.appending(path: "Resources/model-configs.json")
        return try JSONDecoder().decode(File.self, from: Data(contentsOf: url)).models
    }

    /// The description this reference asks for.
    func model(family: String) -> TransformerModel {
        // phi-2 rotates 0.4 of its 80 dimensions; the file has no field for it.
        let rotated = id == "phi-2" ? 32 : headDim
        return TransformerModel(
            name: id, family: family, hiddenSize: hiddenSize, layers: layers, attentionHeads: attentionHeads,
            kvHeads: kvHeads, headDimension: headDim, intermediateSize: intermediateSize, vocabularySize: vocabSize,
            hasTiedEmbeddings: tieWordEmbeddings, feedForward: gatedMLP ? .gated : .plain,
            activation: activation == "silu" ? .silu : activation == "relu" ? .relu : .gelu,
            normalization: norm == "rmsnorm" ? .rmsNorm : .layerNorm,
            position: positional == "rope" ? .rotary(dimensions: rotated) : .learned(rows: positionEmbeddingRows),
            maximumPositions: maxPositions, hasQueryKeyValueBias: qkvBias, hasAttentionOutputBias: attentionOutputBias,
            hasFeedForwardBias: mlpBias, hasHeadBias: lmHeadBias, hasQueryKeyNorm: qkNorm,
            isParallelBlock: parallelBlock, normsPerLayer: normsPerLayer,
            mixtureOfExperts: moe.map {
                Workload.MixtureOfExperts(
                    experts: $0.experts, activeExperts: $0.topK, expertIntermediateSize: $0.expertIntermediateSize,
                    sharedIntermediateSize: $0.sharedIntermediateSize, leadingDenseLayers: $0.firstDenseLayers)
            }, slidingWindow: slidingWindow?.size)
    }
}
