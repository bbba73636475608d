/// A `model_type` of Hugging Face that can be read, and the class that marks it where the type is missing.
enum HuggingFaceFamily: String, CaseIterable {
    case falcon
    case gpt2
    case gptNeoX = "gpt_neox"
    case llama
    case mistral
    case mixtral
    case opt
    case phi
    case phi3
    case qwen2
    case qwen3
    case qwen3MoE = "qwen3_moe"

    /// The entry of `architectures` of a language model of this family.
    var architecture: String {
        switch self {
        case .falcon: "FalconForCausalLM"
        case .gpt2: "GPT2LMHeadModel"
        case .gptNeoX: "GPTNeoXForCausalLM"
        case .llama: "LlamaForCausalLM"
        case .mistral: "MistralForCausalLM"
        case .mixtral: "MixtralForCausalLM"
        case .opt: "OPTForCausalLM"
        case .phi: "PhiForCausalLM"
        case .phi3: "Phi3ForCausalLM"
        case .qwen2: "Qwen2ForCausalLM"
        case .qwen3: "Qwen3ForCausalLM"
        case .qwen3MoE: "Qwen3MoeForCausalLM"
        }
    }

    /// Whether the family is one of experts, so that keys about experts are understood.
    var hasExperts: Bool { self == .mixtral || self == .qwen3MoE }

    /// The names of all, for messages.
    static var list: String { allCases.map(\.rawValue).joined(separator: ", ") }
}
