import Accelerator
import MessagePassing
import Units
import Workload

/// Finds the best of several plans by the request's objective.
///
/// Branch and bound: every plan is forecast as if exchanges cost nothing, which no network can better; by rising bound,
/// plans are forecast with their exchanges, until the next bound is beyond the best forecast and its margin. Forecasts
/// simulate prefill and a few decode steps, with straight lines between them (``PlanForecast``). Plans whose forecast is
/// within the margin of the best are simulated in full, and the smallest measure wins; of equals the first, which is the
/// simplest. With few decode steps forecasts are exact.
struct PlanSearch {
    /// How far a forecast may be off, with room to spare: tests hold it to a fifth of this.
    static let margin = 0.05
    /// Runners-up that are listed.
    static let listed = 5

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
        let objective = request.objective
        let bounds = try plans.map {
            try PlanForecast(request, plan: $0).figures(chip: &chip, withExchanges: false).measure(objective)
        }
        var figures: [Int: PlanFigures] = [:]
        func measure(_ index: Int) -> Double { figures[index]?.measure(objective) ?? .infinity }
        func ranked(_ indices: some Sequence<Int>) -> [Int] { indices.sorted { (measure($0), $0) < (measure($1), $1) } }
        var limit = Double.infinity
        for index in plans.indices.sorted(by: { (bounds[$0], $0) < (bounds[$1], $1) }) {
            if bounds[index] > limit, figures.count > Self.listed { break }
            figures[index] = try PlanForecast(request, plan: plans[index]).figures(chip: &chip)
            limit = min(limit, measure(index) * (1 + Self.margin))
        }
        let finalists = figures.keys.filter { measure($0) <= limit }.sorted()
        for index in finalists where finalists.count > 1 {
            guard let forecast = figures[index], forecast.simulatedDecodeSteps < request.generatedTokens else { continue }
            let simulation = SystemSimulation(request, plan: plans[index])
            guard let result = try simulation.run(on: SingleProcessCommunicator(), chip: &chip) else { continue }
            figures[index] = PlanFigures(
                plans[index], phases: result.phases, request: request, simulatedDecodeSteps: request.generatedTokens)
        }
        let order = ranked(finalists) + ranked(figures.keys.filter { !finalists.contains($0) })
        var best = plans[order[0]]
        best.alternatives = order.dropFirst().prefix(Self.listed).compactMap { figures[$0] }
        return best
    }
}
