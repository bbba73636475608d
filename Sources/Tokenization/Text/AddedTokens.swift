/// A token that is found in the text as it stands, before anything else is done.
struct AddedToken: Sendable, Hashable {
    var id: Int32
    var text: [UInt8]
    /// Whether it carries meaning instead of text, and is left out of decoded text.
    var isSpecial: Bool
    /// Whether it takes the white space before it along.
    var stripsLeft = false
    /// Whether it takes the white space behind it along.
    var stripsRight = false
}

/// Finds added tokens: the leftmost, and of those that start at one place the longest.
struct AddedTokens: Sendable {
    let tokens: [AddedToken]
    /// Children of a node by byte: a trie, so that many tokens cost no more than one.
    private let children: [UInt64: Int32]
    private let tokenOfNode: [Int32: Int]
    private let firstBytes: [Bool]

    init(_ tokens: [AddedToken]) {
        var children: [UInt64: Int32] = [:]
        var tokenOfNode: [Int32: Int] = [:]
        var firstBytes = [Bool](repeating: false, count: 256)
        var count: Int32 = 1
        for (index, token) in tokens.enumerated() {
            guard let first = token.text.first else { continue }
            firstBytes[Int(first)] = true
            var node: Int32 = 0
            for byte in token.text {
                let key = UInt64(node) << 8 | UInt64(byte)
                if let child = children[key] {
                    node = child
                } else {
                    children[key] = count
                    node = count
                    count += 1
                }
            }
            tokenOfNode[node] = index
        }
        self.tokens = tokens
        self.children = children
        self.tokenOfNode = tokenOfNode
        self.firstBytes = firstBytes
    }

    /// A part of the text: a token, or text between tokens.
    enum Part: Equatable {
        case token(Int32)
        case text(Range<Int>)
    }

    /// Cuts text at the tokens.
    func split(_ bytes: [UInt8]) -> [Part] {
        guard !tokens.isEmpty else { return bytes.isEmpty ? [] : [.text(0..<bytes.count)] }
        var parts: [Part] = []
        var start = 0
        var index = 0
        while index < bytes.count {
            guard firstBytes[Int(bytes[index])], let match = match(bytes, index) else {
                index += 1
                continue
            }
            let token = tokens[match.token]
            var end = index
            if token.stripsLeft { while end > start, Self.isBlank(bytes[end - 1]) { end -= 1 } }
            if end > start { parts.append(.text(start..<end)) }
            parts.append(.token(token.id))
            index = match.end
            if token.stripsRight { while index < bytes.count, Self.isBlank(bytes[index]) { index += 1 } }
            start = index
        }
        if start < bytes.count { parts.append(.text(start..<bytes.count)) }
        return parts
    }

    private func match(_ bytes: [UInt8], _ start: Int) -> (token: Int, end: Int)? {
        var node: Int32 = 0
        var found: (token: Int, end: Int)?
        for index in start..<bytes.count {
            guard let child = children[UInt64(node) << 8 | UInt64(bytes[index])] else { break }
            node = child
            if let token = tokenOfNode[node] { found = (token, index + 1) }
        }
        return found
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}
