import Documents

/// Reads the JSON of a safetensors header, and only what such a header may hold: objects, lists, texts and natural
/// numbers.
///
/// Own code and not Foundation's: that reader keeps the last of several equal keys without a word, takes `1.0`, `true`
/// and numbers beyond 2^53 as numbers like others, and cannot say where in the text a mistake is. The format forbids
/// the first, and the rest are signs of a broken or lying file.
struct HeaderScanner {
    let bytes: UnsafeRawBufferPointer
    let file: String
    private(set) var position = 0

    init(_ bytes: UnsafeRawBufferPointer, file: String) {
        self.bytes = bytes
        self.file = file
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    /// An error at the current place.
    func error(_ problem: String, expected: String? = nil) -> InputError {
        InputError(
            .data, file: file, problem: "the header is not valid at byte \(position): \(problem)", expected: expected)
    }

    private func unexpected(_ expected: String) -> InputError {
        guard let next else { return error("the header ends", expected: expected) }
        let isPrintable = (0x21..<0x7f).contains(next)
        let shown = isPrintable ? "\"\(Character(Unicode.Scalar(next)))\"" : "byte \(next)"
        return error("found \(shown)", expected: expected)
    }

    // MARK: Structure

    /// Reads an object; `entry` reads the value of each key.
    mutating func object(_ entry: (inout HeaderScanner, String) throws -> Void) throws {
        try list(from: "{", to: "}") { scanner in
            let key = try scanner.string()
            scanner.skipBlanks()
            try scanner.take(":")
            scanner.skipBlanks()
            try entry(&scanner, key)
        }
    }

    /// Reads a list of natural numbers.
    mutating func naturals() throws -> [Int] {
        var numbers: [Int] = []
        try list(from: "[", to: "]") { numbers.append(try $0.natural()) }
        return numbers
    }

    /// Makes sure that only blanks are left.
    mutating func end() throws {
        skipBlanks()
        guard next == nil else { throw unexpected("the end of the header") }
    }

    private mutating func list(
        from opening: Unicode.Scalar, to closing: Unicode.Scalar, _ element: (inout HeaderScanner) throws -> Void
    ) throws {
        try take(opening)
        skipBlanks()
        if next == UInt8(ascii: closing) {
            position += 1
            return
        }
        while true {
            try element(&self)
            skipBlanks()
            if next == UInt8(ascii: closing) {
                position += 1
                return
            }
            guard next == UInt8(ascii: ",") else { throw unexpected("\",\" or \"\(closing)\"") }
            position += 1
            skipBlanks()
        }
    }

    private mutating func take(_ scalar: Unicode.Scalar) throws {
        guard next == UInt8(ascii: scalar) else { throw unexpected("\"\(scalar)\"") }
        position += 1
    }

    private mutating func skipBlanks() {
        while let byte = next, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { position += 1 }
    }

    // MARK: Values

    /// Reads a natural number without sign, fraction, exponent or leading zeros.
    mutating func natural() throws -> Int {
        guard let first = next, (0x30...0x39).contains(first) else { throw unexpected("a natural number") }
        var value = 0
        let start = position
        while let byte = next, (0x30...0x39).contains(byte) {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(Int(byte - 0x30))
            guard !overflow, !carry else { throw error("the number is too large", expected: "less than 2^63") }
            value = sum
            position += 1
        }
        if first == 0x30, position > start + 1 { throw error("the number begins with 0") }
        if let byte = next, [".", "e", "E"].contains(Unicode.Scalar(byte)) { throw unexpected("a natural number") }
        return value
    }

    /// Reads a text.
    mutating func string() throws -> String {
        try take("\"")
        let start = position
        // Most names have no escapes: then the text is the bytes up to the quotation mark.
        while let byte = next, byte != 0x22, byte != 0x5c, byte >= 0x20 { position += 1 }
        if next == 0x22 {
            let text = try decoded(bytes[start..<position], from: start)
            position += 1
            return text
        }
        position = start
        return try escapedString()
    }

    private mutating func escapedString() throws -> String {
        var text: [UInt8] = []
        let start = position
        while let byte = next {
            switch byte {
            case 0x22:
                let result = try text.withUnsafeBytes { try decoded($0[...], from: start) }
                position += 1
                return result
            case 0x5c:
                position += 1
                text += String(try escape()).utf8
            case 0..<0x20: throw unexpected("no control character in a text")
            default:
                text.append(byte)
                position += 1
            }
        }
        throw unexpected("the end of a text")
    }

    private func decoded(_ text: Slice<UnsafeRawBufferPointer>, from start: Int) throws -> String {
        guard let result = String(validating: text, as: UTF8.self) else {
            var scanner = self
            scanner.position = start
            throw scanner.error("the text is not UTF-8")
        }
        return result
    }

    /// What stands behind a backslash.
    private mutating func escape() throws -> Unicode.Scalar {
        guard let byte = next else { throw unexpected("an escape") }
        let simple: [UInt8: Unicode.Scalar] = [
            0x22: "\"", 0x5c: "\\", 0x2f: "/", 0x62: "\u{8}", 0x66: "\u{c}", 0x6e: "\n", 0x72: "\r", 0x74: "\t",
        ]
        if let scalar = simple[byte] {
            position += 1
            return scalar
        }
        try take("u")
        let unit = try hexadecimal()
        if let scalar = Unicode.Scalar(unit) { return scalar }
        // A character beyond U+FFFF is two units.
        guard (0xd800..<0xdc00).contains(unit) else { throw error("half a character") }
        try take("\\")
        try take("u")
        let low = try hexadecimal()
        guard (0xdc00..<0xe000).contains(low),
            let scalar = Unicode.Scalar(0x10000 + (UInt32(unit) - 0xd800) << 10 + UInt32(low) - 0xdc00)
        else { throw error("half a character") }
        return scalar
    }

    private mutating func hexadecimal() throws -> UInt16 {
        var value: UInt16 = 0
        for _ in 0..<4 {
            guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw unexpected("four hexadecimal digits")
            }
            value = value << 4 | UInt16(digit)
            position += 1
        }
        return value
    }
}
