import Accelerator
import Foundation
import MessagePassing
import Reporting
import Testing
import Workload
import _SimulationTestSupport
import _TestSupport

@testable import Simulation

@Suite struct RankInvarianceTests {
    private func json(_ request: RunRequest, ranks: Int, detail: SystemSimulation.Detail) throws -> Data {
        let plan = try Planner(request).plan()
        let results = try ThreadWorld.run(ranks) { world in
            try SystemSimulation(request, plan: plan, detail: detail).run(on: world).map {
                try JSONText.encode(RunDocument($0, detail: detail))
            }
        }
        #expect(results.dropFirst().allSatisfy { $0 == nil }, "only the coordinator has a result")
        return try #require(results.first ?? nil)
    }

    /// Uneven heads, columns and layers; chips fewer and more than ranks; experts; both fabrics.
    @Test(
        .timeLimit(.minutes(10)),
        arguments: [
            ("llama-13b", 3, "auto"), ("llama-13b", 6, "tp3,pp2"), ("llama-13b", 12, "tp12"), ("gpt2", 2, "auto"),
            ("smollm2-135m", 8, "tp4,pp2"), ("smollm2-135m", 7, "pp7"), ("mixtral-8x7b", 8, "tp4,pp2"),
            ("gpt2", 10, "tp5,pp2,sp"), ("gpt2", 18, "tp3,pp2,dp3"), ("mixtral-8x7b", 12, "tp2,pp2,dp3,ep6"),
        ])
    func `Every number of ranks writes the same bytes`(model: String, chips: Int, parallel: String) throws {
        // More steps than a block, and batches that divide unevenly over replicas and micro-batches.
        var request = try RunRequest.sample(
            model, chips: chips, parallel: parallel, prompt: 12, generate: model == "gpt2" ? 37 : 2, batch: 5)
        if model == "gpt2" { request.overlapChunks = 3 }
        let detail: SystemSimulation.Detail = model == "gpt2" ? .operators : .phases
        let alone = try json(request, ranks: 1, detail: detail)
        #expect(try alone == JSONText.encode(RunDocument(request.run(detail: detail), detail: detail)))
        for ranks in [2, 3, 5, 8] {
            #expect(try json(request, ranks: ranks, detail: detail) == alone, "\(model) on \(ranks) ranks")
        }
    }

    @Test(.timeLimit(.minutes(10)), arguments: [0, 1, 2, 4])
    func `An error on one rank reaches all, with its message`(failing: Int) throws {
        struct Broken: Error, CustomStringConvertible { let description = "out of order" }
        // Two blocks of decode steps of each of four kinds of stage: work for all ranks.
        let request = try RunRequest.sample("gpt2", chips: 5, parallel: "pp5", generate: 40)
        let plan = try Planner(request).plan()
        let messages = try ThreadWorld.run(5) { world in
            do {
                _ = try SystemSimulation(request, plan: plan) { progress in
                    if world.rank == failing, progress.phase == .decode { throw Broken() }
                }.run(on: world)
                return "no error"
            } catch { return "\(error)" }
        }
        let expected = failing == 0 ? "out of order" : "rank \(failing): out of order"
        #expect(messages == Array(repeating: expected, count: 5))
    }

    @Test(.timeLimit(.minutes(10)))
    func `A run that cannot be counted ends with the same error on all ranks`() throws {
        // Each chip's own time fits, the sum over chips does not: only the coordinator finds out.
        let request = try RunRequest.sample("gpt2", chips: 12, parallel: "pp12", generate: 80).setting([
            "dram.bandwidth": "1 MB/s", "dram.refresh-time": "7.722 us",
        ])
        let plan = try Planner(request).plan()
        let messages = try ThreadWorld.run(3) { world in
            do {
                _ = try SystemSimulation(request, plan: plan).run(on: world)
                return "no error"
            } catch { return "\(error)" }
        }
        #expect(Set(messages).count == 1)
        #expect(
            messages[0].hasPrefix("--generate: the run takes more simulated time than can be counted"), "\(messages)")
    }

    @Test(.timeLimit(.minutes(10)))
    func `Progress counts up to the steps of a rank's kinds of pass`() throws {
        let request = try RunRequest.sample("gpt2", chips: 2, parallel: "pp2", generate: 4)
        let plan = try Planner(request).plan()
        let seen = try ThreadWorld.run(1) { world in
            nonisolated(unsafe) var seen: [String] = []
            _ = try SystemSimulation(request, plan: plan) { seen.append("\($0.phase) \($0.done)/\($0.total)") }.run(
                on: world)
            return seen
        }[0]
        #expect(seen == ["prefill 1/2", "prefill 2/2"] + (1...8).map { "decode \($0)/8" })
    }
}
