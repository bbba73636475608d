/// Architectures that are well known and that ``TransformerModel`` cannot describe truthfully.
///
/// Source of each reason: the architecture's class in Hugging Face `transformers` 4.57.
enum UnsupportedArchitecture: String {
    case bitnet
    case bloom
    case deepseekV2 = "deepseek_v2"
    case deepseekV3 = "deepseek_v3"
    case gemma2
    case gptOSS = "gpt_oss"
    case qwen2MoE = "qwen2_moe"

    /// What is not modelled, as the end of a sentence.
    var reason: String {
        switch self {
        case .bitnet:
            "it has further norms before the output and down projections and a squared ReLU, which are not modelled"
        case .bloom: "it has ALiBi position biases and a norm after the embedding, which are not modelled"
        case .deepseekV2, .deepseekV3:
            "it has multi-head latent attention with a compressed key-value cache, which is not modelled"
        case .gemma2:
            "it attends to a sliding window in every other layer and caps its logits, which are not modelled"
        case .gptOSS:
            "it attends to a sliding window in every other layer and has attention sinks and a clamped activation, "
                + "which are not modelled"
        case .qwen2MoE: "it scales its shared expert by a gate of its own, which is not modelled"
        }
    }
}
