import Checkpoints
import Documents
import MessagePassing
import Quantization
import Testing
import _CheckpointTestSupport
import _TestSupport

@testable import Inference

@Suite("Statistics of one layer after the other") struct LayerByLayerTests {
    private static let request = Perplexity.Request(tokens: (0..<60).map { ($0 * 17 + 3) % 20 }, context: 20)

    private func options(_ scheme: String, calibration: String? = nil) throws -> InferenceOptions {
        try InferenceOptions(
            scheme: .named(scheme), calibration: calibration, arithmetic: .float, keyValueScheme: nil)
    }

    /// Collects the statistics of a run that divides nothing.
    private func statistics(
        _ model: LanguageModel, _ options: InferenceOptions, to path: String
    ) throws -> Checkpoint {
        let transformer = try Transformer(model, options, hardware(model, options), on: SingleProcess.communicator)
        let calibration = Calibration(path: path, withSecondMoments: true)
        try transformer.observe(for: calibration)
        _ = try Perplexity(transformer, Self.request).run()
        try calibration.write(transformer)
        return try Checkpoint(path: path)
    }

    @Test(arguments: ["spqr-3b", "billm", "bitmod-3b-awq", "smoothquant"])
    func `a layer sees what the quantised layers before it make of the text`(scheme: String) throws {
        let folder = try CheckpointFolder()
        let model = try LanguageModel(path: TinyModel(isSmall: true).safetensors(in: folder))
        let plain = try options(scheme)
        let path = folder.path("layers.safetensors")
        let calibration = Calibration(path: path, withSecondMoments: true, isLayerByLayer: true)
        try calibration.collect(
            model, plain, hardware(model, plain), Self.request, on: SingleProcess.communicator
        ) { _, _ in }
        let found = try Checkpoint(path: path)
        let stored = try statistics(
            model, ComparedExecution.stored.options(for: plain, of: model.description),
            to: folder.path("stored.safetensors"))
        let quantized = try statistics(
            model, options(scheme, calibration: path), to: folder.path("quantized.safetensors"))
        func values(_ source: Checkpoint, _ layer: Int, _ name: String, _ count: Int) throws -> [Float] {
            try source.finiteVector("layers.\(layer).\(name)", count: count)
        }
        // The first layer is observed as it is stored.
        for (site, count) in [("attention_input", 32), ("attention_output", 32), ("feed_forward_inner", 40)] {
            let name = "\(site).abs_mean"
            #expect(try values(found, 0, name, count) == values(stored, 0, name, count), "\(scheme) \(name)")
        }
        // Nothing of the second layer has touched its input, and all of the first has.
        for name in ["attention_input.abs_max", "attention_input.square_mean"] {
            let own = try values(found, 1, name, 32)
            let (behindQuantized, behindStored) = (try values(quantized, 1, name, 32), try values(stored, 1, name, 32))
            #expect(own == behindQuantized, "\(scheme) \(name)")
            #expect(own != behindStored, "\(scheme) \(name)")
        }
    }

    @Test func `what makes no sense is refused`() throws {
        let folder = try CheckpointFolder()
        let model = try LanguageModel(path: TinyModel(isSmall: true).safetensors(in: folder))
        let calibration = Calibration(path: folder.path("x"), withSecondMoments: false, isLayerByLayer: true)
        func refusal(_ options: InferenceOptions, _ parallel: String = "tp1") -> String? {
            do {
                try calibration.check(hardware(model, options, parallel: parallel).plan, options)
                return nil
            } catch { return "\(error)" }
        }
        #expect(try refusal(options("spqr-3b")) == nil)
        for (options, parallel) in [
            (try options("spqr-3b"), "pp2"), (try options("spqr-3b", calibration: "y"), "tp1"),
            (try options("bitmod-4b"), "tp1"), (try options("onebit"), "tp1"),
        ] {
            let refusal = refusal(options, parallel)
            #expect(refusal?.contains("--layer-by-layer") == true, "\(refusal ?? "none")")
        }
    }
}
