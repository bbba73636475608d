import Documents
import Testing
import _CheckpointTestSupport

@testable import Tokenization

@Suite("Tokenizers")
struct TokenizerTests {
    private static func pieces(_ tokenizer: Tokenizer, _ text: String) throws -> [String] {
        try tokenizer.encode(text).map { String(decoding: tokenizer.bytes(of: $0), as: UTF8.self) }
    }

    @Test func `byte-level merges go by rank, and both kinds of files mean the same`() throws {
        let gguf = try Sample.tokenizer(Sample.byteLevelGGUF())
        let json = try Sample.tokenizer(json: Sample.byteLevelJSON())
        for text in ["", "hello the hell", " the\n\n  he 1212", "café", "<|start|>hello<|end|>", "x <|start|"] {
            #expect(try gguf.encode(text) == json.encode(text), "\(text)")
        }
        #expect(try Self.pieces(gguf, "hello the 12") == ["hello", " the", " ", "1", "2"])
        #expect(try Self.pieces(gguf, "thehell") == ["t", "he", "hell"])
    }

    @Test func `added tokens are cut out, carry no text, and come back as numbers`() throws {
        let tokenizer = try Sample.tokenizer(Sample.byteLevelGGUF())
        #expect(try tokenizer.encode("<|start|>hello<|end|>") == [1, tokenizer.token("hello") ?? -1, 0])
        #expect(tokenizer.decode([1, tokenizer.token("hello") ?? -1, 0]) == "hello")
        #expect(tokenizer.token("<|end|>") == 0 && tokenizer.token("nothing") == nil)
        #expect(tokenizer.bytes(of: -1) == [] && tokenizer.bytes(of: 1 << 40) == [])
    }

    @Test func `a byte without a token is an error, or the unknown token`() throws {
        var gguf = Sample.byteLevelGGUF()
        let strict = try Sample.tokenizer(gguf)
        #expect(throws: InputError.self) { try strict.encode("a\u{1}") }
        gguf.add("tokenizer.ggml.unknown_token_id", 0)
        let tokenizer = try Sample.tokenizer(gguf)
        #expect(try tokenizer.encode("\u{1}a\u{1}\u{1}") == [0, tokenizer.token("a") ?? -1, 0, 0])
    }

    @Test func `SentencePiece merges go by score, with a blank in front and bytes for unknown characters`() throws {
        let tokenizer = try Sample.tokenizer(Sample.sentencePieceGGUF())
        #expect(try tokenizer.encode("the in", addingSpecialTokens: false).count == 3)
        #expect(try Self.pieces(tokenizer, "the in") == ["", " the", " ", "in"])
        #expect(try tokenizer.encode("the").first == 1)
        #expect(try Self.pieces(tokenizer, "é☃") == ["", " ", "é"] + ["\u{FFFD}", "\u{FFFD}", "\u{FFFD}"])
        #expect(tokenizer.decode(try tokenizer.encode("the é☃ in")) == "the é☃ in")
    }

    @Test(arguments: ["the in", "  the", "hello\n\nthe", "é", "<|start|>hello <|end|> 12"])
    func `text comes back`(_ text: String) throws {
        let plain = text.replacing("<|start|>", with: "").replacing("<|end|>", with: "")
        let gguf = try Sample.tokenizer(Sample.byteLevelGGUF())
        #expect(gguf.decode(try gguf.encode(text)) == plain)
        let pieces = try Sample.tokenizer(Sample.sentencePieceGGUF())
        #expect(pieces.decode(try pieces.encode(text)) == text)
    }

    @Test func `characters come when they are whole`() throws {
        let tokenizer = try Sample.tokenizer(Sample.byteLevelGGUF())
        var decoder = Tokenizer.Decoder(tokenizer)
        #expect(try tokenizer.encode("aé").map { decoder.append($0) } == ["a", "", "é"])
        var stream = TextStream()
        #expect(stream.append([0x61, 0xF0, 0x9F]) == "a")
        #expect(stream.append([0x98]) == "")
        #expect(stream.append([0x80, 0xE2]) == "😀")
        #expect(stream.finish() == "\u{FFFD}")
        #expect(stream.append([0xFF, 0x62]) == "\u{FFFD}b")
        #expect(stream.append([0x80, 0x80, 0x80, 0x80]) == "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}")
    }

    @Test func `text without a place to cut takes no quadratic time`() throws {
        let tokenizer = try Sample.tokenizer(Sample.sentencePieceGGUF())
        let text = String(repeating: "the", count: 60_000)
        let clock = ContinuousClock()
        var tokens: [Int] = []
        let time = try clock.measure { tokens = try tokenizer.encode(text) }
        #expect(tokens.count == 1 + 1 + 2 * 59_999)
        #expect(time < .seconds(20))
    }

