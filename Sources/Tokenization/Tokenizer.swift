import Documents

/// Text to token numbers and back: byte-pair encoding, byte by byte or character by character.
///
/// Read from a GGUF file's metadata or from a `tokenizer.json`. The steps: tokens that were added to the vocabulary are
/// cut out of the text; what is between them is changed (normalised), cut into pieces, and each piece is merged.
///
/// Source: Sennrich et al., ACL 2016 (P16-1162); Kudo and Richardson, SentencePiece, EMNLP 2018 (D18-2012); the
/// library github.com/huggingface/tokenizers, whose results these are.
public struct Tokenizer: Sendable {
    /// How text becomes the first symbols.
    enum Alphabet: Sendable {
        /// The token of each byte, or −1.
        case bytes([Int32])
        /// A token for each character; the tokens of single bytes for unknown ones, where the vocabulary has them.
        case characters(byteTokens: [Int32]?)
    }

    /// Everything that a file says.
    struct Parts: Sendable {
        var file = ""
        /// The bytes that each token stands for.
        var tokens: [[UInt8]] = []
        var alphabet = Alphabet.characters(byteTokens: nil)
        var merges: [UInt64: Merge] = [:]
        var added: [AddedToken] = []
        var rules: [TextRule] = []
        /// Whether ``rules`` are for the start of the text only.
        var firstRules: [TextRule] = []
        var splitters: [Splitter] = []
        /// The token of what has none.
        var unknown: Int32?
        /// Whether several unknown characters in a row are one token.
        var fusesUnknown = false
        /// Whether a piece that is a token as a whole is not merged.
        var prefersWholePieces = false
        /// Tokens put before the text, and behind it.
        var prefix: [Int32] = []
        var suffix: [Int32] = []
        /// Whether the first blank of decoded text is no part of it.
        var dropsFirstBlank = false
    }

    private let parts: Parts
    private let merger: PairMerger
    private let added: AddedTokens
    private let specials: Set<Int32>
    /// The token of some bytes.
    private let indices: [[UInt8]: Int32]

    init(_ parts: Parts, indices: [[UInt8]: Int32]) {
        self.parts = parts
        self.indices = indices
        merger = PairMerger(parts.merges)
        added = AddedTokens(parts.added)
        specials = Set(parts.added.filter(\.isSpecial).map(\.id))
    }

    /// The number of tokens.
    public var count: Int { parts.tokens.count }

    /// The token of a text, if it is one.
    public func token(_ text: String) -> Int? {
        let bytes = Array(text.utf8)
        return parts.added.first { $0.text == bytes }.map { Int($0.id) } ?? indices[bytes].map(Int.init)
    }

    // MARK: Encoding

    /// The tokens of a text.
    ///
    /// - Parameter addingSpecialTokens: whether the tokens that the vocabulary wants around a text are put there.
    /// - Throws: ``InputError`` (data) for a character that has no token where the vocabulary has none for unknown ones.
    public func encode(_ text: String, addingSpecialTokens: Bool = true) throws -> [Int] {
        let bytes = Array(text.utf8)
        var result: [Int32] = addingSpecialTokens ? parts.prefix : []
        for part in added.split(bytes) {
            switch part {
            case .token(let id): result.append(id)
            case .text(let range):
                try encode(String(decoding: bytes[range], as: UTF8.self), isFirst: range.lowerBound == 0, &result)
            }
        }
        if addingSpecialTokens { result += parts.suffix }
        return result.map(Int.init)
    }

    private func encode(_ text: String, isFirst: Bool, _ result: inout [Int32]) throws {
        var changed = text
        let limit = Self.mostGrowth * text.utf8.count + Self.addedBytes
        for rule in isFirst ? parts.rules + parts.firstRules : parts.rules {
            guard let result = rule.apply(changed, isFirst: isFirst, limit: limit) else {
                throw InputError(
                    .data, file: parts.file, key: "normalizer",
                    problem: "its steps make more than \(limit) bytes of a text of \(text.utf8.count)")
            }
            changed = result
        }
        let classified = ClassifiedText(changed.unicodeScalars)
        var pieces = [0..<classified.scalars.count]
        for splitter in parts.splitters { pieces = pieces.flatMap { splitter.split(classified, $0) } }
        var symbols: [Int32] = []
        for piece in pieces {
            let bytes = classified.bytes(piece)
            if parts.prefersWholePieces, let token = indices[bytes] {
                result.append(token)
                continue
            }
            symbols.removeAll(keepingCapacity: true)
            try addSymbols(bytes, &symbols)
            merger.merge(&symbols)
            try finish(symbols, &result)
        }
    }

