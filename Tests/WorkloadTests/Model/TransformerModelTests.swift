import Documents
import Foundation
import Testing
import Workload

@Suite struct TransformerModelTests {
    private func message(_ name: String = "llama-2-7b", _ change: (inout TransformerModel) -> Void) -> String {
        do {
            var model = try ModelRegistry.model(named: name)
            change(&model)
            try model.validate()
            return "no error"
        } catch { return "\(error)" }
    }

    @Test func `A small model counted by hand`() throws {
        // hidden 8, 2 layers, 2 heads of 4 over 1, gated width 16, 10 rows, LayerNorm, all biases.
        let model = TransformerModel(
            name: "tiny", family: "llama", hiddenSize: 8, layers: 2, attentionHeads: 2, kvHeads: 1, headDimension: 4,
            intermediateSize: 16, vocabularySize: 10, hasTiedEmbeddings: false, normalization: .layerNorm,
            position: .learned(rows: 6), maximumPositions: 5, hasQueryKeyValueBias: true,
            hasAttentionOutputBias: true, hasFeedForwardBias: true, hasHeadBias: true, hasQueryKeyNorm: true)
        try model.validate()
        let attention = 8 * 8 + 8 * 4 + 8 * 4 + 8 * 8
        let feedForward = 3 * 8 * 16
        #expect(model.blockLinearParameters == 2 * (attention + feedForward))
        let biases = (8 + 4 + 4) + 8 + (16 + 16 + 8)
        let norms = 2 * 2 * 8 + 2 * 2 * 4
        #expect(
            model.totalParameters == 2 * (attention + feedForward + biases + norms) + 80 + 80 + 10 + 48 + 2 * 8)
        #expect(model.kvElementsPerToken == 16)
        #expect(model.queryHeadsPerKVHead == 2)
    }

    @Test func `Experts, shared experts and leading dense layers are counted by layer`() throws {
        let model = TransformerModel(
            name: "experts", family: "llama", hiddenSize: 8, layers: 3, attentionHeads: 2, kvHeads: 2,
            headDimension: 4, intermediateSize: 32, vocabularySize: 10, hasTiedEmbeddings: true,
            position: .rotary(dimensions: 4), maximumPositions: 5,
            mixtureOfExperts: MixtureOfExperts(
                experts: 4, activeExperts: 2, expertIntermediateSize: 6, sharedIntermediateSize: 5,
                leadingDenseLayers: 1))
        try model.validate()
        let attention = 4 * 64
        let (dense, expert, shared, router) = (3 * 8 * 32, 3 * 8 * 6, 3 * 8 * 5, 8 * 4)
        #expect(model.blockLinearParameters == 3 * attention + dense + 2 * (4 * expert + shared + router))
        #expect(
            model.activeBlockLinearParametersPerToken == 3 * attention + dense + 2 * (2 * expert + shared + router))
        #expect((0..<3).map(model.isMixture(layer:)) == [false, true, true])
    }

    @Test func `Layers of a dense model have no experts`() throws {
        let model = try ModelRegistry.model(named: "llama-2-7b")
        #expect(!(0..<model.layers).contains(where: model.isMixture(layer:)))
    }

    @Test func `A model survives coding`() throws {
        for model in ModelRegistry.all {
            let data = try JSONEncoder().encode(model)
            #expect(try JSONDecoder().decode(TransformerModel.self, from: data) == model)
        }
    }

    @Test func `Validation names the field and the range`() {
        #expect(message { $0.hiddenSize = 0 } == "hiddenSize: found 0; expected a whole number from 1 to 1048576")
        #expect(message { $0.layers = -1 } == "layers: found -1; expected a whole number from 1 to 10000")
        #expect(message { $0.name = "" } == "name: the name is empty; expected a name")
        #expect(
            message { $0.kvHeads = 5 } == "kvHeads: 5 key-value heads do not divide 32 attention heads; "
                + "expected a divisor of 32")
        #expect(
            message { $0.position = .rotary(dimensions: 130) }
                == "position.rotary.dimensions: found 130; expected a whole number from 1 to 128")
        #expect(message { $0.position = .rotary(dimensions: 3) }.hasPrefix("position.rotary.dimensions: 3 is odd"))
        #expect(
            message { $0.position = .learned(rows: 7) }
                == "position.learned.rows: 7 rows are fewer than the 4096 positions; expected a row per position")
        #expect(
            message { $0.normsPerLayer = 1 }
                == "normsPerLayer: found 1; expected 2 to 4 norms in a block that is not parallel")
        #expect(
            message("mixtral-8x7b") { $0.mixtureOfExperts?.activeExperts = 9 }
                == "mixtureOfExperts.activeExperts: found 9; expected a whole number from 1 to 8")
        #expect(
            message("mixtral-8x7b") { $0.mixtureOfExperts?.leadingDenseLayers = 32 }
                == "mixtureOfExperts.leadingDenseLayers: found 32; expected a whole number from 0 to 31")
    }

    @Test func `Both sides of a limit`() {
        #expect(message { $0.vocabularySize = 1 << 24 } == "no error")
        #expect(message { $0.vocabularySize = (1 << 24) + 1 }.hasPrefix("vocabularySize: found"))
        #expect(message { $0.slidingWindow = 1 } == "no error")
        #expect(message { $0.slidingWindow = 0 }.hasPrefix("slidingWindow: found 0"))
    }

    @Test func `The largest numbers that pass one by one are refused together and overflow nothing`() {
        typealias Limits = TransformerModel.Limits
        let problem = message {
            $0.hiddenSize = Limits.hiddenSize.upperBound
            $0.layers = Limits.layers.upperBound
            $0.attentionHeads = Limits.queryDimension.upperBound / 128
            $0.kvHeads = $0.attentionHeads
            $0.intermediateSize = Limits.intermediateSize.upperBound
            $0.vocabularySize = Limits.vocabularySize.upperBound
            $0.maximumPositions = Limits.positions.upperBound
            $0.position = .learned(rows: Limits.positions.upperBound)
            $0.mixtureOfExperts = MixtureOfExperts(
                experts: Limits.experts.upperBound, activeExperts: Limits.experts.upperBound,
                expertIntermediateSize: Limits.totalExpertSize.upperBound / Limits.experts.upperBound,
                sharedIntermediateSize: Limits.intermediateSize.upperBound)
        }
        #expect(problem.hasPrefix("totalParameters: found 2"), "\(problem)")
    }
}
