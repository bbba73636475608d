import Documents
import Testing
import Workload
import _SimulationTestSupport

@Suite("Pruned layers of a model") struct PruningTests {
    private func pruned(
        _ name: String, _ ratio: Double, _ layers: ClosedRange<Int>, multiple: Int = 1
    ) throws -> TransformerModel {
        var model = try ModelRegistry.model(named: name)
        model.pruning = Pruning(ratio: ratio, layers: layers, multiple: multiple)
        try model.validate()
        return model
    }

    @Test func `LLaMA-7B is left with the published parameters, heads and channels`() throws {
        // Vector storage-llmpruner-llama7b: ratio 0.25, layers 4 to 29.
        let model = try pruned("llama-7b", 0.25, 4...29)
        #expect(model.unpruned.totalParameters == 6_738_415_616)
        #expect(model.totalParameters == 5_422_977_024)
        let rest = try #require(model.ofPrunedLayers)
        #expect(rest.attentionHeads == 24 && rest.kvHeads == 24 && rest.intermediateSize == 8256)
    }

    @Test func `a quarter of Llama-3-8B is the published 82.35 per cent`() throws {
        let model = try pruned("llama-3-8b", 0.25, 4...29)
        let share = Double(model.totalParameters) / Double(model.unpruned.totalParameters)
        #expect(abs(share - 0.8235) < 0.00005)
    }

    /// int(C (1 − ratio)) in Python, computed by it: C, ratio, removed.
    @Test(arguments: [
        (32, 0.25, 8), (4096, 0.25, 1024), (11008, 0.25, 2752), (4096, 0.2, 820), (11008, 0.2, 2202), (10, 0.1, 1),
        (10, 0.9, 10), (14336, 0.2, 2868), (1536, 0.2, 308), (192, 0.2, 39), (192, 0.34, 66), (100, 0.29, 29),
        (100, 0.57, 57), (7, 0.5, 4),
    ])
    func `the number removed is rounded as the published code rounds`(elements: Int, ratio: Double, removed: Int) {
        #expect(Pruning(ratio: ratio, layers: 0...0).removed(of: elements) == removed)
    }

    @Test func `heads that share keys and values go together`() throws {
        // 8 key and value heads of 128 elements: 1024 − int(1024 · 0.8) = 205, and 205 div 128 = 1.
        let model = try pruned("llama-3-8b", 0.2, 4...29)
        let rest = try #require(model.ofPrunedLayers)
        #expect(rest.kvHeads == 7 && rest.attentionHeads == 28 && rest.queryHeadsPerKVHead == 4)
        #expect(rest.intermediateSize == 14336 - 2868)
        // 3 heads of 64: 39 elements are less than one.
        #expect(try pruned("smollm2-135m", 0.2, 4...27).ofPrunedLayers?.kvHeads == 3)
        #expect(try pruned("smollm2-135m", 0.34, 4...27).ofPrunedLayers?.attentionHeads == 6)
    }

    @Test func `the width that is left can be rounded up to whole groups`() throws {
        #expect(try pruned("llama-7b", 0.25, 4...29, multiple: 128).ofPrunedLayers?.intermediateSize == 8320)
        #expect(try pruned("llama-7b", 0.25, 4...29, multiple: 129).ofPrunedLayers?.intermediateSize == 8256)
        // Never more than there are.
        #expect(try pruned("llama-7b", 0.01, 4...29, multiple: 11_000).ofPrunedLayers?.intermediateSize == 11_000)
        #expect(try pruned("llama-7b", 0.0001, 4...29, multiple: 10_999).ofPrunedLayers?.intermediateSize == 11_008)
    }

    @Test(arguments: 0..<60)
    func `parameters, cache and queries are those of the layers one by one`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: 9100 + seed)
        var model = TransformerModel.random(using: &generator)
        model.mixtureOfExperts = nil
        let first = generator.integer(0...model.layers - 1)
        model.pruning = Pruning(
            ratio: generator.pick([0.05, 0.3, 0.6]), layers: first...generator.integer(first...model.layers - 1))
        guard model.ofPrunedLayers.map({ $0.kvHeads > 0 }) ?? false else { return }
        try model.validate()
        // A model of one layer of each sort, without anything around it.
        func oneLayer(_ layer: Int) -> TransformerModel {
            var one = model.ofLayers(model.sort(ofLayer: layer))
            one.layers = 1
            return one
        }
        var around = model.unpruned
        around.layers = 0
        let layers = (0..<model.layers).map(oneLayer)
        let own = layers.map { $0.totalParameters - around.totalParameters }
        #expect(model.totalParameters == around.totalParameters + own.reduce(0, +))
        #expect(model.kvElementsPerToken == layers.reduce(0) { $0 + $1.kvElementsPerToken })
        #expect(model.queryElementsPerToken == layers.reduce(0) { $0 + $1.queryDimension })
        #expect(model.blockLinearParameters == layers.reduce(0) { $0 + $1.blockLinearParameters })
        #expect(model.activeBlockLinearParametersPerToken == model.blockLinearParameters)
        let matrices = (0..<model.layers).flatMap { layer in
            model.weightMatrices(shard: ShardShape(whole: oneLayer(layer)), isMixture: false)
        }
        #expect(matrices.reduce(0) { $0 + $1.outputs * $1.inputs * $1.count } == model.blockLinearParameters)
        #expect(model.unpruned.totalParameters >= model.totalParameters)
    }

    @Test func `neighbouring layers of one sort stand together in their order`() throws {
        func runs(_ model: TransformerModel, _ layers: Range<Int>) -> [String] {
            model.sorts(ofLayers: layers).map { "\($0.sort.rawValue) \($0.count)" }
        }
        let model = try pruned("llama-7b", 0.25, 4...29)
        #expect(runs(model, 0..<32) == ["dense 4", "pruned 26", "dense 2"])
        #expect(runs(model, 10..<20) == ["pruned 10"])
        #expect(runs(model, 29..<31) == ["pruned 1", "dense 1"])
        #expect(runs(model.unpruned, 0..<32) == ["dense 32"])
        let mixture = try ModelRegistry.model(named: "mixtral-8x7b")
        #expect(runs(mixture, 0..<mixture.layers) == ["mixture \(mixture.layers)"])
    }

    @Test(arguments: [
        ("llama-7b", 0.0, 4...29, 1, "pruning.ratio"), ("llama-7b", 1.0, 4...29, 1, "pruning.ratio"),
        ("llama-7b", -0.5, 4...29, 1, "pruning.ratio"), ("llama-7b", .nan, 4...29, 1, "pruning.ratio"),
        ("llama-7b", 0.2, 4...32, 1, "pruning.lastLayer"), ("llama-7b", 0.2, 4...29, 0, "pruning.multiple"),
        ("llama-7b", 0.2, 40...41, 1, "pruning.firstLayer"), ("smollm2-135m", 0.9999, 4...27, 1, "pruning.ratio"),
        ("mixtral-8x7b", 0.2, 4...29, 1, "pruning"),
    ])
    func `what a model cannot lose is refused`(
        name: String, ratio: Double, layers: ClosedRange<Int>, multiple: Int, key: String
    ) throws {
        do {
            _ = try pruned(name, ratio, layers, multiple: multiple)
            Issue.record("\(name) \(ratio) \(layers) \(multiple) is accepted")
        } catch let error as InputError { #expect(error.key == key, "\(error)") }
    }
}
