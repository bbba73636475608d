import Accelerator
import Foundation
import Simulation
import Testing
import Workload
import _SimulationTestSupport

@testable import Reporting

@Suite struct RunDocumentTests {
    private static let energy = "pe weightBuffer activationBuffer dram vector link static total"
    private static let breakdown = "compute memory vector communicationExposed idle"

    /// The keys of `bitmod-dist.run/1` in DESIGN.md section 7 and docs/json.md.
    private static var documented: Set<String> {
        var keys: Set<String> = ["schema"]
        keys.formUnion(
            JSONShape.under(
                "request",
                """
                model modelParameters pruning modelFidelity accelerator scheme groupSize weightBits headScheme kvScheme chips parallel
                promptTokens generatedTokens batch headPositions partialSumBits mappingObjective topology.name
                optimize gemmPartition microBatches overlapChunks expertLoad.kind expertLoad.weights expertLoad.exponent
                expertLoad.seed topology.assumptions.switching topology.assumptions.endpointDelaySeconds
                topology.assumptions.reductionBandwidthBytesPerSecond topology.assumptions.chunks
                topology.assumptions.chunksInFlight topology.assumptions.algorithm topology.assumptions.evaluator
                topology.kind topology.linkBandwidthBytesPerSecond topology.linkLatencySeconds
                topology.linkEnergyPicojoulesPerBit
                """))
        keys.formUnion(
            JSONShape.under(
                "plan",
                """
                parallel tensorParallel pipelineParallel dataParallel expertParallel sequenceParallel gemmPartition
                microBatches overlapChunks batches[] prunedShards stages[].firstLayer stages[].layers shards[].queryHeadsPerKVHead[]
                shards[].intermediateSize shards[].expertIntermediateSize shards[].sharedIntermediateSize
                shards[].vocabularyRows shards[].groupSize shards[].offsets.attentionOutput shards[].offsets.down
                shards[].offsets.expertDown shards[].offsets.sharedDown
                """))
        for phase in ["prefill", "decode"] {
            keys.formUnion(
                JSONShape.under(
                    "phases.\(phase)",
                    """
                    steps latencySeconds latencyCycles computeCycles dramBusySeconds dramBytes dramReadBytes dramWriteBytes linkBytes macs
                    utilization bound communicationSeconds bubbleSeconds
                    """))
            keys.formUnion(JSONShape.under("phases.\(phase).energyJoules", energy))
            keys.formUnion(JSONShape.under("phases.\(phase).latencyBreakdownSeconds", breakdown))
            keys.formUnion(JSONShape.under("chips[].\(phase)", "dramBytes linkBytes macs"))
            keys.formUnion(JSONShape.under("chips[].\(phase).energyJoules", energy))
            keys.formUnion(JSONShape.under("chips[].\(phase).latencyBreakdownSeconds", breakdown))
        }
        keys.formUnion(
            JSONShape.under(
                "totals",
                """
                latencySeconds latencyCycles timeToFirstTokenSeconds timePerOutputTokenSeconds tokensPerSecond energyJoules
                onChipEnergyJoules energyPerTokenJoules areaSquareMillimetersPerChip
                """))
        keys.formUnion(
            JSONShape.under(
                "chips[]",
                "chip replica stage tensorIndex memoryBytes.weights memoryBytes.keyValueCache memoryBytes.total memoryBytes.capacity"
            ))
        return keys
    }

    private static func operatorKeys(_ list: String) -> Set<String> {
        JSONShape.under(
            "\(list)[]",
            """
            phase chip part name count latencyCycles computeCycles vectorCycles memoryCycles macs activeElementCycles
            operandBytes dramReadBytes dramWriteBytes
            """
        ).union(JSONShape.under("\(list)[].energyJoules", energy))
    }

    private func encode(_ result: RunResult, _ detail: SystemSimulation.Detail = .phases) throws -> Data {
        try JSONText.encode(RunDocument(result, detail: detail))
    }

    private func object(_ data: Data) throws -> [String: Any] {
        try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    @Test(arguments: SystemSimulation.Detail.allCases)
    func `The document has exactly the documented keys`(detail: SystemSimulation.Detail) throws {
        let result = try RunRequest.sample("smollm2-135m", chips: 4, parallel: "tp2,pp2", generate: 2).run(
            detail: detail)
        let constants = "request.acceleratorParameters."
        let paths = try JSONShape.paths(encode(result, detail))
        let expected =
            switch detail {
            case .phases: Self.documented
            case .layers: Self.documented.union(Self.operatorKeys("layers"))
            case .operators: Self.documented.union(Self.operatorKeys("operators"))
            }
        #expect(paths.filter { !$0.hasPrefix(constants) }.symmetricDifference(expected) == [])
        #expect(
            Set(paths.filter { $0.hasPrefix(constants) })
                == Set(AcceleratorPresets.bitmod.parameterKeys.map { constants + $0.rawValue }))
    }

