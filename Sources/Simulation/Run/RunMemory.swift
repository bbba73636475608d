import Accelerator
import Documents
import Fabric
import MessagePassing

/// Runs many requests in this process, one after the other, and remembers what work and exchanges cost.
///
/// A cost is a pure function of the work, the chip and how mappings are chosen, that of an exchange one of the network; so
/// what is remembered changes no result, only the time it takes. Belongs to one thread.
public final class RunMemory {
    /// What the costs of work depend on besides the work.
    private struct ChipKey: Hashable {
        var accelerator: AcceleratorDescription
        var objective: MappingSearch.Objective
        var evaluator: MappingSearch.Evaluator
    }

    private var costs: [ChipKey: [ChipWork: OperatorCost]] = [:]
    private var networks: [Fabric: Networks] = [:]
    /// Costs that were remembered since everything was forgotten, roughly.
    private var remembered = 0

    /// Costs, each of some 200 bytes, and networks after which everything is forgotten.
    private static let mostCosts = 500_000
    private static let mostNetworks = 64

    /// Creates a memory of nothing.
    public init() {}

    /// Checks, plans and simulates a request.
    ///
    /// - Throws: ``InputError`` where it cannot be simulated.
    public func run(_ request: RunRequest) throws -> RunResult {
        try request.validate()
        if remembered > Self.mostCosts || networks.count >= Self.mostNetworks {
            costs = [:]
            networks = [:]
            remembered = 0
        }
        let key = ChipKey(
            accelerator: request.accelerator, objective: request.mappingObjective, evaluator: request.tileSimulation)
        let known = costs.removeValue(forKey: key) ?? [:]
        let before = known.count
        var chip = ChipSimulator(request, costs: known)
        defer {
            let new = chip.takeCosts()
            remembered += new.count - before
            costs[key] = new
        }
        let network = networks[request.fabric] ?? Networks(request.fabric)
        networks[request.fabric] = network
        let plan = try Planner(request).plan(chip: &chip, networks: network)
        let simulation = SystemSimulation(request, plan: plan)
        guard let result = try simulation.run(on: SingleProcessCommunicator(), chip: &chip, networks: network) else {
            preconditionFailure("the only rank is the coordinator")
        }
        return result
    }
}
