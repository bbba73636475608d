/// The characters that stand for bytes in byte-level vocabularies: printable ones for themselves, the other 68 for the
/// characters from U+0100 on.
///
/// Source: `bytes_to_unicode` of github.com/openai/gpt-2, encoder.py.
enum ByteAlphabet {
    /// The character of each byte.
    static let characters: [Unicode.Scalar] = {
        var others: UInt32 = 0x100
        return (0..<256).map { byte in
            let isPrintable = (0x21...0x7E).contains(byte) || (0xA1...0xAC).contains(byte) || byte >= 0xAE
            if isPrintable { return Unicode.Scalar(UInt8(byte)) }
            defer { others += 1 }
            return Unicode.Scalar(others) ?? " "
        }
    }()

    private static let bytes = Dictionary(
        uniqueKeysWithValues: characters.enumerated().map { ($1, UInt8($0)) })

    /// The bytes that a token's characters stand for, or nil if one of them stands for none.
    static func bytes(of token: [UInt8]) -> [UInt8]? {
        var result: [UInt8] = []
        result.reserveCapacity(token.count)
        for scalar in String(decoding: token, as: UTF8.self).unicodeScalars {
            guard let byte = bytes[scalar] else { return nil }
            result.append(byte)
        }
        return result
    }
}
