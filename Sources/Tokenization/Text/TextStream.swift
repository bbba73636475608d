/// Text out of bytes that come in pieces: whole characters at once, the start of one when its rest has come.
public struct TextStream: Sendable {
    private var rest: [UInt8] = []

    /// An empty stream.
    public init() {}

    /// Takes bytes.
    ///
    /// - Returns: the characters that are complete; bytes that belong to none become U+FFFD.
    public mutating func append(_ bytes: [UInt8]) -> String {
        rest += bytes
        let complete = rest.count - Self.incompleteTail(of: rest)
        defer { rest.removeFirst(complete) }
        return String(decoding: rest[..<complete], as: UTF8.self)
    }

    /// Ends the stream.
    ///
    /// - Returns: what is left of a character that never became whole, as U+FFFD.
    public mutating func finish() -> String {
        defer { rest = [] }
        return String(decoding: rest, as: UTF8.self)
    }

    /// The number of bytes at the end that may become a character.
    private static func incompleteTail(of bytes: [UInt8]) -> Int {
        for length in 1...3 where length <= bytes.count {
            let byte = bytes[bytes.count - length]
            if byte & 0xC0 == 0x80 { continue }
            let needed = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
            return needed > length ? length : 0
        }
        return 0
    }
}
