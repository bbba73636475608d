import _CheckpointTestSupport

/// Small vocabularies in both kinds of files.
enum Vocabularies {
    /// The characters that stand for the printable bytes, blank and line feed among them.
    private static let symbols =
        (0x21...0x7E).map { String(Character(Unicode.Scalar(UInt8($0)))) } + ["Ġ", "Ċ", "Ã", "©"]
    private static let merges = ["Ġ t", "h e", "Ġt he", "l l", "he ll", "hell o", "1 2"]
    private static let specials = ["<|end|>", "<|start|>"]

    /// A byte-level vocabulary.
    static let byteLevel = specials + symbols + merges.map { $0.split(separator: " ").joined() }

    /// A SentencePiece vocabulary with the tokens of all bytes.
    static let pieces: [(text: String, score: Float, type: Int32)] =
        [("<unk>", 0, 2), ("<s>", 0, 3), ("</s>", 0, 3)]
        + (0..<256).map { byte in
            ("<0x" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true) + ">", 0, 6)
        }
        + [
            ("▁t", -1, 1), ("he", -2, 1), ("▁the", -3, 1), ("in", -4, 1), ("▁", -5, 1), ("t", -6, 1), ("h", -6, 1),
            ("e", -6, 1), ("é", -7, 1),
        ]

    /// Adds the byte-level vocabulary to a GGUF file.
    static func addByteLevel(to gguf: inout SampleGGUF, pre: String) {
        gguf.add("tokenizer.ggml.model", "gpt2")
        gguf.add("tokenizer.ggml.pre", pre)
        gguf.add("tokenizer.ggml.tokens", byteLevel)
        gguf.add("tokenizer.ggml.token_type", byteLevel.indices.map { $0 < 2 ? 3 : 1 } as [Int32])
        gguf.add("tokenizer.ggml.merges", merges)
        gguf.add("tokenizer.ggml.bos_token_id", 1)
        gguf.add("tokenizer.ggml.eos_token_id", 0)
        gguf.add("tokenizer.ggml.unknown_token_id", 0)
        gguf.add("tokenizer.ggml.add_bos_token", false)
    }

    /// Adds the SentencePiece vocabulary to a GGUF file.
    static func addPieces(to gguf: inout SampleGGUF) {
        gguf.add("tokenizer.ggml.model", "llama")
        gguf.add("tokenizer.ggml.tokens", pieces.map(\.text))
        gguf.add("tokenizer.ggml.scores", pieces.map(\.score))
        gguf.add("tokenizer.ggml.token_type", pieces.map(\.type))
        gguf.add("tokenizer.ggml.bos_token_id", 1)
        gguf.add("tokenizer.ggml.eos_token_id", 2)
        gguf.add("tokenizer.ggml.unknown_token_id", 0)
    }

    /// The byte-level vocabulary as a tokenizer.json.
    static let byteLevelJSON: JSONDraft = [
        "version": "1.0",
        "added_tokens": .list(
            specials.enumerated().map { index, text in
                [
                    "id": JSONDraft(index), "content": .text(text), "single_word": false, "lstrip": false,
                    "rstrip": true, "special": true,
                ]
            }),
        "normalizer": ["type": "NFC"],
        "pre_tokenizer": [
            "type": "Sequence",
            "pretokenizers": [
                ["type": "Digits", "individual_digits": true],
                ["type": "Split", "pattern": ["Regex": "\\p{N}{1,3}"], "behavior": "Isolated", "invert": false],
                ["type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true],
            ],
        ],
        "post_processor": [
            "type": "TemplateProcessing",
            "single": [
                ["SpecialToken": ["id": "<|start|>", "type_id": 0]], ["Sequence": ["id": "A", "type_id": 0]],
            ],
        ],
        "decoder": ["type": "ByteLevel"],
        "model": [
            "type": "BPE", "dropout": .word(Array("null".utf8)), "unk_token": "<|end|>", "fuse_unk": false,
            "byte_fallback": false, "ignore_merges": true,
            "vocab": .object(byteLevel.enumerated().map { ($1, JSONDraft($0)) }),
            "merges": .list(merges.map { .text($0) }),
        ],
    ]

    /// The SentencePiece vocabulary as a tokenizer.json.
    static let piecesJSON: JSONDraft = [
        "added_tokens": [
            ["id": 0, "content": "<unk>", "special": true], ["id": 1, "content": "<s>", "special": true],
        ],
        "normalizer": [
            "type": "Sequence",
            "normalizers": [
                ["type": "Prepend", "prepend": "▁"],
                ["type": "Replace", "pattern": ["String": " "], "content": "▁"],
                ["type": "Replace", "pattern": ["String": "e"], "content": "e"],
            ],
        ],
        "decoder": [
            "type": "Sequence",
            "decoders": [
                ["type": "Replace", "pattern": ["String": "▁"], "content": " "], ["type": "ByteFallback"],
                ["type": "Fuse"], ["type": "Strip", "content": " ", "start": 1, "stop": 0],
            ],
        ],
        "model": [
            "type": "BPE", "unk_token": "<unk>", "fuse_unk": true, "byte_fallback": true,
            "vocab": .object(pieces.enumerated().map { ($1.text, JSONDraft($0)) }),
            "merges": [["▁", "t"], ["h", "e"], ["▁t", "he"]],
        ],
    ]
}
