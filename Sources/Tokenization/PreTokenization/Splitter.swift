/// A way to cut text into pieces that merges do not cross.
///
/// Each is the scanner of a regular expression that real vocabularies carry; regular expressions with Unicode classes and
/// lookahead run a hundred times slower here. Tests hold them against the expressions.
enum Splitter: Sendable, Hashable {
    /// The pattern of GPT-2.
    case gpt2
    /// The pattern of Llama 3 (runs of at most three digits) and of Qwen 2 (each digit by itself).
    case llama3(digits: Int)
    /// Every number character by itself.
    case singleNumbers
    /// Runs of number characters, of at most that many.
    case numberRuns(limit: Int)
    /// Lines, and words with the marks U+2581 before them: `\n|▁*[^▁\n]+|▁+`.
    case markedWords
    /// Words with one mark U+2581 before each, as the Metaspace pre-tokeniser cuts them.
    case metaspace

    /// The expression of each pattern, as tokenizer.json has it.
    static let expressions: [(pattern: String, splitter: Splitter)] = [
        (
            #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#, .gpt2
        ),
        (llama3Expression(#"\p{N}{1,3}"#), .llama3(digits: 3)),
        (llama3Expression(#"\p{N}"#), .llama3(digits: 1)),
        (#"\p{N}"#, .singleNumbers),
        (#"\p{N}{1,3}"#, .numberRuns(limit: 3)),
        (#"\p{N}+"#, .numberRuns(limit: .max)),
        (#"\n|▁*[^▁\n]+|▁+"#, .markedWords),
    ]

    private static func llama3Expression(_ numbers: String) -> String {
        #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|"# + numbers
            + #"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
    }

    /// Cuts a piece of text; the pieces cover it.
    func split(_ text: ClassifiedText, _ range: Range<Int>) -> [Range<Int>] {
        var pieces: [Range<Int>] = []
        var start = range.lowerBound
        while start < range.upperBound {
            let end = self.end(text, start, range.upperBound)
            pieces.append(start..<end)
            start = end
        }
        return pieces
    }

    /// The end of the piece that starts somewhere.
    private func end(_ text: ClassifiedText, _ start: Int, _ end: Int) -> Int {
        switch self {
        case .gpt2: text.gpt2(start, end)
        case .llama3(let digits): text.llama3(start, end, digits: digits)
        case .singleNumbers: text.numbers(start, end, limit: 1)
        case .numberRuns(let limit): text.numbers(start, end, limit: limit)
        case .markedWords: text.markedWord(start, end)
        case .metaspace: text.metaspaceWord(start, end)
        }
    }
}
