extension HuggingFaceConfig {
    /// `MistralConfig`.
    func mistral() throws -> TransformerModel {
        var model = try gatedDecoder(headShape(absentKVHeads: 8), absentPositions: 131_072)
        model.slidingWindow = try slidingWindow(absent: 4096)
        return model
    }

    /// `MixtralConfig`: every layer has experts, of the width `intermediate_size`.
    func mixtral() throws -> TransformerModel {
        var model = try gatedDecoder(headShape(absentKVHeads: 8), absentPositions: 131_072)
        model.slidingWindow = try slidingWindow()
        let experts = try size("num_local_experts", in: Limits.experts)
        model.mixtureOfExperts = MixtureOfExperts(
            experts: experts, activeExperts: try size("num_experts_per_tok", in: 1...experts),
            expertIntermediateSize: model.intermediateSize)
        return model
    }
}
