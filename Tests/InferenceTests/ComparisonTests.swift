import Checkpoints
import Documents
import Foundation
import Testing
import _CheckpointTestSupport
import _TestSupport

@testable import Inference

@Suite("Comparison and calibration") struct ComparisonTests {
    @Test func `agreement is that of the plain formulas`() {
        var agreement = Agreement()
        let rows: [[Float]] = [[0, 1, 2], [3, 0, 1]]
        let reference: [[Float]] = [[0, 2, 1], [3, 0.5, 1]]
        agreement.add(rows.flatMap { $0 }, reference: reference.flatMap { $0 }, vocabulary: 3)
        func softmax(_ row: [Float]) -> [Double] {
            let weights = row.map { exp(Double($0)) }
            return weights.map { $0 / weights.reduce(0, +) }
        }
        let divergences = zip(rows, reference).map { row, expected in
            zip(softmax(row), softmax(expected)).reduce(0.0) { $0 + $1.1 * log($1.1 / $1.0) }
        }
        #expect(agreement.positions == 2 && agreement.sameLikeliest == 1 && agreement.largestLogitError == 1)
        #expect(abs(agreement.meanDivergence - (divergences[0] + divergences[1]) / 2) < 1e-12)
        #expect(abs(agreement.largestDivergence - divergences.max()!) < 1e-12)
    }

    @Test func `an execution agrees with itself, and less with stored weights than with its own`() throws {
        let folder = try CheckpointFolder()
        let model = try LanguageModel(path: TinyModel(isSmall: true).safetensors(in: folder))
        func compare(_ own: InferenceOptions, _ other: InferenceOptions) throws -> Agreement {
            let results = try ThreadWorld.run(2) { world in
                let hardware = try hardware(model, own, chips: 2, batch: 2, wantsLogits: false)
                return try Generation(
                    Transformer(model, own, hardware, on: world),
                    .init(prompts: [[3, 14], [15, 9]], tokens: 4, stopsAtEnd: false),
                    reference: Transformer(model, other, hardware, on: world)
                ).run()
            }
            return try #require(results[0]?.agreement)
        }
        let exact = try options("bitmod-4b", .exact, kv: "int8")
        let float = try ComparedExecution.float.options(for: exact, of: model.description)
        let stored = try ComparedExecution.stored.options(for: exact, of: model.description)
        let same = try compare(exact, exact)
        #expect(same.positions == 8 && same.topOneShare == 1 && same.meanDivergence < 1e-9)
        let (near, far) = (try compare(exact, float), try compare(exact, stored))
        #expect(near.meanDivergence > 0 && near.meanDivergence < far.meanDivergence)
    }

    @Test func `one chip differs by the order of sums alone`() throws {
        let folder = try CheckpointFolder()
        let model = try LanguageModel(path: TinyModel().safetensors(in: folder))
        let own = try options("bitmod-4b")
        let results = try ThreadWorld.run(2) { world in
            let divided = try hardware(model, own, parallel: "tp3,pp2", wantsLogits: false)
            let whole = try ComparedExecution.oneChip.hardware(for: divided)
            #expect(whole.plan.chips == 1)
            return try Generation(
                Transformer(model, own, divided, on: world), .init(prompts: [[3, 14, 15]], tokens: 4),
                reference: Transformer(
                    model, ComparedExecution.oneChip.options(for: own, of: model.description), whole, on: world)
            ).run()
        }
        let agreement = try #require(results[0]?.agreement)
        #expect(agreement.topOneShare == 1 && agreement.largestLogitError > 0 && agreement.largestLogitError < 1e-4)
    }

    @Test func `statistics are those of the activations, whole and the same for all chips and ranks`() throws {
        let folder = try CheckpointFolder()
        let tiny = TinyModel(isSmall: true)
        let path = try tiny.safetensors(in: folder)
        func calibrate(_ parallel: String, ranks: Int, moments: Bool = false) throws -> [UInt8] {
            let file = folder.url.appendingPathComponent("statistics.safetensors").path
            let calibration = Calibration(path: file, withSecondMoments: moments)
            _ = try ThreadWorld.run(ranks) { world in
                let model = try LanguageModel(path: path)
                let hardware = try hardware(model, options(), parallel: parallel)
                let transformer = try Transformer(model, options(), hardware, on: world)
                try transformer.observe(for: calibration)
                _ = try Perplexity(
                    transformer, .init(tokens: [3, 14, 15, 9, 2, 6, 5, 3], context: 4)
                ).run()
                try calibration.write(transformer)
            }
            return try folder.bytes("statistics.safetensors")
        }
        let alone = try calibrate("tp1", ranks: 1, moments: true)
        let file = try Checkpoint(path: folder.url.appendingPathComponent("statistics.safetensors").path)
        let shape = try LanguageModel(path: path).description.shape
        for (site, width) in [
            ("attention_input", shape.hiddenSize), ("attention_output", shape.queryDimension),
            ("feed_forward_input", shape.hiddenSize), ("feed_forward_inner", shape.intermediateSize),
        ] {
            let name = "layers.1.\(site)"
            let largest = try file.vector(name + ".abs_max", count: width)
            let mean = try file.vector(name + ".abs_mean", count: width)
            let squares = try file.vector(name + ".square_mean", count: width)
            let moments = try file.read(name + ".second_moment", rows: 0..<width, columns: 0..<width)
            for channel in 0..<width {
                #expect(mean[channel] > 0 && largest[channel] >= mean[channel])
                #expect(squares[channel] <= largest[channel] * largest[channel] * 1.0001)
                let diagonal = moments[channel * width + channel]
                #expect(abs(diagonal - squares[channel]) <= 1e-5 * squares[channel])
                #expect(abs(moments[channel] - moments[channel * width]) <= 1e-5 * abs(moments[channel]) + 1e-9)
            }
        }
        #expect(alone.count > 0)
        let divided = try calibrate("tp2", ranks: 1)
        for ranks in [2, 3] { #expect(try calibrate("tp2", ranks: ranks) == divided, "\(ranks) ranks") }
        #expect(throws: InputError.self) { try calibrate("tp2", ranks: 1, moments: true) }
    }
}
