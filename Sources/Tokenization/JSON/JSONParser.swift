import Documents

/// A strict and fast JSON reader for files of some hundred thousand texts.
///
/// Own code because a vocabulary is an object whose keys must stay apart by their bytes: Swift's dictionaries of
/// `String`, and with them Foundation's reader, take a composed letter and its decomposition for the same key.
struct JSONParser {
    private let bytes: UnsafeBufferPointer<UInt8>
    private let file: String
    private var position = 0
    private var depth = 0

    /// The deepest nesting that is read; real files have 6.
    private static let deepest = 64

    /// Reads a text.
    ///
    /// - Throws: ``InputError`` (data) with the byte where it is no JSON.
    static func parse(_ bytes: UnsafeBufferPointer<UInt8>, file: String) throws -> JSONValue {
        var parser = JSONParser(bytes: bytes, file: file)
        let value = try parser.value()
        parser.skipBlanks()
        guard parser.position == bytes.count else { throw parser.error("something follows the value") }
        return value
    }

    private init(bytes: UnsafeBufferPointer<UInt8>, file: String) {
        self.bytes = bytes
        self.file = file
    }

    private func error(_ problem: String) -> InputError {
        InputError(.data, file: file, problem: "not valid JSON at byte \(position): \(problem)")
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipBlanks() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    private mutating func take(_ byte: Unicode.Scalar) throws {
        guard next == UInt8(ascii: byte) else { throw error("\"\(byte)\" is missing") }
        position += 1
    }

    private mutating func value() throws -> JSONValue {
        skipBlanks()
        guard let byte = next else { throw error("the text ends") }
        switch byte {
        case UInt8(ascii: "{"): return try nested { try $0.object() }
        case UInt8(ascii: "["): return try nested { try $0.list() }
        case UInt8(ascii: "\""): return .text(try string())
        case UInt8(ascii: "t"): return try word("true", .boolean(true))
        case UInt8(ascii: "f"): return try word("false", .boolean(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func nested(_ body: (inout JSONParser) throws -> JSONValue) throws -> JSONValue {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.deepest else { throw error("values are nested more than \(Self.deepest) deep") }
        position += 1
        return try body(&self)
    }

    private mutating func object() throws -> JSONValue {
        var members: [(key: String, value: JSONValue)] = []
        skipBlanks()
        if next == UInt8(ascii: "}") {
            position += 1
            return .object(members)
        }
        while true {
            skipBlanks()
            let key = try string()
            skipBlanks()
            try take(":")
            members.append((key, try value()))
            skipBlanks()
            if next == UInt8(ascii: ",") {
                position += 1
                continue
            }
            try take("}")
            return .object(members)
        }
    }

    private mutating func list() throws -> JSONValue {
        var elements: [JSONValue] = []
        skipBlanks()
        if next == UInt8(ascii: "]") {
            position += 1
            return .list(elements)
        }
        while true {
            elements.append(try value())
            skipBlanks()
            if next == UInt8(ascii: ",") {
                position += 1
                continue
            }
            try take("]")
            return .list(elements)
        }
    }

    private mutating func word(_ text: StaticString, _ value: JSONValue) throws -> JSONValue {
        let count = text.utf8CodeUnitCount
        guard bytes.count - position >= count,
            (0..<count).allSatisfy({ bytes[position + $0] == text.utf8Start[$0] })
        else { throw error("an unknown word") }
        position += count
        return value
    }

    private mutating func number() throws -> JSONValue {
        let start = position
        while let byte = next, (0x30...0x39).contains(byte) || [0x2B, 0x2D, 0x2E, 0x45, 0x65].contains(byte) {
            position += 1
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        guard let number = Double(text), number.isFinite, text.first != "+", text.first != "." else {
            position = start
            throw error("no value starts here")
        }
        return .number(number)
    }

    private mutating func string() throws -> String {
        try take("\"")
        var collected: [UInt8] = []
        var start = position
        while true {
            guard let byte = next else { throw error("a text has no end") }
            guard byte != UInt8(ascii: "\"") else { break }
            guard byte >= 0x20 else { throw error("a control character in a text") }
            if byte == UInt8(ascii: "\\") {
                collected += bytes[start..<position]
                position += 1
                try escape(into: &collected)
                start = position
            } else {
                position += 1
            }
        }
        defer { position += 1 }
        // The whole file has been found to be UTF-8, and escapes are whole characters.
        if collected.isEmpty { return String(decoding: bytes[start..<position], as: UTF8.self) }
        collected += bytes[start..<position]
        return String(decoding: collected, as: UTF8.self)
    }

    private mutating func escape(into text: inout [UInt8]) throws {
        guard let byte = next else { throw error("a text has no end") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"):
            var code = try hexadecimal()
            if code & 0xFC00 == 0xD800 {
                try take("\\")
                try take("u")
                let low = try hexadecimal()
                guard low & 0xFC00 == 0xDC00 else { throw error("half of a surrogate pair") }
                code = 0x10000 + (code & 0x3FF) << 10 + low & 0x3FF
            }
            guard let scalar = Unicode.Scalar(code) else { throw error("half of a surrogate pair") }
            text += Array(String(Character(scalar)).utf8)
        default: throw error("an unknown escape")
        }
    }

    private mutating func hexadecimal() throws -> UInt32 {
        guard bytes.count - position >= 4 else { throw error("an escape of four digits ends") }
        var code: UInt32 = 0
        for _ in 0..<4 {
            let byte = bytes[position]
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
                throw error("no hexadecimal digit")
            }
            code = code << 4 | UInt32(digit)
            position += 1
        }
        return code
    }
}