    @Test func `what a vocabulary must not be is refused with the key`() throws {
        func message(_ change: (inout SampleGGUF) -> Void) -> String {
            var gguf = SampleGGUF()
            change(&gguf)
            do {
                _ = try Sample.tokenizer(gguf)
                return "accepted"
            } catch {
                return "\(error)"
            }
        }
        #expect(message { _ in }.contains("tokenizer.ggml.model: the key is missing; expected gpt2 or llama"))
        #expect(message { $0.add("tokenizer.ggml.model", "bert") }.contains("the vocabulary \"bert\" is not supported"))
        #expect(message { $0 = Sample.byteLevelGGUF(pre: "tekken") }.contains("the pre-tokeniser \"tekken\""))
        #expect(
            message {
                $0.add("tokenizer.ggml.model", "gpt2")
                $0.add("tokenizer.ggml.tokens", ["a", "b", "a"])
            }.contains("tokenizer.ggml.tokens[2]: the token \"a\" is there twice"))
        #expect(
            message {
                $0.add("tokenizer.ggml.model", "gpt2")
                $0.add("tokenizer.ggml.tokens", ["a", "b"])
                $0.add("tokenizer.ggml.merges", ["a b"])
            }.contains("tokenizer.ggml.merges[0]: \"a b\" joins or makes something that is no token"))
        #expect(
            message {
                $0.add("tokenizer.ggml.model", "llama")
                $0.add("tokenizer.ggml.tokens", ["a", "b"])
                $0.add("tokenizer.ggml.scores", [1] as [Float])
            }.contains("there is no score for each of 2 tokens"))
    }

    @Test func `steps of a tokenizer.json that are not known are refused with the key`() throws {
        func message(_ changes: [String: Any]) throws -> String {
            let json = try Sample.byteLevelJSON(changes)
            do {
                _ = try Sample.tokenizer(json: json)
                return "accepted"
            } catch {
                return "\(error)"
            }
        }
        #expect(try message([:]) == "accepted")
        #expect(try message(["normalizer": ["type": "Lowercase"]]).contains("the step \"Lowercase\" is not supported"))
        #expect(
            try message(["pre_tokenizer": ["type": "Split", "pattern": ["Regex": "a+"], "behavior": "Isolated"]])
                .contains("pre_tokenizer.pattern.Regex: the expression \"a+\" is not one of those supported"))
        #expect(try message(["model": ["type": "Unigram"]]).contains("expected BPE"))
        #expect(try message(["model": ["type": "BPE", "vocab": ["a": 0, "b": 0]]]).contains("have the number 0"))
        #expect(
            try message(["model": ["type": "BPE", "vocab": ["a": 1_000_000]]]).contains("a whole number from 0 to"))
        #expect(
            try message(["post_processor": ["type": "TemplateProcessing", "single": [["SpecialToken": ["id": "??"]]]]])
                .contains("post_processor.single[0].SpecialToken.id: is no token"))
    }

    @Test func `replacements that feed each other are stopped`() throws {
        func json(_ count: Int, _ new: String) throws -> [UInt8] {
            let step: [String: Any] = ["type": "Replace", "pattern": ["String": "e"], "content": new]
            let steps = Array(repeating: step, count: count)
            return try Sample.byteLevelJSON(["normalizer": ["type": "Sequence", "normalizers": steps]])
        }
        // A text of 1 becomes one of 2^60.
        let error = #expect(throws: InputError.self) {
            try Sample.tokenizer(json: json(60, "ee")).encode("e")
        }
        #expect(error?.key == "normalizer" && error?.file?.hasSuffix("tokenizer.json") == true)
        #expect(throws: InputError.self) {
            try Sample.tokenizer(json: json(1, String(repeating: "e", count: 100_000))).encode("e")
        }
        #expect(try Sample.tokenizer(json: json(4, "ee")).encode("e").count == 16)
    }

    @Test(
        arguments: [
            ("phi-2", "a 123", ["a", " ", "12", "3"]), ("starcoder", "a 12", ["a", " ", "1", "2"]),
            ("smaug-bpe", "a1212", ["a", "12", "1", "2"]), ("llama-v3", "a1212", ["a", "12", "1", "2"]),
            ("stablelm2", "a12", ["a", "1", "2"]),
        ] as [(String, String, [String])])
    func `pre-tokenisers of other names cut as their pattern does`(
        name: String, text: String, pieces: [String]
    ) throws {
        // The merge of 1 and 2 happens inside a piece only.
        let tokenizer = try Sample.tokenizer(Sample.byteLevelGGUF(pre: name))
        let tokens = try tokenizer.encode(text, addingSpecialTokens: false)
        #expect(tokens.map { String(decoding: tokenizer.bytes(of: $0), as: UTF8.self) } == pieces)
    }

    @Test func `whatever is no JSON gives one error`() throws {
        let json = try Sample.byteLevelJSON()
        for count in stride(from: 0, to: json.count, by: 7) {
            #expect(throws: InputError.self) { try Sample.tokenizer(json: Array(json.prefix(count))) }
        }
        let deep = Array(String(repeating: "[", count: 100_000).utf8)
        #expect(throws: InputError.self) { try Sample.tokenizer(json: deep) }
        var numbers = SampleNumbers(seed: 4)
        for round in 0..<1000 {
            var bytes = json
            for _ in 0..<3 {
                bytes[Int.random(in: 0..<bytes.count, using: &numbers)] = .random(in: 0...255, using: &numbers)
            }
            do { _ = try bytes.withUnsafeBufferPointer { try JSONParser.parse($0, file: "fuzz") } } catch {
                #expect(error is InputError, "round \(round)")
            }
        }
    }
}
