import Testing
import _CheckpointTestSupport

@testable import Tokenization

@Suite("Pre-tokenisers")
struct SplitterTests {
    private static let alphabets = [
        "ab ", "A'sS'tT'reVE'mM'llD", "0٣¼Ⅷ1", " \t\n\r\u{A0}\u{3000}", "é日😀", ".,'-", "e\u{301}", "▁▁\n", "ſ",
    ]

    private static func text(_ numbers: inout SampleNumbers) -> String {
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0..<12, using: &numbers) {
            let scalars = Array(alphabets[Int.random(in: 0..<alphabets.count, using: &numbers)].unicodeScalars)
            for _ in 0..<Int.random(in: 1..<5, using: &numbers) {
                text.append(scalars[Int.random(in: 0..<scalars.count, using: &numbers)])
            }
        }
        return String(text)
    }

    /// What the expression matches, one match behind the other.
    private static func matches(_ expression: String, _ text: String) throws -> [[Unicode.Scalar]] {
        let regex = try Regex(expression).matchingSemantics(.unicodeScalar)
        var pieces: [[Unicode.Scalar]] = []
        var start = text.unicodeScalars.startIndex
        for match in text.matches(of: regex) {
            if match.range.lowerBound > start {
                pieces.append(Array(text.unicodeScalars[start..<match.range.lowerBound]))
            }
            pieces.append(Array(text.unicodeScalars[match.range]))
            start = match.range.upperBound
        }
        if start < text.unicodeScalars.endIndex { pieces.append(Array(text.unicodeScalars[start...])) }
        return pieces
    }

    @Test(arguments: Splitter.expressions.indices) func `scanners cut where their expressions match`(
        _ index: Int
    ) throws {
        let (expression, splitter) = Splitter.expressions[index]
        let seed: UInt64 = 11
        var numbers = SampleNumbers(seed: seed)
        for round in 0..<400 {
            let text = Self.text(&numbers)
            // Swift's expressions do not fold the long s.
            if text.unicodeScalars.contains("ſ") { continue }
            let classified = ClassifiedText(text.unicodeScalars)
            let pieces = splitter.split(classified, 0..<classified.scalars.count).map {
                Array(classified.scalars[$0])
            }
            #expect(
                try pieces == Self.matches(expression, text), "seed \(seed), round \(round): \(text.debugDescription)")
        }
    }

    @Test func `blanks before a word stay apart from the one that belongs to it`() {
        let text = ClassifiedText("a   bc  \n 12".unicodeScalars)
        let pieces = Splitter.gpt2.split(text, 0..<text.scalars.count).map {
            String(decoding: text.bytes($0), as: UTF8.self)
        }
        #expect(pieces == ["a", "  ", " bc", "  \n", " 12"])
    }

    @Test func `bytes and characters correspond`() {
        #expect(Set(ByteAlphabet.characters).count == 256)
        #expect(ByteAlphabet.characters[0x20] == "Ġ" && ByteAlphabet.characters[0x0A] == "Ċ")
        #expect(ByteAlphabet.bytes(of: Array("Ġé".utf8)) == [0x20, 0xE9])
        #expect(ByteAlphabet.bytes(of: Array("日".utf8)) == nil)
    }
}
