extension ModelRegistry {
    /// OPT. Sources: facebookresearch/metaseq `launcher/opt_job_constants.py`; arXiv:2205.01068, Table 1;
    /// `OPTConfig` of `transformers` for vocabulary and positions.
    static let optModels: [RegisteredModel] = [
        .opt("opt-1.3b", 2048, layers: 24, heads: 32, aliases: ["facebook/opt-1.3b"]),
        .opt("opt-6.7b", 4096, layers: 32, heads: 32, aliases: ["facebook/opt-6.7b"]),
        .opt("opt-30b", 7168, layers: 48, heads: 56, aliases: ["facebook/opt-30b"]),
        .opt("opt-66b", 9216, layers: 64, heads: 72, aliases: ["facebook/opt-66b"]),
        .opt("opt-175b", 12_288, layers: 96, heads: 96, aliases: []),
    ]

    /// phi-2: rotation of 32 of 80 dimensions, one norm for both halves of a block. Source: `config.json` of
    /// microsoft/phi-2, as in Lightning-AI/litgpt `litgpt/config.py`.
    static let phiModels: [RegisteredModel] = [
        .parallel(
            "phi-2", family: "phi", 2560, layers: 32, heads: 32, kvHeads: 32, rotaryDimensions: 32,
            vocabulary: 51_200, norms: 1, tied: false, biases: true, aliases: ["microsoft/phi-2"])
    ]

    /// Mistral and Mixtral. Sources: `config.json` of the first releases (v0.1), arXiv:2310.06825, Table 1, and
    /// arXiv:2401.04088, Table 1.
    static let mistralModels: [RegisteredModel] = [
        .llama(
            "mistral-7b", 4096, layers: 32, heads: 32, kvHeads: 8, feedForward: 14_336, vocabulary: 32_000,
            positions: 32_768, family: "mistral", window: 4096,
            aliases: ["mistral-7b-v0.1", "mistralai/Mistral-7B-v0.1", "mistralai/Mistral-7B-Instruct-v0.1"]),
        .llama(
            "mixtral-8x7b", 4096, layers: 32, heads: 32, kvHeads: 8, feedForward: 14_336, vocabulary: 32_000,
            positions: 32_768, family: "mixtral",
            experts: MixtureOfExperts(experts: 8, activeExperts: 2, expertIntermediateSize: 14_336),
            aliases: [
                "mixtral-8x7b-v0.1", "mistralai/Mixtral-8x7B-v0.1", "mistralai/Mixtral-8x7B-Instruct-v0.1",
            ]),
    ]

    /// Qwen2.5 and Qwen3. Sources: each model's `config.json` on Hugging Face (the id among the aliases);
    /// arXiv:2412.15115 and arXiv:2505.09388, Tables 1 and 2. With experts, every layer has them and no network has
    /// the dense width.
    static let qwenModels: [RegisteredModel] = [
        .qwen25(
            "qwen2.5-7b", 3584, layers: 28, heads: 28, kvHeads: 4, feedForward: 18_944, aliases: ["Qwen/Qwen2.5-7B"]),
        .qwen25(
            "qwen2.5-72b", 8192, layers: 80, heads: 64, kvHeads: 8, feedForward: 29_568,
            aliases: ["Qwen/Qwen2.5-72B"]),
        .qwen3("qwen3-8b", 4096, layers: 36, heads: 32, kvHeads: 8, feedForward: 12_288, aliases: ["Qwen/Qwen3-8B"]),
        .qwen3(
            "qwen3-30b-a3b", 2048, layers: 48, heads: 32, kvHeads: 4, feedForward: 6144,
            experts: MixtureOfExperts(experts: 128, activeExperts: 8, expertIntermediateSize: 768),
            aliases: ["Qwen/Qwen3-30B-A3B"]),
        .qwen3(
            "qwen3-235b-a22b", 4096, layers: 94, heads: 64, kvHeads: 4, feedForward: 12_288,
            experts: MixtureOfExperts(experts: 128, activeExperts: 8, expertIntermediateSize: 1536),
            aliases: ["Qwen/Qwen3-235B-A22B"]),
    ]

    /// Falcon. The 7B has one key-value head for 71 heads; the 40B has eight, and a norm for each half of a block.
    /// Sources: Lightning-AI/litgpt `litgpt/config.py`, `FalconConfig` of `transformers`, `config.json` of the 40B.
    static let falconModels: [RegisteredModel] = [
        .parallel(
            "falcon-7b", family: "falcon", 4544, layers: 32, heads: 71, kvHeads: 1, rotaryDimensions: 64,
            vocabulary: 65_024, norms: 1, tied: true, biases: false, aliases: ["tiiuae/falcon-7b"]),
        .parallel(
            "falcon-40b", family: "falcon", 8192, layers: 60, heads: 128, kvHeads: 8, rotaryDimensions: 64,
            vocabulary: 65_024, norms: 2, tied: true, biases: false, aliases: ["tiiuae/falcon-40b"]),
    ]

    /// Models for tests. Sources: `config.json` of HuggingFaceTB/SmolLM2-135M; `GPT2Config` of `transformers`.
    static let smallModels: [RegisteredModel] = [
        .llama(
            "smollm2-135m", 576, layers: 30, heads: 9, kvHeads: 3, feedForward: 1536, vocabulary: 49_152,
            positions: 8192, tied: true,
            aliases: ["HuggingFaceTB/SmolLM2-135M", "HuggingFaceTB/SmolLM2-135M-Instruct"]),
        .gpt2("gpt2", 768, layers: 12, heads: 12, aliases: ["gpt2-small", "openai-community/gpt2"]),
    ]

    /// Models one may ask for that cannot be described.
    public static let unsupported: [UnsupportedModel] = [
        UnsupportedModel("gemma-2-9b", .gemma2, aliases: ["google/gemma-2-9b"]),
        UnsupportedModel("gemma-2-27b", .gemma2, aliases: ["google/gemma-2-27b"]),
        UnsupportedModel("deepseek-v2-lite", .deepseekV2, aliases: ["deepseek-ai/DeepSeek-V2-Lite"]),
        UnsupportedModel(
            "deepseek-v3", .deepseekV3, aliases: ["deepseek-r1", "deepseek-ai/DeepSeek-V3", "deepseek-ai/DeepSeek-R1"]),
        UnsupportedModel("gpt-oss-20b", .gptOSS, aliases: ["openai/gpt-oss-20b"]),
        UnsupportedModel("gpt-oss-120b", .gptOSS, aliases: ["openai/gpt-oss-120b"]),
        UnsupportedModel("bloom-176b", .bloom, aliases: ["bloom", "bigscience/bloom"]),
        UnsupportedModel("bitnet-b1.58-2b4t", .bitnet, aliases: ["microsoft/bitnet-b1.58-2B-4T"]),
    ]
}
