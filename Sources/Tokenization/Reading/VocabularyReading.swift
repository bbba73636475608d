import Documents

/// What both kinds of files share: tokens by their written form, and the merges of their pairs.
struct VocabularyReading {
    let file: String
    /// The tokens as the file writes them.
    let written: [[UInt8]]
    /// The number of each.
    let indices: [[UInt8]: Int32]

    /// - Throws: ``InputError`` (data) if two tokens are written the same way.
    init(_ written: [[UInt8]], file: String, key: String) throws {
        self.file = file
        self.written = written
        var indices: [[UInt8]: Int32] = [:]
        indices.reserveCapacity(written.count)
        for (index, token) in written.enumerated() where !token.isEmpty {
            guard indices.updateValue(Int32(index), forKey: token) == nil else {
                throw InputError(
                    .data, file: file, key: "\(key)[\(index)]",
                    problem: "the token \"\(String(decoding: token.prefix(60), as: UTF8.self))\" is there twice")
            }
        }
        self.indices = indices
    }

    /// Adds the merge of two tokens.
    ///
    /// - Throws: ``InputError`` (data) if one of them or both together are no token.
    func add(
        _ left: some Collection<UInt8>, _ right: some Collection<UInt8>, rank: Int, key: String,
        to merges: inout [UInt64: Merge]
    ) throws {
        guard let first = indices[Array(left)], let second = indices[Array(right)],
            let result = indices[Array(left) + Array(right)]
        else {
            let pair = "\(String(decoding: left, as: UTF8.self)) \(String(decoding: right, as: UTF8.self))"
            throw InputError(
                .data, file: file, key: "\(key)[\(rank)]",
                problem: "\"\(pair.prefix(60))\" joins or makes something that is no token")
        }
        let pair = PairMerger.key(first, second)
        // The first of equal merges counts.
        if merges[pair] == nil { merges[pair] = Merge(result: result, rank: Int32(rank)) }
    }

    /// The merge in a text of two tokens with a blank between them.
    func add(_ text: [UInt8], rank: Int, key: String, to merges: inout [UInt64: Merge]) throws {
        guard let blank = text.firstIndex(of: 0x20), !text[(blank + 1)...].contains(0x20) else {
            throw InputError(
                .data, file: file, key: "\(key)[\(rank)]",
                problem: "found \"\(String(decoding: text.prefix(60), as: UTF8.self))\"",
                expected: "two tokens with a blank between them")
        }
        try add(text[..<blank], text[(blank + 1)...], rank: rank, key: key, to: &merges)
    }

    /// The merges of a vocabulary of scores: every way to make a token of two others, by falling score.
    ///
    /// SentencePiece merges the pair whose result has the highest score, the leftmost of equal ones.
    func scoredMerges(_ scores: [Double], isUsable: (Int) -> Bool) -> [UInt64: Merge] {
        // Equal scores get equal ranks.
        let sorted = Set(scores).sorted(by: >)
        let ranks = Dictionary(uniqueKeysWithValues: sorted.enumerated().map { ($1, Int32($0)) })
        var merges: [UInt64: Merge] = [:]
        for (index, token) in written.enumerated() where isUsable(index) && token.count <= Self.longestScoredToken {
            guard let rank = ranks[scores[index]] else { continue }
            for place in token.indices.dropFirst() where token[place] & 0xC0 != 0x80 {
                guard let left = indices[Array(token[..<place])], let right = indices[Array(token[place...])],
                    isUsable(Int(left)), isUsable(Int(right))
                else { continue }
                merges[PairMerger.key(left, right)] = Merge(result: Int32(index), rank: rank)
            }
        }
        return merges
    }

    /// Longer tokens than any SentencePiece vocabulary has would only cost time.
    private static let longestScoredToken = 512

    /// The tokens `<0x00>` to `<0xFF>`, −1 where there is none.
    var byteTokens: [Int32] {
        (0..<256).map { byte in
            let digits = String(byte, radix: 16, uppercase: true)
            return indices[Array("<0x\(byte < 16 ? "0" : "")\(digits)>".utf8)] ?? -1
        }
    }

    /// The bytes of a token of a character vocabulary: marks are blanks, `<0x0A>` is the byte 10.
    static func plainBytes(_ token: [UInt8], hasByteTokens: Bool) -> [UInt8] {
        if hasByteTokens, token.count == 6, token.starts(with: Array("<0x".utf8)), token.last == UInt8(ascii: ">"),
            let byte = UInt8(String(decoding: token[3..<5], as: UTF8.self), radix: 16)
        {
            return [byte]
        }
        let mark = Array("\u{2581}".utf8)
        guard token.contains(mark[0]) else { return token }
        var result: [UInt8] = []
        var index = 0
        while index < token.count {
            if token[index...].starts(with: mark) {
                result.append(0x20)
                index += mark.count
            } else {
                result.append(token[index])
                index += 1
            }
        }
        return result
    }
}
