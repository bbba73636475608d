import Checkpoints
import Foundation
import _CheckpointTestSupport

@testable import Tokenization

/// Small vocabularies to test with.
enum Sample {
    /// A byte-level vocabulary of the printable ASCII bytes, blank and line feed, a few merges and two specials.
    static let byteLevelMerges = ["Ġ t", "h e", "Ġt he", "l l", "he ll", "hell o", "1 2"]

    static func byteLevelTokens() -> [String] {
        let bytes = [0x0A, 0x20] + Array(0x21...0x7E) + [0xC3, 0xA9]
        let symbols = bytes.map { String(Character(ByteAlphabet.characters[$0])) }
        return ["<|end|>", "<|start|>"] + symbols + byteLevelMerges.map { $0.replacing(" ", with: "") }
    }

    static func byteLevelGGUF(pre: String = "smollm") -> SampleGGUF {
        var gguf = SampleGGUF()
        let tokens = byteLevelTokens()
        gguf.add("tokenizer.ggml.model", "gpt2")
        gguf.add("tokenizer.ggml.pre", pre)
        gguf.add("tokenizer.ggml.tokens", tokens)
        gguf.add("tokenizer.ggml.token_type", tokens.indices.map { $0 < 2 ? 3 : 1 } as [Int32])
        gguf.add("tokenizer.ggml.merges", byteLevelMerges)
        gguf.add("tokenizer.ggml.bos_token_id", 1)
        gguf.add("tokenizer.ggml.eos_token_id", 0)
        return gguf
    }

    /// The same as a tokenizer.json.
    static func byteLevelJSON(_ changes: [String: Any] = [:]) throws -> [UInt8] {
        let tokens = byteLevelTokens()
        var root: [String: Any] = [
            "added_tokens": (0..<2).map { ["id": $0, "content": tokens[$0], "special": true] as [String: Any] },
            "pre_tokenizer": [
                "type": "Sequence",
                "pretokenizers": [
                    ["type": "Digits", "individual_digits": true],
                    ["type": "ByteLevel", "add_prefix_space": false, "use_regex": true],
                ],
            ],
            "decoder": ["type": "ByteLevel"],
            "model": [
                "type": "BPE", "vocab": Dictionary(uniqueKeysWithValues: tokens.enumerated().map { ($1, $0) }),
                "merges": byteLevelMerges,
            ],
        ]
        for (key, value) in changes { root[key] = value }
        return Array(try JSONSerialization.data(withJSONObject: root))
    }

    /// A SentencePiece vocabulary with byte tokens, as GGUF has it.
    static func sentencePieceGGUF() -> SampleGGUF {
        var gguf = SampleGGUF()
        let bytes = (0..<256).map { "<0x" + ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) + ">" }
        let pieces: [(String, Float)] = [
            ("▁t", -1), ("he", -2), ("▁the", -3), ("in", -4), ("▁", -5), ("t", -6), ("h", -6), ("e", -6), ("i", -6),
            ("n", -6), ("é", -7),
        ]
        gguf.add("tokenizer.ggml.model", "llama")
        gguf.add("tokenizer.ggml.tokens", ["<unk>", "<s>", "</s>"] + bytes + pieces.map(\.0))
        gguf.add("tokenizer.ggml.scores", [Float](repeating: 0, count: 259) + pieces.map(\.1))
        gguf.add(
            "tokenizer.ggml.token_type",
            [2, 3, 3] + [Int32](repeating: 6, count: 256) + [Int32](repeating: 1, count: pieces.count))
        gguf.add("tokenizer.ggml.bos_token_id", 1)
        gguf.add("tokenizer.ggml.eos_token_id", 2)
        gguf.add("tokenizer.ggml.unknown_token_id", 0)
        return gguf
    }

    static func tokenizer(_ gguf: SampleGGUF) throws -> Tokenizer {
        let folder = try CheckpointFolder()
        return try Tokenizer(GGUFFile(path: folder.write(gguf.file(), to: "a.gguf")))
    }

    static func tokenizer(json: [UInt8]) throws -> Tokenizer {
        let folder = try CheckpointFolder()
        return try Tokenizer(huggingFace: folder.write(json, to: "tokenizer.json"))
    }
}
