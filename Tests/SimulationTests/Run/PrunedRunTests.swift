import Accelerator
import Fabric
import Quantization
import Testing
import Units
import Workload
import _SimulationTestSupport

@testable import Simulation

@Suite("Runs of pruned models") struct PrunedRunTests {
    /// A small model with whole and pruned layers.
    private static func model(layers: ClosedRange<Int>? = 1...3, ratio: Double = 0.4) -> TransformerModel {
        TransformerModel(
            name: "small", family: "llama", hiddenSize: 128, layers: 5, attentionHeads: 10, kvHeads: 5,
            headDimension: 16, intermediateSize: 500, vocabularySize: 96, hasTiedEmbeddings: false,
            position: .rotary(dimensions: 16), maximumPositions: 512,
            pruning: layers.map { Pruning(ratio: ratio, layers: $0) })
    }

    private static let plans = ["tp1", "tp2", "tp3", "tp3,sp", "tp2,pp2", "pp5", "tp2,dp2", "tp3,pp3,dp2,sp"]

    private func request(_ model: TransformerModel, _ parallel: String, scheme: String = "bitmod-4b") throws
        -> RunRequest
    {
        var request = try RunRequest.sample(
            model, scheme: scheme, parallel: parallel, prompt: 9, generate: 3, batch: 3)
        if case .explicit(let degrees) = request.parallelism { request.chips = degrees.chips }
        request.overlapChunks = 2
        return request
    }

    /// Everything of a result but what was asked for.
    private func expectEqual(_ one: RunResult, _ other: RunResult, _ what: String) {
        #expect(one.phases.keys == other.phases.keys)
        for phase in PhaseStep.Phase.allCases {
            #expect(one[phase].latency == other[phase].latency, "\(what) \(phase)")
            #expect(one[phase].total == other[phase].total, "\(what) \(phase)")
            #expect(one[phase].operators == other[phase].operators, "\(what) \(phase)")
        }
        #expect(one.memory == other.memory, "\(what)")
    }

    @Test(arguments: plans)
    func `a model all of whose layers are pruned is the smaller model`(parallel: String) throws {
        let pruned = Self.model(layers: 0...4)
        let smaller = try #require(pruned.ofPrunedLayers)
        for scheme in ["bitmod-4b", "int6", "int4-asym"] {
            let one = try request(pruned, parallel, scheme: scheme).run(detail: .operators)
            let other = try request(smaller, parallel, scheme: scheme).run(detail: .operators)
            expectEqual(one, other, "\(parallel) \(scheme)")
        }
    }

    @Test func `so it is where matrices are divided both ways, and in parallel blocks`() throws {
        for isParallel in [false, true] {
            var pruned = Self.model(layers: 0...4)
            pruned.isParallelBlock = isParallel
            if isParallel { pruned.normsPerLayer = 1 }
            var one = try request(pruned, "tp4")
            one.gemmPartition = .square
            var other = one
            other.model = try #require(pruned.ofPrunedLayers)
            expectEqual(try one.run(detail: .operators), try other.run(detail: .operators), "2d")
            let (plain, same) = try (request(pruned, "tp3"), request(other.model, "tp3"))
            expectEqual(try plain.run(detail: .operators), try same.run(detail: .operators), "1d")
        }
    }

    /// Multiply-adds, bytes and memory of a run add up layer by layer: with k of 5 layers pruned they lie on a straight line
    /// from none to all.
    @Test(arguments: ["tp1", "tp3", "tp3,sp"])
    func `each pruned layer saves as much as any other`(parallel: String) throws {
        let results = try (0...5).map { count in
            try request(Self.model(layers: count == 0 ? nil : 0...count - 1), parallel).run()
        }
        func differences(_ value: (RunResult) -> Int) -> Set<Int> {
            Set(zip(results, results.dropFirst()).map { value($0) - value($1) })
        }
        for phase in PhaseStep.Phase.allCases {
            let macs = differences { $0[phase].total.macs }
            #expect(macs.count == 1 && (macs.first ?? 0) > 0, "\(phase) \(macs)")
            let bytes = differences { $0[phase].total.dramReadBytes.count }
            #expect(bytes.count == 1 && (bytes.first ?? 0) > 0, "\(phase) \(bytes)")
            let times = differences { $0[phase].latency.count }
            #expect(times.count == 1 && (times.first ?? 0) > 0, "\(phase) \(times)")
            // Sums over chips have the hidden size, whatever the layer.
            #expect(differences { $0[phase].total.linkBytes.count } == [0])
        }
        #expect(differences { $0.memory[0].weights.count }.count == 1)
        let heads = 5 - results[5].request.model.ofLayers(.pruned).kvHeads
        #expect(heads == 2)
        if parallel == "tp1" {
            // Keys and values of 12 tokens in each of 3 sequences: 16 INT8 codes and a binary16 scale.
            #expect(differences { $0.memory[0].keyValueCache.count } == [2 * heads * 12 * 3 * (16 + 2)])
        }
    }

    @Test func `where the pruned layers stand changes nothing on one stage, and stages get what is theirs`() throws {
        let first = try request(Self.model(layers: 0...1), "tp2").run()
        let last = try request(Self.model(layers: 3...4), "tp2").run()
        for phase in PhaseStep.Phase.allCases {
            #expect(first[phase].latency == last[phase].latency)
            #expect(first[phase].total.macs == last[phase].total.macs)
            #expect(first[phase].total.dramReadBytes == last[phase].total.dramReadBytes)
        }
        // Five stages of one layer: the pruned ones hold less.
        let stages = try request(Self.model(), "pp5").run()
        let weights = stages.classOfChip.map { stages.memory[$0] }
        #expect(weights[1].weights == weights[2].weights && weights[1].weights == weights[3].weights)
        #expect(weights[1].keyValueCache < weights[0].keyValueCache)
        #expect(weights[1].keyValueCache == weights[3].keyValueCache)
    }

    @Test func `no more chips share a layer than the fewest heads`() throws {
        let model = Self.model(ratio: 0.65)
        #expect(model.ofPrunedLayers?.attentionHeads == 4)
        #expect(Division.mostParts(of: model) == 4 && Division.mostParts(of: model.unpruned) == 10)
        _ = try request(model, "tp4").run()
        #expect(throws: (any Error).self) { try request(model, "tp5").run() }
        // The automatic plan keeps to it.
        let automatic = try RunRequest.sample(model, chips: 10, parallel: "auto")
        #expect(try Planner(automatic).plan().tensorParallel <= 4)
    }

    @Test func `pruning is part of a request, and one without it is written as before`() throws {
        let (plain, pruned) = try (request(Self.model(layers: nil), "tp1"), request(Self.model(), "tp1"))
        #expect(plain != pruned)
        let model = try ModelRegistry.model(named: "mixtral-8x7b")
        var broken = try RunRequest.sample(model, chips: 8)
        broken.model.pruning = Pruning(ratio: 0.2, layers: 0...1)
        #expect(throws: (any Error).self) { try broken.validate() }
        #expect(throws: (any Error).self) {
            try PublishedRun(
                pruned.model, on: #require(PublishedAccelerator.named("bitmod-lossy")), task: .generative,
                weightBits: 4.0625)
        }
    }
}
