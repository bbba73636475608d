/// Where in a layer activations are observed: what its matrices are multiplied with.
enum CalibrationSite: String, Sendable, Hashable, Codable, CaseIterable {
    /// The input of queries, keys and values.
    case attentionInput = "attention_input"
    /// The input of the output projection.
    case attentionOutput = "attention_output"
    /// The input of gate and up.
    case feedForwardInput = "feed_forward_input"
    /// The input of down.
    case feedForwardInner = "feed_forward_inner"
}
