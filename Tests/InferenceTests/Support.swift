import Accelerator
import Fabric
import MessagePassing
import Quantization
import Simulation
import Testing
import Workload
import _TestSupport

@testable import Inference

/// Options with the schemes by name.
func options(
    _ scheme: String? = nil, _ arithmetic: InferenceArithmetic = .float, head: String? = nil, kv: String? = nil,
    groupSize: Int = 16
) throws -> InferenceOptions {
    try InferenceOptions(
        scheme: scheme.map { try Scheme.named($0).with(groupSize: groupSize) },
        headScheme: head.map { try Scheme.named($0) }, arithmetic: arithmetic,
        keyValueScheme: kv.map { try Scheme.named($0) })
}

/// The chips that a model runs on: as much tensor parallelism as there can be, or as the text says.
func hardware(
    _ model: LanguageModel, _ options: InferenceOptions, chips: Int = 1, parallel: String? = nil, batch: Int = 1,
    wantsLogits: Bool = true, pruning: Pruning? = nil
) throws -> SimulatedHardware {
    var degrees: ParallelDegrees?
    if let parallel, case .explicit(let own) = try ParallelismRequest(parallel) { degrees = own }
    let name = options.scheme == nil ? "fp16" : "bitmod"
    let accelerator = try #require(AcceleratorPresets.named(name))
    return try SimulatedHardware(
        SimulatedHardware.request(
            model.description, options, accelerator: accelerator, fabric: try #require(Fabric.preset("ring")),
            chips: degrees?.chips ?? chips, degrees: degrees, promptTokens: 8, generatedTokens: 8, batch: batch,
            headPositions: wantsLogits ? .all : .last, pruning: pruning))
}

/// The tokens and logits of a run on some ranks.
func generate(
    _ path: String, _ options: InferenceOptions, _ request: Generation.Request, chips: Int = 1,
    parallel: String? = nil, ranks: Int = 1
) throws -> Generation.Result {
    let results = try ThreadWorld.run(ranks) { world in
        let model = try LanguageModel(path: path)
        let hardware = try hardware(
            model, options, chips: chips, parallel: parallel, batch: request.prompts.count,
            wantsLogits: request.wantsLogits)
        return try Generation(Transformer(model, options, hardware, on: world), request).run()
    }
    #expect(results.dropFirst().allSatisfy { $0 == nil }, "only the coordinator has a result")
    return try #require(results.first ?? nil)
}
