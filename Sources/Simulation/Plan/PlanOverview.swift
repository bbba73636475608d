import Accelerator
import Units

/// A plan with what each chip would hold.
public struct PlanOverview: Sendable {
    /// What was asked for.
    public let request: RunRequest
    /// How the model is divided.
    public let plan: Plan
    /// The distinct kinds of chip.
    public let classes: [Plan.ChipClass]
    /// The class of every chip.
    public let classOfChip: [Int]
    /// What a chip of each class holds in DRAM.
    public let memory: [MemoryModel.Usage]
    /// DRAM of a chip.
    public let capacity: Bytes

    /// Looks over a plan.
    public init(_ request: RunRequest, _ plan: Plan) {
        self.request = request
        self.plan = plan
        (classes, classOfChip) = plan.classes()
        let model = MemoryModel(request)
        memory = classes.map { model.usage(of: $0, in: plan) }
        capacity = Chip(request.accelerator).dram.capacity
    }
}
