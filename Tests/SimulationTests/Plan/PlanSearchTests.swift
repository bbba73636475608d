import Testing
import Workload
import _SimulationTestSupport

@testable import Simulation

@Suite struct PlanSearchTests {
    private static let cases: [(model: String, chips: Int, batch: Int, generate: Int)] = [
        ("gpt2", 4, 1, 3), ("gpt2", 4, 4, 9), ("smollm2-135m", 6, 3, 8), ("mixtral-8x7b", 8, 2, 0), ("gpt2", 2, 1, 20),
    ]

    @Test(arguments: cases, PlanObjective.allCases)
    func `An automatic plan is the best of explicit runs of all plans`(
        run: (model: String, chips: Int, batch: Int, generate: Int), objective: PlanObjective
    ) throws {
        var request = try RunRequest.sample(
            run.model, chips: run.chips, prompt: 20, generate: run.generate, batch: run.batch)
        request.objective = objective
        let chosen = try Planner(request).plan()
        var best: (measure: Double, text: String, microBatches: Int)?
        let candidates = PlanCandidates(request: request)
        for degrees in candidates.degrees(chips: run.chips) {
            for microBatches in candidates.microBatches(degrees) {
                var explicit = request
                explicit.parallelism = .explicit(degrees)
                explicit.microBatches = microBatches
                guard let plan = try? Planner(explicit).plan() else { continue }
                let figures = try PlanFigures(
                    plan, phases: explicit.run().phases, request: explicit, simulatedDecodeSteps: run.generate)
                let measure = figures.measure(objective)
                if best.map({ measure < $0.measure }) ?? true { best = (measure, degrees.text, microBatches) }
            }
        }
        #expect(chosen.degrees.text == best?.text && chosen.microBatches == best?.microBatches)
        #expect(chosen.alternatives.count <= PlanSearch.listed)
        let measures = chosen.alternatives.map { $0.measure(objective) }
        #expect(measures.allSatisfy { $0 >= (best?.measure ?? 0) * (1 - 1e-12) })
    }

    @Test(arguments: ["tp2", "tp1,pp2", "tp2,pp2", "dp2"], [6, 40, 200])
    func `A forecast is within a hundredth of the run, and exact where all steps are simulated`(
        parallel: String, generate: Int
    ) throws {
        guard case .explicit(let degrees) = try ParallelismRequest(parallel) else { return }
        let request = try RunRequest.sample(
            "smollm2-135m", chips: degrees.chips, parallel: parallel, prompt: 10, generate: generate, batch: 4)
        let plan = try Planner(request).plan()
        var chip = ChipSimulator(request)
        let forecast = try PlanForecast(request, plan: plan).figures(chip: &chip, networks: Networks(request.fabric))
        let exact = try PlanFigures(
            plan, phases: request.run().phases, request: request, simulatedDecodeSteps: generate)
        #expect(abs(forecast.latencySeconds / exact.latencySeconds - 1) < PlanSearch.margin / 5)
        #expect(abs(forecast.energyJoules / exact.energyJoules - 1) < PlanSearch.margin / 5)
    }

    @Test func `A forecast of few steps is the run itself`() throws {
        let request = try RunRequest.sample("gpt2", chips: 4, parallel: "tp2,pp2", generate: 4, batch: 3)
        let plan = try Planner(request).plan()
        var chip = ChipSimulator(request)
        let forecast = try PlanForecast(request, plan: plan).figures(chip: &chip, networks: Networks(request.fabric))
        let exact = try PlanFigures(plan, phases: request.run().phases, request: request, simulatedDecodeSteps: 4)
        #expect(forecast.latencySeconds == exact.latencySeconds && forecast.simulatedDecodeSteps == 4)
        #expect(abs(forecast.energyJoules - exact.energyJoules) <= 1e-12 * exact.energyJoules)
    }

    @Test func `Interpolation keeps straight lines`() {
        let steps = PlanForecast.steps(of: 101)
        #expect(steps == [0, 25, 50, 75, 100] && PlanForecast.steps(of: 3) == [0, 1, 2])
        let sampled = steps.map { step in
            var member = MemberTotals()
            member.cost.macs = 7 + 3 * step
            return PassTotals(durations: [100 + 10 * step], members: [member])
        }
        let all = PlanForecast.interpolate(sampled, at: steps, count: 101)
        #expect(all.durations == (0..<101).map { 100 + 10 * $0 })
        #expect(all.members[0].cost.macs == (0..<101).reduce(0) { $0 + 7 + 3 * $1 })
    }
}