    /// How much longer a text may become before it is cut: a blank becomes a mark of three bytes, and an accent that is
    /// composed rarely more. A file whose replacements feed each other could fill the memory.
    private static let (mostGrowth, addedBytes) = (16, 4096)

    /// Symbols of a piece; `unknownSymbol` for characters without one.
    private func addSymbols(_ bytes: [UInt8], _ symbols: inout [Int32]) throws {
        switch parts.alphabet {
        case .bytes(let tokens):
            for byte in bytes {
                let token = tokens[Int(byte)]
                guard token >= 0 || parts.unknown != nil else { throw unknown("the byte 0x\(Self.hexadecimal(byte))") }
                symbols.append(token >= 0 ? token : Self.unknownSymbol)
            }
        case .characters(let byteTokens):
            var start = 0
            while start < bytes.count {
                var end = start + 1
                while end < bytes.count, bytes[end] & 0xC0 == 0x80 { end += 1 }
                let character = Array(bytes[start..<end])
                if let token = indices[character] {
                    symbols.append(token)
                } else if let byteTokens, character.allSatisfy({ byteTokens[Int($0)] >= 0 }) {
                    symbols += character.map { byteTokens[Int($0)] }
                } else {
                    guard parts.unknown != nil else {
                        throw unknown("the character \"\(String(decoding: character, as: UTF8.self))\"")
                    }
                    symbols.append(Self.unknownSymbol)
                }
                start = end
            }
        }
    }

    private func finish(_ symbols: [Int32], _ result: inout [Int32]) throws {
        var wasUnknown = false
        for symbol in symbols {
            if symbol >= 0 {
                result.append(symbol)
            } else if let unknown = parts.unknown, !(wasUnknown && parts.fusesUnknown) {
                result.append(unknown)
            }
            wasUnknown = symbol < 0
        }
    }

    private static let unknownSymbol: Int32 = -1

    private static func hexadecimal(_ byte: UInt8) -> String { (byte < 16 ? "0" : "") + String(byte, radix: 16) }

    private func unknown(_ what: String) -> InputError {
        InputError(
            .data, file: parts.file, problem: "\(what) of the text has no token, and no token stands for unknown ones")
    }

    // MARK: Decoding

    /// The bytes that a token stands for; none for special tokens and numbers that are no token.
    public func bytes(of token: Int) -> [UInt8] {
        guard parts.tokens.indices.contains(token), !specials.contains(Int32(token)) else { return [] }
        return parts.tokens[token]
    }

    /// The text of tokens, without special ones; bytes that are no text become U+FFFD.
    public func decode(_ tokens: [Int]) -> String {
        var decoder = Decoder(self)
        return tokens.map { decoder.append($0) }.joined() + decoder.finish()
    }

    /// Decodes token by token.
    public struct Decoder: Sendable {
        private let tokenizer: Tokenizer
        private var stream = TextStream()
        private var isFirst = true

        /// A decoder at the start of a text.
        ///
        /// - Parameter isContinued: whether the tokens follow others, whose blank then is kept.
        public init(_ tokenizer: Tokenizer, isContinued: Bool = false) {
            self.tokenizer = tokenizer
            isFirst = !isContinued
        }

        /// Takes a token.
        ///
        /// - Returns: the characters that are complete with it.
        public mutating func append(_ token: Int) -> String {
            var bytes = tokenizer.bytes(of: token)
            guard !bytes.isEmpty else { return "" }
            if isFirst, tokenizer.parts.dropsFirstBlank, bytes.first == 0x20 { bytes.removeFirst() }
            isFirst = false
            return stream.append(bytes)
        }

        /// Ends the text.
        public mutating func finish() -> String { stream.finish() }
    }
}
