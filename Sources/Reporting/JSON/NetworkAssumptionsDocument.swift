import Fabric

/// What is assumed of messages between chips.
struct NetworkAssumptionsDocument: Encodable {
    let switching: String
    let endpointDelaySeconds: Double
    @NullIfAbsent var reductionBandwidthBytesPerSecond: Double?
    let chunks: Int
    let chunksInFlight: Int
    let algorithm: String
    let evaluator: String

    init(_ assumptions: NetworkAssumptions) {
        switching = assumptions.switching.rawValue
        endpointDelaySeconds = assumptions.endpointDelay.seconds
        reductionBandwidthBytesPerSecond = assumptions.reductionBytesPerSecond
        chunks = assumptions.chunks
        chunksInFlight = assumptions.chunksInFlight
        algorithm = assumptions.algorithm?.rawValue ?? "auto"
        evaluator = assumptions.evaluator?.rawValue ?? "auto"
    }
}
