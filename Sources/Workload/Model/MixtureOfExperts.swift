/// Feed-forward layers of many experts of which a router picks a few per token.
public struct MixtureOfExperts: Hashable, Sendable, Codable {
    /// Experts per layer, without shared ones.
    public var experts: Int
    /// Experts a token is sent to (top-k).
    public var activeExperts: Int
    /// Width of one expert.
    public var expertIntermediateSize: Int
    /// Width of the expert every token passes through (all shared experts together), or 0.
    public var sharedIntermediateSize: Int
    /// First layers that have a dense feed-forward network instead, of the model's `intermediateSize`.
    public var leadingDenseLayers: Int

    /// Creates a description; ``TransformerModel/validate(file:)`` checks it.
    public init(
        experts: Int, activeExperts: Int, expertIntermediateSize: Int, sharedIntermediateSize: Int = 0,
        leadingDenseLayers: Int = 0
    ) {
        self.experts = experts
        self.activeExperts = activeExperts
        self.expertIntermediateSize = expertIntermediateSize
        self.sharedIntermediateSize = sharedIntermediateSize
        self.leadingDenseLayers = leadingDenseLayers
    }
}
