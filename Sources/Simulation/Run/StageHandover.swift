import Fabric
import Units
import Workload

/// What passes between pipeline stages in a phase.
///
/// Every chip sends the activations of its group's tokens to its partner in the next stage, all at the same time; after
/// each step the last stage tells the first the new token of each sequence, 4 bytes each.
struct StageHandover: Sendable {
    /// One pass of the activations from a stage to the next, over the whole phase.
    let activations: CollectiveCost
    /// The new tokens from the last stage to the first, over the whole phase.
    let tokens: CollectiveCost

    init(_ request: RunRequest, plan: Plan, phase: PhaseStep.Phase) {
        var activations = CollectiveCost.none
        var tokens = CollectiveCost.none
        if plan.pipelineParallel > 1 {
            for step in request.steps(of: phase) {
                let bytes = Bytes(step.tokens * request.model.hiddenSize * 2)
                activations += request.fabric.cost(of: .sendToNext(bytes), among: plan.tensorParallel)
                tokens += request.fabric.cost(of: .sendToNext(Bytes(4 * step.batch)), among: plan.tensorParallel)
            }
        }
        self.activations = activations
        self.tokens = tokens
    }

    /// Time of all handovers of the phase.
    func time(stages: Int) -> Picoseconds { activations.time * max(0, stages - 1) + tokens.time }

    /// What a chip of a stage sends over the phase.
    func sent(by stage: Int, stages: Int) -> CollectiveCost {
        guard stages > 1 else { return .none }
        return stage == stages - 1 ? tokens : activations
    }
}
