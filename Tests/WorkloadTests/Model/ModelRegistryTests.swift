import Documents
import Testing
import Workload

@Suite struct ModelRegistryTests {
    private func message(_ name: String) -> String {
        do { return "found \(try ModelRegistry.model(named: name).name)" } catch { return "\(error)" }
    }

    @Test func `Every model equals its reference in shape and in every total`() throws {
        let references = try ReferenceModel.all()
        #expect(Set(references.map(\.id)) == Set(ModelRegistry.names))
        for reference in references {
            let model = try ModelRegistry.model(named: reference.id)
            #expect(model == reference.model(family: model.family), "\(reference.id)")
            #expect(model.totalParameters == reference.computed.totalParameters, "\(reference.id)")
            #expect(model.blockLinearParameters == reference.computed.blockLinearParameters, "\(reference.id)")
            #expect(
                model.activeBlockLinearParametersPerToken == reference.computed.activeBlockLinearParametersPerToken,
                "\(reference.id)")
            #expect(model.embeddingParameters == reference.computed.embeddingParameters, "\(reference.id)")
            #expect(model.headParameters == reference.computed.lmHeadParameters, "\(reference.id)")
            #expect(model.kvElementsPerToken == reference.computed.kvCacheElementsPerToken, "\(reference.id)")
        }
    }

    @Test func `Totals equal the published parameter counts, of which only the two largest OPT have none`() throws {
        let references = try ReferenceModel.all()
        for reference in references {
            guard let published = reference.publishedParameters else { continue }
            #expect(try ModelRegistry.model(named: reference.id).totalParameters == published, "\(reference.id)")
        }
        #expect(references.filter { $0.publishedParameters == nil }.map(\.id) == ["opt-66b", "opt-175b"])
    }

    @Test func `Checkpoint ids of the reference are aliases`() throws {
        for reference in try ReferenceModel.all() {
            guard let id = reference.hfId else { continue }
            #expect(try ModelRegistry.model(named: id).name == reference.id)
        }
    }

    @Test func `Every model passes its own validation`() throws {
        for model in ModelRegistry.all { try model.validate() }
    }

    @Test func `Names and aliases are unique, ignoring case`() {
        let names =
            ModelRegistry.entries.flatMap { [$0.model.name] + $0.aliases }
            + ModelRegistry.unsupported.flatMap { [$0.name] + $0.aliases }
        #expect(Set(names.map { $0.lowercased() }).count == names.count)
    }

    @Test func `The order is fixed`() {
        #expect(
            ModelRegistry.names == [
                "opt-1.3b", "opt-6.7b", "opt-30b", "opt-66b", "opt-175b", "phi-2", "yi-6b", "llama-7b", "llama-13b",
                "llama-30b", "llama-65b", "llama-2-7b", "llama-2-13b", "llama-2-70b", "llama-3-8b", "llama-3-70b",
                "llama-3.1-8b", "llama-3.1-70b", "llama-3.1-405b", "llama-3.2-1b", "llama-3.2-3b", "mistral-7b",
                "mixtral-8x7b", "qwen2.5-7b", "qwen2.5-72b", "qwen3-8b", "qwen3-30b-a3b", "qwen3-235b-a22b",
                "falcon-7b", "falcon-40b", "smollm2-135m", "gpt2",
            ])
    }

    @Test func `Names and aliases are found in upper and lower case`() {
        #expect(message("LLaMA-13B") == "found llama-13b")
        #expect(message("llama-1-13b") == "found llama-13b")
        #expect(message("meta-llama/llama-2-13b-hf") == "found llama-2-13b")
    }

    @Test func `An unknown name is answered with the nearest names`() {
        #expect(
            message("lama-13b")
                == #"there is no model "lama-13b"; expected a name such as llama-13b, llama-30b, llama-2-13b"#)
        #expect(
            message("opt-13b") == #"there is no model "opt-13b"; expected a name such as opt-1.3b, opt-30b, opt-66b"#)
        #expect(throws: InputError.self) { try ModelRegistry.model(named: "") }
    }

    @Test func `A name like no other is answered with all names`() {
        let names = ModelRegistry.names.joined(separator: ", ")
        #expect(message("grok") == #"there is no model "grok"; expected one of \#(names)"#)
    }

    @Test func `A model that is known but cannot be described says why`() {
        #expect(
            message("DeepSeek-V3") == #"the model "DeepSeek-V3" is not supported: "#
                + "it has multi-head latent attention with a compressed key-value cache, which is not modelled")
        for model in ModelRegistry.unsupported {
            #expect(message(model.name).hasSuffix(model.reason))
            #expect(model.reason.hasSuffix("not modelled"))
        }
    }

    @Test func `Both errors are mistakes of usage`() {
        for name in ["lama-13b", "deepseek-v3"] {
            let error = #expect(throws: InputError.self) { try ModelRegistry.model(named: name) }
            #expect(error?.category == .usage)
        }
    }
}
