/// What an automatic plan makes as good as it can.
public enum PlanObjective: String, Hashable, Sendable, Codable, CaseIterable {
    /// Time of prefill and decode together.
    case latency
    /// Decoded tokens per second of all sequences; without decode steps, time.
    case throughput
    /// Energy per decoded token, prefill included; without decode steps, energy.
    case energy
}
