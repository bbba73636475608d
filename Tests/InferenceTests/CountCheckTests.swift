import Simulation
import Testing
import Workload
import _CheckpointTestSupport

@testable import Inference

@Suite("Counts of functional execution and of the simulation") struct CountCheckTests {
    /// What a run counted and what the simulation says, for a prompt of 3 and 2 more tokens.
    private func counted(
        _ scheme: String?, _ arithmetic: InferenceArithmetic, groupSize: Int, parallel: String
    ) throws -> (RunResult, WorkCounts) {
        let folder = try CheckpointFolder()
        let model = try LanguageModel(path: TinyModel(hasBias: true).safetensors(in: folder))
        let options = try options(
            scheme, arithmetic, kv: arithmetic == .float ? nil : "int8", groupSize: groupSize)
        let hardware = try hardware(model, options, parallel: parallel, wantsLogits: false)
        let transformer = try Transformer(model, options, hardware, on: SingleProcess.communicator)
        let request = Generation.Request(prompts: [[3, 1, 4]], tokens: 3, stopsAtEnd: false)
        let result = try #require(try Generation(transformer, request).run())
        return (try #require(result.hardware), transformer.counts)
    }

    @Test(
        arguments: [
            (nil, .float), ("bitmod-4b", .exact), ("int6", .exact), ("int4-asym", .float), ("olive-4b", .float),
        ] as [(String?, InferenceArithmetic)], ["tp1", "tp3", "tp4,pp2", "tp6"])
    func `are equal whether or not groups are cut`(
        kind: (String?, InferenceArithmetic), parallel: String
    ) throws {
        for groupSize in [16, 32, 128] {
            let (result, counts) = try counted(kind.0, kind.1, groupSize: groupSize, parallel: parallel)
            let chips = try #require(counts.products[.decode])
            #expect(chips.count == result.plan.chips && chips.values.allSatisfy { $0["attention"] != nil })
        }
    }

    @Test func `a difference in any number is found and named`() throws {
        let (result, counts) = try counted("bitmod-4b", .exact, groupSize: 32, parallel: "tp3,pp2")
        func message(_ change: (inout WorkCounts) -> Void) -> String {
            var other = counts
            change(&other)
            do {
                try CountCheck(runs: [(result, 1)], counts: other).check()
                return "equal"
            } catch {
                return "\(error)"
            }
        }
        #expect(message { _ in } == "equal")
        for product in [
            ProductCounts(macs: 1), ProductCounts(activeElementCycles: 1), ProductCounts(operandBytes: 1),
            ProductCounts(groupSums: 1),
        ] {
            let found = message {
                $0.phase = .decode
                $0.add(product, "o_proj", chip: 4)
            }
            #expect(found.contains("decode, chip 4, o_proj"), "\(found)")
        }
        #expect(message { $0.add(ProductCounts(macs: 1), "other", chip: 0) }.contains("decode, chip 0, other"))
        for change: WritableKeyPath<ExchangeCounts, Int> in [\.sums, \.sumElements, \.gatherElements, \.handovers] {
            let found = message { counts in counts.exchange { $0[keyPath: change] += 1 } }
            #expect(found.contains("decode, exchanges"), "\(found)")
        }
    }
}
