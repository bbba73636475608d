extension ModelRegistry {
    /// Models that are Llamas by architecture, and Llamas by name.
    ///
    /// Sources: each model's `config.json` on Hugging Face (the id among the aliases); for Llama 1 also
    /// arXiv:2302.13971, Table 2 (its 33B is the 30B of the checkpoints).
    static let llamaModels: [RegisteredModel] =
        [
            .llama(
                "yi-6b", 4096, layers: 32, heads: 32, kvHeads: 4, feedForward: 11_008, vocabulary: 64_000,
                positions: 4096, aliases: ["01-ai/Yi-6B"])
        ] + llama1Models + llama2Models + llama3Models

    private static let llama1Models: [RegisteredModel] = [
        .llama(
            "llama-7b", 4096, layers: 32, heads: 32, feedForward: 11_008, vocabulary: 32_000, positions: 2048,
            aliases: ["llama-1-7b", "huggyllama/llama-7b"]),
        .llama(
            "llama-13b", 5120, layers: 40, heads: 40, feedForward: 13_824, vocabulary: 32_000, positions: 2048,
            aliases: ["llama-1-13b", "huggyllama/llama-13b"]),
        .llama(
            "llama-30b", 6656, layers: 60, heads: 52, feedForward: 17_920, vocabulary: 32_000, positions: 2048,
            aliases: ["llama-1-30b", "llama-33b", "llama-1-33b", "huggyllama/llama-30b"]),
        .llama(
            "llama-65b", 8192, layers: 80, heads: 64, feedForward: 22_016, vocabulary: 32_000, positions: 2048,
            aliases: ["llama-1-65b", "huggyllama/llama-65b"]),
    ]

    private static let llama2Models: [RegisteredModel] = [
        .llama(
            "llama-2-7b", 4096, layers: 32, heads: 32, feedForward: 11_008, vocabulary: 32_000, positions: 4096,
            aliases: ["llama2-7b", "meta-llama/Llama-2-7b-hf", "meta-llama/Llama-2-7b-chat-hf"]),
        .llama(
            "llama-2-13b", 5120, layers: 40, heads: 40, feedForward: 13_824, vocabulary: 32_000, positions: 4096,
            aliases: ["llama2-13b", "meta-llama/Llama-2-13b-hf", "meta-llama/Llama-2-13b-chat-hf"]),
        .llama(
            "llama-2-70b", 8192, layers: 80, heads: 64, kvHeads: 8, feedForward: 28_672, vocabulary: 32_000,
            positions: 4096, aliases: ["llama2-70b", "meta-llama/Llama-2-70b-hf", "meta-llama/Llama-2-70b-chat-hf"]),
    ]

    private static let llama3Models: [RegisteredModel] = [
        .llama(
            "llama-3-8b", 4096, layers: 32, heads: 32, kvHeads: 8, feedForward: 14_336, vocabulary: 128_256,
            positions: 8192,
            aliases: ["llama3-8b", "meta-llama/Meta-Llama-3-8B", "meta-llama/Meta-Llama-3-8B-Instruct"]),
        .llama(
            "llama-3-70b", 8192, layers: 80, heads: 64, kvHeads: 8, feedForward: 28_672, vocabulary: 128_256,
            positions: 8192,
            aliases: ["llama3-70b", "meta-llama/Meta-Llama-3-70B", "meta-llama/Meta-Llama-3-70B-Instruct"]),
        .llama(
            "llama-3.1-8b", 4096, layers: 32, heads: 32, kvHeads: 8, feedForward: 14_336, vocabulary: 128_256,
            positions: 131_072,
            aliases: ["llama3.1-8b", "meta-llama/Llama-3.1-8B", "meta-llama/Llama-3.1-8B-Instruct"]),
        .llama(
            "llama-3.1-70b", 8192, layers: 80, heads: 64, kvHeads: 8, feedForward: 28_672, vocabulary: 128_256,
            positions: 131_072,
            aliases: ["llama3.1-70b", "meta-llama/Llama-3.1-70B", "meta-llama/Llama-3.1-70B-Instruct"]),
        .llama(
            "llama-3.1-405b", 16_384, layers: 126, heads: 128, kvHeads: 8, feedForward: 53_248, vocabulary: 128_256,
            positions: 131_072,
            aliases: ["llama3.1-405b", "meta-llama/Llama-3.1-405B", "meta-llama/Llama-3.1-405B-Instruct"]),
        .llama(
            "llama-3.2-1b", 2048, layers: 16, heads: 32, kvHeads: 8, feedForward: 8192, vocabulary: 128_256,
            positions: 131_072, tied: true,
            aliases: ["llama3.2-1b", "meta-llama/Llama-3.2-1B", "meta-llama/Llama-3.2-1B-Instruct"]),
        .llama(
            "llama-3.2-3b", 3072, layers: 28, heads: 24, kvHeads: 8, feedForward: 8192, vocabulary: 128_256,
            positions: 131_072, tied: true,
            aliases: ["llama3.2-3b", "meta-llama/Llama-3.2-3B", "meta-llama/Llama-3.2-3B-Instruct"]),
    ]
}
