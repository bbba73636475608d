/// What a plan would take: an entry of the list that an automatic plan was chosen from.
public struct PlanFigures: Hashable, Sendable, Codable {
    /// The plan as the option says it.
    public var parallel: String
    /// Parts of a replica's batch on their way at the same time.
    public var microBatches: Int
    /// Time of prefill and decode together.
    public var latencySeconds: Double
    /// Decoded tokens of all sequences per second of decode, or nil without decode steps.
    public var tokensPerSecond: Double?
    /// All energy per decoded token, or nil without decode steps.
    public var energyPerTokenJoules: Double?
    /// All energy.
    public var energyJoules: Double
    /// Decode steps that the figures come from: all of them, or a few with straight lines between them.
    public var simulatedDecodeSteps: Int

    /// What an objective makes small.
    func measure(_ objective: PlanObjective) -> Double {
        switch objective {
        case .latency: latencySeconds
        case .throughput: tokensPerSecond.map { 1 / $0 } ?? latencySeconds
        case .energy: energyPerTokenJoules ?? energyJoules
        }
    }
}
