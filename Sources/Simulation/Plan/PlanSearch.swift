import Accelerator
import MessagePassing
import Units
import Workload

/// Finds the best of several plans by the request's objective.
///
/// Branch and bound: every plan is forecast as if exchanges cost nothing, which no network can better; by rising bound,
/// plans are forecast with their exchanges, until the next bound is beyond the best forecast and its margin, and a few more
/// for the list if they can be within twice the best. Forecasts
/// simulate prefill and a few decode steps, with straight lines between them (``PlanForecast``). Plans whose forecast is
/// within the margin of the best are simulated in full, and the smallest measure wins; of equals the first, which is the
/// simplest. With few decode steps forecasts are exact.
struct PlanSearch {
    /// How far a forecast may be off, with room to spare: tests hold it to a fifth of this.
    static let margin = 0.05
    /// Runners-up that are listed at most.
    static let listed = 5
    /// How many times the best measure the bound of a plan may be that is forecast only to be listed.
    static let reach = 2.0

    private let request: RunRequest

    init(_ request: RunRequest) { self.request = request }

    /// All plans with some degrees, simplest first.
    func plans(_ degrees: [ParallelDegrees]) throws -> [Plan] {
        let candidates = PlanCandidates(request: request)
        return try degrees.flatMap { degrees in
            try candidates.microBatches(degrees).map { try Plan(request, degrees: degrees, microBatches: $0) }
        }
    }

    /// The best plan, with the runners-up as its alternatives.
    ///
    /// - Throws: ``InputError`` where no tile of an operator fits the buffers of a chip.
    func best(of plans: [Plan]) throws -> Plan {
        guard plans.count > 1 else { return plans[0] }
        var chip = ChipSimulator(request)
        let networks = Networks(request.fabric)
        let objective = request.objective
        let bounds = try plans.map {
            try PlanForecast(request, plan: $0).figures(chip: &chip, networks: nil).measure(objective)
        }
        var figures: [Int: PlanFigures] = [:]
        func measure(_ index: Int) -> Double { figures[index]?.measure(objective) ?? .infinity }
        func ranked(_ indices: some Sequence<Int>) -> [Int] { indices.sorted { (measure($0), $0) < (measure($1), $1) } }
        var best = Double.infinity
        for index in plans.indices.sorted(by: { (bounds[$0], $0) < (bounds[$1], $1) }) {
            let isListed = figures.count <= Self.listed && bounds[index] <= best * Self.reach
            if bounds[index] > best * (1 + Self.margin), !isListed { break }
            figures[index] = try PlanForecast(request, plan: plans[index]).figures(chip: &chip, networks: networks)
            best = min(best, measure(index))
        }
        let finalists = figures.keys.filter { measure($0) <= best * (1 + Self.margin) }.sorted()
        for index in finalists where finalists.count > 1 {
            guard let forecast = figures[index], forecast.simulatedDecodeSteps < request.generatedTokens else {
                continue
            }
            let simulation = SystemSimulation(request, plan: plans[index])
            guard let result = try simulation.run(on: SingleProcessCommunicator(), chip: &chip, networks: networks)
            else { continue }
            figures[index] = PlanFigures(
                plans[index], phases: result.phases, request: request, simulatedDecodeSteps: request.generatedTokens)
        }
        let order = ranked(finalists) + ranked(figures.keys.filter { !finalists.contains($0) })
        var chosen = plans[order[0]]
        chosen.alternatives = order.dropFirst().prefix(Self.listed).compactMap { figures[$0] }
        return chosen
    }
}
