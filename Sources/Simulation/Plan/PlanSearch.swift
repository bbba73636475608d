import Accelerator
import MessagePassing
import Units
import Workload

/// Finds the best of several plans by the request's objective.
///
/// Every plan is forecast: prefill exactly, decode from a few steps with straight lines between them (``PlanForecast``).
/// Plans whose forecast is within 5 % of the best are then simulated in full, and the smallest measure wins; of equals the
/// first, which is the simplest. Forecasts of runs with few decode steps simulate all of them and are exact.
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
        var figures = try plans.map { try PlanForecast(request, plan: $0).figures(chip: &chip) }
        func measure(_ index: Int) -> Double { figures[index].measure(request.objective) }
        let forecast = plans.indices.map(measure)
        let limit = (forecast.min() ?? 0) * (1 + Self.margin)
        let finalists = plans.indices.filter { forecast[$0] <= limit }
        if finalists.count > 1 {
            for index in finalists where figures[index].simulatedDecodeSteps < request.generatedTokens {
                let simulation = SystemSimulation(request, plan: plans[index])
                guard let result = try simulation.run(on: SingleProcessCommunicator(), chip: &chip) else { continue }
                figures[index] = PlanFigures(
                    plans[index], phases: result.phases, request: request,
                    simulatedDecodeSteps: request.generatedTokens)
            }
        }
        // Sorting by measure and then by place: equal plans stay simplest first.
        let ranked =
            finalists.sorted { (measure($0), $0) < (measure($1), $1) }
            + plans.indices.filter { !finalists.contains($0) }.sorted { (measure($0), $0) < (measure($1), $1) }
        var best = plans[ranked[0]]
        best.alternatives = ranked.dropFirst().prefix(Self.listed).map { figures[$0] }
        return best
    }
}