    @Test func `A pruned model adds what it has lost and what its chips hold of such layers`() throws {
        var request = try RunRequest.sample("smollm2-135m", chips: 4, parallel: "tp2,pp2", generate: 2)
        request.model.pruning = Pruning(ratio: 0.34, layers: 4...27)
        let result = try request.run()
        let data = try encode(result)
        let keys = try JSONShape.paths(data).filter { !$0.hasPrefix("request.acceleratorParameters.") }
        let shards = Self.documented.filter { $0.hasPrefix("plan.shards[].") }
            .map { $0.replacing("plan.shards", with: "plan.prunedShards") }
        let pruning = JSONShape.under(
            "request.pruning",
            """
            method ratio firstLayer lastLayer multiple attentionHeads kvHeads intermediateSize unprunedParameters
            """)
        let expected = Self.documented.subtracting(["request.pruning", "plan.prunedShards"]).union(pruning).union(
            shards)
        #expect(keys.symmetricDifference(expected) == [])
        let object = try object(data)
        let shown = try #require(object["request"] as? [String: Any])
        let lost = try #require(shown["pruning"] as? [String: Any])
        #expect(lost["attentionHeads"] as? Int == 6 && lost["kvHeads"] as? Int == 2)
        #expect(lost["intermediateSize"] as? Int == 1013 && lost["unprunedParameters"] as? Int == 134_515_008)
        #expect(shown["modelParameters"] as? Int == 105_747_264)
        let text = RunReport(result, detail: .phases).text
        #expect(
            text.contains(
                """
                  pruning    LLM-Pruner, 0.34 of layers 4-27: 6 of 9 heads, 2 of 3 KV heads, 1013 of 1536 channels
                             105747264 of 134515008 parameters (78.61 %)
                """))
        #expect(RunTable(result, detail: .phases).text.contains("0.34 of layers 4-27"))
        let page = try RunPage(request.run(timelines: [RunPage.timelineScope])).html
        #expect(page.contains("smollm2-135m, pruned 0.34 of layers 4-27, on 4 chips"))
    }

    @Test func `Without decode steps its figures are null, not absent and not NaN`() throws {
        let data = try encode(RunRequest.sample("gpt2", generate: 0).run())
        let document = try object(data)
        let phases = try #require(document["phases"] as? [String: Any])
        #expect(phases["decode"] is NSNull && phases["prefill"] is [String: Any])
        let totals = try #require(document["totals"] as? [String: Any])
        for key in ["timePerOutputTokenSeconds", "tokensPerSecond", "energyPerTokenJoules"] {
            #expect(totals[key] is NSNull, "\(key)")
        }
        let chips = try #require(document["chips"] as? [[String: Any]])
        #expect(chips[0]["decode"] is NSNull)
        let request = try #require(document["request"] as? [String: Any])
        #expect(request["weightBits"] is NSNull)
        let text = String(decoding: data, as: UTF8.self).lowercased()
        #expect(!text.contains("nan") && !text.contains("\"inf"))
    }

    @Test func `Numbers are the result's own, to the bit`() throws {
        let result = try RunRequest.sample("smollm2-135m", chips: 3, parallel: "tp3", generate: 2).run()
        let document = try object(encode(result))
        let phases = try #require(document["phases"] as? [String: [String: Any]])
        // JSONSerialization is not exact in the last digit, JSONDecoder is.
        struct Energies: Decodable {
            struct Phase: Decodable { var energyJoules: [String: Double] }
            var phases: [String: Phase]
        }
        let energies = try JSONDecoder().decode(Energies.self, from: encode(result)).phases
        for phase in PhaseStep.Phase.allCases {
            let shown = try #require(phases[phase.rawValue])
            let outcome = result[phase]
            #expect(shown["latencySeconds"] as? Double == outcome.latency.seconds)
            #expect(shown["macs"] as? Int == outcome.total.macs)
            #expect(
                shown["dramBytes"] as? Int == (outcome.total.dramReadBytes + outcome.total.dramWriteBytes).count)
            let energy = try #require(energies[phase.rawValue]?.energyJoules)
            #expect(energy["total"] == outcome.total.energy.total.joules)
            #expect(energy["static"] == outcome.total.energy.static.joules)
            let breakdown = try #require(shown["latencyBreakdownSeconds"] as? [String: Double])
            let sum = breakdown.values.reduce(0, +)
            #expect(abs(sum - outcome.latency.seconds) <= 1e-12 * sum)
        }
        let totals = try #require(document["totals"] as? [String: Double])
        #expect(totals["latencySeconds"] == result.latency.seconds)
        #expect(totals["timeToFirstTokenSeconds"] == result[.prefill].latency.seconds)
        #expect(totals["timePerOutputTokenSeconds"] == result[.decode].latency.seconds / 2)
        #expect(totals["tokensPerSecond"] == 2 / result[.decode].latency.seconds)
        let chips = try #require(document["chips"] as? [[String: Any]])
        #expect(chips.count == 3 && chips.compactMap { $0["chip"] as? Int } == [0, 1, 2])
        let chipMACs = chips.compactMap { ($0["decode"] as? [String: Any])?["macs"] as? Int }
        #expect(chipMACs.reduce(0, +) == result[.decode].total.macs)
    }

    @Test func `Operators add up to the phase on each kind of chip`() throws {
        let result = try RunRequest.sample("gpt2", generate: 2).run(detail: .operators)
        let rows = try #require(try object(encode(result, .operators))["operators"] as? [[String: Any]])
        for phase in PhaseStep.Phase.allCases {
            let own = rows.filter { $0["phase"] as? String == phase.rawValue }
            func sum(_ key: String) -> Int { own.compactMap { $0[key] as? Int }.reduce(0, +) }
            #expect(sum("macs") == result[phase].total.macs)
            #expect(sum("dramReadBytes") == result[phase].total.dramReadBytes.count)
            #expect(sum("latencyCycles") * 1000 == result[phase].latency.count)
        }
        let query = try #require(rows.first { $0["name"] as? String == "q_proj" })
        #expect(query["count"] as? Int == 12 && query["part"] as? String == "attention")
        let layers = try RunRequest.sample("gpt2", generate: 2).run(detail: .layers)
        let parts = try #require(try object(encode(layers, .layers))["layers"] as? [[String: Any]])
        #expect(
            parts.compactMap { $0["macs"] as? Int }.reduce(0, +) == rows.compactMap { $0["macs"] as? Int }.reduce(0, +))
        #expect(
            parts.prefix(5).compactMap { $0["name"] as? String } == [
                "embedding", "attention", "feedForward", "residual", "head",
            ])
    }

    @Test func `The same result gives the same bytes, with one newline at the end`() throws {
        let request = try RunRequest.sample("gpt2", chips: 2)
        let first = try encode(request.run())
        #expect(try encode(request.run()) == first)
        #expect(first.last == 0x0A && first.dropLast().last == UInt8(ascii: "}"))
    }

    @Test func `A run in published fidelity has its own keys, operators named as in the goldens`() throws {
        let run = try PublishedRun(
            ModelRegistry.model(named: "opt-1.3b"), on: #require(PublishedAccelerator.named("bitmod-lossy")),
            task: .decodeStep)
        let data = try JSONText.encode(PublishedRunDocument(run, withOperators: true))
        var expected: Set<String> = ["schema", "phases.prefill"]
        expected.formUnion(
            JSONShape.under("request", "model modelFidelity accelerator task contextTokens chips batch"))
        expected.formUnion(
            JSONShape.under(
                "phases.decode",
                """
                steps peArray weightBits latencySeconds latencyCycles computeCycles dramBytes linkBytes macs utilization
                dramBusySeconds bound
                """))
        expected.formUnion(JSONShape.under("phases.decode.energyJoules", Self.energy))
        expected.formUnion(JSONShape.under("phases.decode.latencyBreakdownSeconds", Self.breakdown))
        expected.formUnion(
            JSONShape.under(
                "totals",
                """
                latencySeconds latencyCycles timeToFirstTokenSeconds timePerOutputTokenSeconds tokensPerSecond energyJoules
                onChipEnergyJoules energyPerTokenJoules
                """))
        expected.formUnion(
            JSONShape.under(
                "operators[]",
                """
                phase name count tiles computeCycles dramCycles latencyCycles weightFetches inputFetches weightBytes inputBytes
                outputBytes computeEnergyPicojoules bufferReadEnergyPicojoules bufferWriteEnergyPicojoules
                dramEnergyPicojoules
                """))
        #expect(try JSONShape.paths(data).symmetricDifference(expected) == [])
        let document = try object(data)
        let rows = try #require(document["operators"] as? [[String: Any]])
        #expect(
            rows.compactMap { $0["name"] as? String } == [
                "k_proj", "v_proj", "q_proj", "out_proj", "fc1", "fc2", "lm_head", "attn_qk", "attn_v",
            ])
        let total = rows.reduce(0) { $0 + ($1["count"] as? Int ?? 0) * ($1["latencyCycles"] as? Int ?? 0) }
        #expect(total == 15_857_750)
        #expect(
            try JSONShape.paths(JSONText.encode(PublishedRunDocument(run, withOperators: false))).allSatisfy {
                !$0.hasPrefix("operators")
            })
    }
}
