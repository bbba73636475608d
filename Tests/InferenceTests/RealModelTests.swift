import Foundation
import Testing
import Tokenization
import _TestSupport

@testable import Inference

/// The small real model: what the Python package glassllm 0.1.0 computes, in numpy, from the same weights.
@Suite(
    "The real model glassllm", .enabled(if: RealModel.path != nil, "scripts/fetch-models --small cannot get it here"))
struct RealModelTests {
    private static let tokens = [
        494, 160, 729, 633, 111, 421, 268, 92, 64, 259, 127, 96, 227, 107, 342, 191, 96, 114, 206, 150, 97, 108, 139,
        66, 11, 120, 127, 141, 573, 787, 111, 238, 24, 647, 411, 412, 166, 168, 211, 662, 401, 106,
    ]
    private static let likeliest = [
        4, 4, 633, 111, 97, 263, 4, 64, 259, 11, 97, 214, 107, 4, 97, 4, 214, 71, 11, 97, 4, 139, 66, 163, 4, 4, 4,
        573, 4, 4, 4, 4, 4, 4, 4, 351, 4, 4, 4, 101, 106, 111,
    ]

    @Test func `logits are those of the package`() throws {
        let path = try #require(RealModel.path)
        let result = try generate(
            path, options(), .init(prompts: [Self.tokens], tokens: 0, wantsLogits: true))
        let logits = result.logits[0]
        let found = Self.tokens.indices.map { row in
            (0..<1024).max { logits[row * 1024 + $0] < logits[row * 1024 + $1] } ?? -1
        }
        #expect(found == Self.likeliest)
        let last: [Float] = [-11.828_155, -11.802_18, -11.872_86, -11.888_368, 6.477_395, 1.392_947_4]
        for (value, expected) in zip(logits.suffix(1024), last) { #expect(abs(value - expected) < 1e-4) }
    }

    @Test func `text is tokenised and continued as by the package`() throws {
        let path = try #require(RealModel.path)
        let tokenizer = try LanguageModel(path: path).tokenizer()
        let prompt = try tokenizer.encode("Alice was beginning to")
        #expect(prompt == [494, 160, 729, 633, 111])
        let expected = " the\nQueen to the Queen, and she found it was saying to herself, and\nshe"
        let float = try generate(path, options(), .init(prompts: [prompt], tokens: 20))
        #expect(tokenizer.decode(float.sequences[0].tokens) == expected)
    }
}

/// Where the small model is.
enum RealModel {
    /// Its folder, fetched if it is not there; nil where it cannot be had.
    static let path: String? = {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let script = root.appendingPathComponent("scripts/fetch-models")
        guard let result = try? Command.run(script, ["--small"], timeLimit: .seconds(120)), result.status == 0 else {
            return nil
        }
        return root.appendingPathComponent("models/glassllm").path
    }()
}
