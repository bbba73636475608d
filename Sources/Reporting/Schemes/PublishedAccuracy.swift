/// An accuracy that a paper has published. None of it is computed here.
public struct PublishedAccuracy: Sendable, Encodable {
    /// The scheme that stands for it here.
    public var scheme: String
    /// The model.
    public var model: String
    /// Perplexity on WikiText-2.
    public var perplexity: Double
    /// That of the same model in FP16, where the source has it.
    public var float16Perplexity: Double?
    /// What differs from the scheme as it is here.
    public var note: String?
    /// Where it is from.
    public var source: String

    /// All, in the order of the schemes.
    public static let all: [PublishedAccuracy] = {
        let hpca = "Chen et al., HPCA 2025"
        func llama2(_ scheme: String, _ value: Double, _ table: String, note: String? = nil) -> PublishedAccuracy {
            PublishedAccuracy(
                scheme: scheme, model: "Llama-2-7B", perplexity: value, float16Perplexity: 5.47, note: note,
                source: "\(hpca), Table \(table)")
        }
        return [
            llama2("bitmod-4b", 5.72, "VI"), llama2("bitmod-3b", 6.55, "VI"), llama2("int4-asym", 5.77, "VI"),
            llama2("int3-asym", 7.08, "VI"), llama2("mx-fp4", 5.82, "VI"), llama2("mx-fp3", 8.86, "VI"),
            llama2("ant-4b", 6.09, "VI"), llama2("ant-3b", 8.51, "VI"), llama2("olive-4b", 5.91, "VI"),
            PublishedAccuracy(
                scheme: "smoothquant", model: "Llama-2-7B", perplexity: 5.515, float16Perplexity: 5.474,
                note: "alpha 0.85", source: "SmoothQuant, README of its code"),
            llama2("bitmod-4b-smoothquant", 5.76, "XII"), llama2("bitmod-3b-smoothquant", 6.85, "XII"),
            llama2("bitmod-4b-awq", 5.59, "XI"), llama2("bitmod-3b-awq", 6.07, "XI"),
            llama2("bitmod-4b-omniquant", 5.57, "XI", note: "learned clipping"),
            llama2("bitmod-3b-omniquant", 5.89, "XI", note: "learned clipping"),
            PublishedAccuracy(
                scheme: "spqr-3b", model: "LLaMA-7B", perplexity: 5.87, float16Perplexity: 5.68,
                note: "3.94 bits on average", source: "Dettmers et al., ICLR 2024, Table 1"),
            PublishedAccuracy(
                scheme: "billm", model: "LLaMA-2-7B", perplexity: 32.48, float16Perplexity: nil,
                note: "calibrated", source: "Huang et al., ICML 2024"),
            PublishedAccuracy(
                scheme: "onebit", model: "LLaMA-2-7B", perplexity: 9.76, float16Perplexity: nil,
                note: "distilled", source: "Xu et al., NeurIPS 2024, README of its code"),
            PublishedAccuracy(
                scheme: "bitnet", model: "BitNet b1.58 3B", perplexity: 9.91, float16Perplexity: 10.04,
                note: "trained from scratch; beside LLaMA 3B", source: "Ma et al., 2024"),
            PublishedAccuracy(
                scheme: "slim-2b", model: "LLaMA-7B", perplexity: 14.58, float16Perplexity: 5.68,
                note: "calibrated, searched pairs", source: "Huang et al., arXiv:2405.14917"),
            PublishedAccuracy(
                scheme: "shiftadd-2b", model: "OPT-125M", perplexity: 712.55, float16Perplexity: 27.65,
                note: "fast form, calibrated", source: "You et al., NeurIPS 2024"),
            PublishedAccuracy(
                scheme: "shiftadd-3b", model: "OPT-125M", perplexity: 56.96, float16Perplexity: 27.65,
                note: "fast form, calibrated", source: "You et al., NeurIPS 2024"),
            PublishedAccuracy(
                scheme: "fp16 --prune 0.25", model: "Llama-3-8B", perplexity: 34.13, float16Perplexity: 6.14,
                note: "82.35 % of the parameters left, by squares, not recovered",
                source: "LLM-Pruner, README of its code"),
            PublishedAccuracy(
                scheme: "fp16 --prune 0.25", model: "TinyLlama", perplexity: 76.44, float16Perplexity: 7.71,
                note: "85.99 % of the parameters left, by squares, not recovered",
                source: "LLM-Pruner, README of its code"),
        ]
    }()
}
