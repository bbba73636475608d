import MessagePassing
import Quantization
import Testing
import _TestSupport

@testable import Inference

/// Options with the schemes by name.
func options(
    _ scheme: String? = nil, _ arithmetic: InferenceArithmetic = .float, kv: String? = nil, chips: Int = 1
) throws -> InferenceOptions {
    try InferenceOptions(
        scheme: scheme.map { try Scheme.named($0).with(groupSize: 16) }, arithmetic: arithmetic,
        keyValueScheme: kv.map { try Scheme.named($0) }, chips: chips)
}

/// The tokens and logits of a run on some ranks.
func generate(
    _ path: String, _ options: InferenceOptions, _ request: Generation.Request, ranks: Int = 1
) throws -> Generation.Result {
    let results = try ThreadWorld.run(ranks) { world in
        try Generation(Transformer(LanguageModel(path: path), options, on: world), request).run()
    }
    #expect(results.dropFirst().allSatisfy { $0 == nil }, "only the coordinator has a result")
    return try #require(results.first ?? nil)
}
