import Documents
import Foundation
import Testing
import Workload
import _SimulationTestSupport

@testable import Simulation

@Suite struct PlannerTests {
    private func message(_ request: RunRequest) -> String {
        do {
            try request.validate()
            _ = try Planner(request).plan()
            return "no error"
        } catch { return "\(error)" }
    }

    @Test(arguments: 0..<12)
    func `Automatic plans use all chips, hold every layer once and leave no chip without work`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: 200 + seed)
        let model = TransformerModel.random(using: &generator)
        for chips in [1, 2, 3, 4, 5, 6, 7, 8, 12, 15, 24] {
            let request = try RunRequest.sample(model, chips: chips)
            guard let plan = try? Planner(request).plan() else {
                // Refused only where no divisor of the chips fits heads and layers.
                let most = Division.mostParts(of: model)
                #expect(!(1...most).contains { chips.isMultiple(of: $0) && chips / $0 <= model.layers }, "seed \(seed)")
                continue
            }
            #expect(plan.chips == chips)
            #expect(plan.stages.map(\.range).flatMap { Array($0) } == Array(0..<model.layers))
            #expect(plan.stages.allSatisfy { $0.layers > 0 })
            let layers = plan.stages.map(\.layers)
            #expect((layers.max() ?? 0) - (layers.min() ?? 0) <= 1)
            #expect(plan.shards.reduce(0) { $0 + $1.intermediateSize } == model.intermediateSize)
            #expect(plan.shards.reduce(0) { $0 + $1.queryHeads } == model.attentionHeads)
            #expect(plan.shards.reduce(0) { $0 + $1.vocabularyRows } == model.vocabularySize)
            for shard in plan.shards {
                #expect(
                    shard.queryHeads > 0 && shard.kvHeads > 0 && shard.intermediateSize > 0 && shard.vocabularyRows > 0)
                #expect((shard.expertIntermediateSize > 0) == (model.mixtureOfExperts != nil))
                #expect(shard.groupSize == plan.tensorParallel)
            }
            // Equal requests give equal plans, and a plan survives being sent.
            #expect(try Planner(request).plan() == plan)
            #expect(try JSONDecoder().decode(Plan.self, from: JSONEncoder().encode(plan)) == plan)
        }
    }

    @Test func `Automatic plans prefer tensor parallelism and fall back to pipelines`() throws {
        func degrees(_ model: String, _ chips: Int) throws -> [Int] {
            let plan = try Planner(.sample(model, chips: chips)).plan()
            return [plan.tensorParallel, plan.pipelineParallel]
        }
        #expect(try degrees("llama-13b", 8) == [8, 1])
        #expect(try degrees("llama-13b", 40) == [40, 1])
        #expect(try degrees("llama-13b", 80) == [40, 2])
        #expect(try degrees("gpt2", 24) == [12, 2])
    }

    @Test func `Chips of a class do the same work, and every chip has the class of its stage and shard`() throws {
        let plan = try Planner(.sample("smollm2-135m", chips: 12, parallel: "tp6,pp2")).plan()
        let (classes, classOfChip) = plan.classes()
        #expect(classOfChip.count == 12 && Set(classOfChip) == Set(classes.indices))
        for chip in 0..<12 {
            #expect(classes[classOfChip[chip]].stage == chip / 6)
            #expect(classes[classOfChip[chip]].shard == plan.shards[chip % 6])
        }
        #expect(Set(classes).count == classes.count)
    }

    // MARK: Impossible divisions

    @Test(arguments: [
        ("llama-13b", 41, "auto", "--chips: llama-13b has 40 heads and 40 layers, which 41 chips cannot share"),
        ("llama-13b", 8, "tp4", "--parallel: tp4 takes 4 chips, --chips asks for 8; expected the same number"),
        ("llama-13b", 41, "tp41", "--parallel: found tp41; expected tp up to 40"),
        ("llama-13b", 41, "pp41", "--parallel: found tp1,pp41; expected tp up to 40"),
        ("llama-13b", 2, "dp2", "--parallel: dp2 divides 1 sequence (--batch); expected at most one replica"),
        ("llama-13b", 1, "sp", "--parallel: sp divides tokens over the chips of a layer, of which tp1 has one"),
        ("llama-13b", 2, "tp2,ep2", "--parallel: ep2 places experts, and llama-13b has none"),
        ("mixtral-8x7b", 16, "tp16,ep16", "--parallel: ep16 places 8 experts; expected ep up to 8"),
        ("mixtral-8x7b", 6, "tp6,ep4", "--parallel: ep4 fits neither into tp6 nor over tp6 and dp1; expected"),
        ("gpt2", 0, "auto", "--chips: found 0; expected a whole number from 1 to 65536"),
        ("gpt2", -3, "auto", "--chips: found -3; expected"),
        ("gpt2", 65537, "auto", "--chips: found 65537; expected"),
    ])
    func `An impossible division is refused`(model: String, chips: Int, parallel: String, expected: String) throws {
        let found = try message(.sample(model, chips: chips, parallel: parallel))
        #expect(found.hasPrefix(expected), "\(found)")
    }

    @Test func `As many chips as heads and layers are accepted`() throws {
        #expect(try message(.sample("llama-13b", chips: 40, parallel: "tp40")) == "no error")
        #expect(try message(.sample("llama-13b", chips: 40, parallel: "pp40")) == "no error")
    }

    // MARK: Memory

    @Test(arguments: [("gpt2", 1), ("smollm2-135m", 4), ("phi-2", 3), ("mixtral-8x7b", 6)])
    func `A chip of exactly the bytes needed is enough and one byte less is not`(name: String, chips: Int) throws {
        let request = try RunRequest.sample(name, chips: chips, prompt: 100, generate: 28, batch: 2)
        // Of all plans, the one that needs least.
        let plans = try PlanSearch(request).plans(PlanCandidates(request: request).degrees(chips: chips))
        let needed = try #require(plans.map { MemoryModel(request).largest(in: $0).total.count }.min())
        #expect(try message(request.setting(["dram.capacity": "\(needed) B"])) == "no error")
        let found = try message(request.setting(["dram.capacity": "\(needed - 1) B"]))
        #expect(found.hasPrefix("--chips: \(name) does not fit: a chip needs "), "\(found)")

        // The number of chips that is said to do does, and no smaller one that can share the model does.
        let match = try #require(found.firstMatch(of: /at least (\d+) chips/))
        let enough = try #require(Int(match.1))
        #expect(enough > chips)
        var retry = try request.setting(["dram.capacity": "\(needed - 1) B"])
        for count in 1...enough {
            retry.chips = count
            let fits = (try? Planner(retry).plan()) != nil
            #expect(fits == (count == enough), "\(name) on \(count) chips")
        }
    }

    @Test func `Weights and cache of a small model are counted by hand`() throws {
        let model = TransformerModel(
            name: "tiny", family: "llama", hiddenSize: 128, layers: 2, attentionHeads: 2, kvHeads: 1, headDimension: 64,
            intermediateSize: 256, vocabularySize: 10, hasTiedEmbeddings: false, position: .rotary(dimensions: 64),
            maximumPositions: 100)
        let request = try RunRequest.sample(model, prompt: 5, generate: 3, batch: 2)
        let usage = MemoryModel(request).largest(in: try Planner(request).plan())
        // bitmod-4b: a row of n inputs takes n/2 bytes of codes, a byte of scale per group of 128, selectors of 2 bits
        // packed by row, and two 16-bit channel scales.
        func matrix(_ rows: Int, _ columns: Int) -> Int {
            rows * (columns / 2 + columns / 128 + (columns / 128 * 2 + 7) / 8 + 4)
        }
        let layer = matrix(128, 128) + 2 * matrix(64, 128) + matrix(128, 128) + 2 * matrix(256, 128) + matrix(128, 256)
        let norms = 5 * 128 * 2
        #expect(usage.weights.count == 2 * layer + norms + 10 * 128 * 2 + matrix(10, 128))
        // INT8 keys and values: 64 bytes and a 16-bit scale per token and head, of 8 tokens at the end.
        #expect(usage.keyValueCache.count == 2 * 2 * 8 * 2 * (64 + 2))
    }

    @Test(arguments: ["gpt2", "smollm2-135m", "llama-2-7b", "phi-2"])
    func `Chips together hold the whole model, within rounding and what must be copied`(name: String) throws {
        let one = try RunRequest.sample(name)
        let whole = MemoryModel(one).largest(in: try Planner(one).plan())
        let model = try ModelRegistry.model(named: name)
        for (chips, parallel) in [(2, "tp2"), (3, "tp3"), (4, "tp2,pp2"), (5, "pp5"), (9, "tp9")] {
            let request = try RunRequest.sample(name, chips: chips, parallel: parallel)
            let plan = try Planner(request).plan()
            let memory = MemoryModel(request)
            let (classes, classOfChip) = plan.classes()
            let usages = classOfChip.map { memory.usage(of: classes[$0], in: plan) }
            let weights = usages.reduce(0) { $0 + $1.weights.count }
            #expect(weights >= whole.weights.count, "\(name) \(parallel)")
            #expect(Double(weights) < Double(whole.weights.count) * 1.10, "\(name) \(parallel)")
            let copies = plan.shards.reduce(0) { $0 + $1.kvHeads }
            #expect(
                usages.reduce(0) { $0 + $1.keyValueCache.count } == whole.keyValueCache.count / model.kvHeads * copies)
        }
    }

    @Test func `A search for enough chips that finds none ends soon`() throws {
        let start = ContinuousClock.now
        let found = try message(RunRequest.sample("llama-2-70b").setting(["dram.capacity": "8 MB"]))
        #expect(found.contains("no number of chips") || found.contains("at least"), "\(found)")
        #expect(ContinuousClock.now - start < .seconds(20))
    }
}
