import Simulation
import Workload

/// How the model is divided.
struct PlanDocument: Encodable {
    /// Another plan that was considered.
    struct Alternative: Encodable {
        let parallel: String
        let microBatches: Int
        let latencySeconds: Double
        @NullIfAbsent var tokensPerSecond: Double?
        @NullIfAbsent var energyPerTokenJoules: Double?
        let energyJoules: Double
        let simulatedDecodeSteps: Int

        init(_ figures: PlanFigures) {
            parallel = figures.parallel
            microBatches = figures.microBatches
            latencySeconds = figures.latencySeconds
            tokensPerSecond = figures.tokensPerSecond
            energyPerTokenJoules = figures.energyPerTokenJoules
            energyJoules = figures.energyJoules
            simulatedDecodeSteps = figures.simulatedDecodeSteps
        }
    }

    let parallel: String
    let tensorParallel: Int
    let pipelineParallel: Int
    let dataParallel: Int
    let expertParallel: Int
    let sequenceParallel: Bool
    let gemmPartition: String
    let microBatches: Int
    let overlapChunks: Int
    let batches: [Int]
    let stages: [Plan.Stage]
    let shards: [ShardShape]
    @NullIfAbsent var prunedShards: [ShardShape]?
    let alternatives: [Alternative]

    init(_ plan: Plan) {
        parallel = plan.degrees.text
        tensorParallel = plan.tensorParallel
        pipelineParallel = plan.pipelineParallel
        dataParallel = plan.dataParallel
        expertParallel = plan.expertParallel
        sequenceParallel = plan.degrees.isSequenceParallel
        gemmPartition = plan.gemmPartition
        microBatches = plan.microBatches
        overlapChunks = plan.overlapChunks
        batches = plan.batches
        stages = plan.stages
        shards = plan.shards
        prunedShards = plan.prunedShards.isEmpty ? nil : plan.prunedShards
        alternatives = plan.alternatives.map(Alternative.init)
    }
}

extension Plan {
    /// `1d`, or rows and columns such as `2d:2x4`.
    var gemmPartition: String { grid.map { "2d:\($0.rows)x\($0.columns)" } ?? "1d" }
}
