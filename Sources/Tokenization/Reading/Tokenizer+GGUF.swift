import Checkpoints
import Documents

extension Tokenizer {
    /// Reads the vocabulary of a GGUF file: `tokenizer.ggml.model` gpt2 (byte-level, with merges) or llama (SentencePiece,
    /// with scores).
    ///
    /// - Throws: ``InputError`` (data) that names the key, for other models, unknown pre-tokenisers and lists that
    ///   contradict each other.
    public init(_ gguf: GGUFFile) throws {
        let reading = try GGUFVocabulary(gguf)
        self.init(try reading.parts(), indices: reading.lookup)
    }
}

/// The vocabulary in a GGUF file's metadata.
///
/// Source: github.com/ggml-org/ggml, docs/gguf.md, and `llama_vocab` of llama.cpp.
private struct GGUFVocabulary {
    private let gguf: GGUFFile
    private let vocabulary: VocabularyReading
    private let types: [Int]
    private let isByteLevel: Bool
    /// The bytes that each token stands for.
    private var plain: [[UInt8]] = []

    private static let prefix = "tokenizer.ggml."
    /// The numbers of `llama_token_type`.
    private static let (control, userDefined, byte) = (3, 4, 6)

    init(_ gguf: GGUFFile) throws {
        self.gguf = gguf
        let file = gguf.file.path
        let model = try gguf.text(Self.prefix + "model")
        guard model == "gpt2" || model == "llama" else {
            throw InputError(
                .data, file: file, key: Self.prefix + "model",
                problem: model.map { "the vocabulary \"\($0.prefix(60))\" is not supported" } ?? "the key is missing",
                expected: "gpt2 or llama")
        }
        isByteLevel = model == "gpt2"
        guard let tokens = try gguf.texts(Self.prefix + "tokens"), !tokens.isEmpty else {
            throw InputError(.data, file: file, key: Self.prefix + "tokens", problem: "the vocabulary is missing")
        }
        vocabulary = try VocabularyReading(tokens, file: file, key: Self.prefix + "tokens")
        types = try gguf.integers(Self.prefix + "token_type") ?? tokens.map { _ in 1 }
        guard types.count == tokens.count else {
            throw InputError(
                .data, file: file, key: Self.prefix + "token_type", problem: "there are \(types.count) types",
                expected: "one for each of the \(tokens.count) tokens")
        }
        plain = tokens.indices.map { index in
            let isAdded = types[index] == Self.control || types[index] == Self.userDefined
            if isAdded { return tokens[index] }
            return isByteLevel
                ? ByteAlphabet.bytes(of: tokens[index]) ?? tokens[index]
                : VocabularyReading.plainBytes(tokens[index], hasByteTokens: types[index] == Self.byte)
        }
    }

    /// The token of a piece.
    var lookup: [[UInt8]: Int32] {
        guard isByteLevel else { return vocabulary.indices }
        var lookup: [[UInt8]: Int32] = [:]
        for (index, bytes) in plain.enumerated() where types[index] == 1 { lookup[bytes] = Int32(index) }
        return lookup
    }

    func parts() throws -> Tokenizer.Parts {
        var parts = Tokenizer.Parts()
        parts.file = gguf.file.path
        parts.tokens = plain
        parts.added = types.indices.filter { types[$0] == Self.control || types[$0] == Self.userDefined }.map {
            AddedToken(id: Int32($0), text: vocabulary.written[$0], isSpecial: types[$0] == Self.control)
        }
        let last = vocabulary.written.count - 1
        parts.unknown = try gguf.integer(Self.prefix + "unknown_token_id", in: 0...last).map(Int32.init)
        if isByteLevel { try readMerges(&parts) } else { try readScores(&parts) }
        let begin = try gguf.integer(Self.prefix + "bos_token_id", in: 0...last)
        let end = try gguf.integer(Self.prefix + "eos_token_id", in: 0...last)
        let beginsByDefault = !isByteLevel || parts.prefersWholePieces
        if try gguf.boolean(Self.prefix + "add_bos_token") ?? beginsByDefault, let begin {
            parts.prefix = [Int32(begin)]
        }
        if try gguf.boolean(Self.prefix + "add_eos_token") ?? false, let end { parts.suffix = [Int32(end)] }
        return parts
    }

    private func readMerges(_ parts: inout Tokenizer.Parts) throws {
        let key = Self.prefix + "merges"
        guard let merges = try gguf.texts(key) else {
            throw InputError(.data, file: parts.file, key: key, problem: "the merges are missing")
        }
        for (rank, merge) in merges.enumerated() {
            try vocabulary.add(merge, rank: rank, key: key, to: &parts.merges)
        }
        parts.alphabet = .bytes(
            ByteAlphabet.characters.map { vocabulary.indices[Array(String(Character($0)).utf8)] ?? -1 })
        let name = try gguf.text(Self.prefix + "pre") ?? "default"
        guard let splitters = Self.splitters[name] else {
            throw InputError(
                .data, file: parts.file, key: Self.prefix + "pre",
                problem: "the pre-tokeniser \"\(name.prefix(60))\" is not supported",
                expected: "one of \(Self.splitters.keys.sorted().joined(separator: ", "))")
        }
        parts.splitters = splitters
        parts.prefersWholePieces = Self.wholePieces.contains(name)
    }

    /// The pre-tokenisers by the names that llama.cpp gives them; many models share a pattern under names of their own.
    private static let splitters: [String: [Splitter]] = {
        let names: [(splitters: [Splitter], names: [String])] = [
            (
                [.gpt2],
                [
                    "default", "gpt-2", "phi-2", "mpt", "olmo", "jais", "trillion", "granite-docling", "gigachat",
                    "exaone4", "a.x-4.0", "mellum", "jina-es", "jina-de", "jina-v2-es", "jina-v2-de",
                ]
            ),
            (
                [.singleNumbers, .gpt2],
                ["smollm", "starcoder", "refact", "command-r", "codeshell", "exaone", "minerva-7b"]
            ),
            ([.llama3(digits: 3)], ["dbrx", "smaug-bpe"] + wholePieces),
            ([.llama3(digits: 1)], ["qwen2", "stablelm2", "deepseek-r1-qwen", "kormo", "megrez", "hunyuan"]),
        ]
        return Dictionary(uniqueKeysWithValues: names.flatMap { row in row.names.map { ($0, row.splitters) } })
    }()

    /// Those whose pieces are not merged if they are tokens, and whose texts begin with a token unless the file says
    /// otherwise.
    private static let wholePieces = [
        "llama-bpe", "llama3", "llama-v3", "falcon3", "falcon-h1", "pixtral", "midm-2.0", "lfm2",
    ]

    private func readScores(_ parts: inout Tokenizer.Parts) throws {
        let key = Self.prefix + "scores"
        guard let scores = try gguf.numbers(key), scores.count == types.count else {
            throw InputError(
                .data, file: parts.file, key: key, problem: "there is no score for each of \(types.count) tokens")
        }
        if let index = scores.firstIndex(where: \.isNaN) {
            throw InputError(.data, file: parts.file, key: "\(key)[\(index)]", problem: "the score is no number")
        }
        parts.merges = vocabulary.scoredMerges(scores) { types[$0] == 1 }
        parts.alphabet = .characters(byteTokens: vocabulary.byteTokens)
        parts.unknown = parts.unknown ?? 0
        parts.rules = [.replace(" ", with: "\u{2581}")]
        if try gguf.boolean(Self.prefix + "add_space_prefix") ?? true {
            parts.rules.insert(.prepend(" "), at: 0)
            parts.dropsFirstBlank = true
        }
    }
}
