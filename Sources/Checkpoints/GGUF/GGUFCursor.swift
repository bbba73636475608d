import Documents

/// Walks through the header of a GGUF file; every step is checked against the end of the file.
struct GGUFCursor {
    let bytes: UnsafeRawBufferPointer
    let file: String
    /// The key or tensor that is being read, for errors.
    var key: String?
    private(set) var position: Int

    init(_ bytes: UnsafeRawBufferPointer, file: String, position: Int = 0) {
        self.bytes = bytes
        self.file = file
        self.position = position
    }

    /// Bytes that are left.
    var rest: Int { bytes.count - position }

    /// An error that names the file, the key or tensor, and the byte.
    func error(_ problem: String, at offset: Int? = nil, expected: String? = nil) -> InputError {
        InputError(
            .data, file: file, key: key, problem: "at byte \(offset ?? position): \(problem)", expected: expected)
    }

    /// Makes sure that so many bytes are left.
    func need(_ count: Int, for what: String) throws {
        guard count <= rest else {
            throw error("the file ends in \(what) of \(count) bytes, of which \(rest) are there")
        }
    }

    mutating func skip(_ count: Int, for what: String) throws {
        try need(count, for: what)
        position += count
    }

    /// A little-endian integer.
    mutating func integer<Number: FixedWidthInteger & BitwiseCopyable>(
        _: Number.Type, _ what: String
    ) throws -> Number {
        try need(MemoryLayout<Number>.size, for: what)
        defer { position += MemoryLayout<Number>.size }
        return Number(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: Number.self))
    }

    /// A number of things of at least `least` bytes each, which must fit into the rest of the file.
    mutating func count(of what: String, least: Int, limit: Int = .max) throws -> Int {
        let place = position
        let number = try integer(UInt64.self, "the number of \(what)")
        guard number <= UInt64(min(limit, rest / least)) else {
            throw error(
                "\(number) \(what)", at: place,
                expected: number <= UInt64(rest / least)
                    ? "at most \(limit)" : "what the \(rest) bytes that follow can hold")
        }
        return Int(number)
    }

    /// The place of a text; the cursor is behind it.
    mutating func stringBytes(_ what: String) throws -> Range<Int> {
        let place = position
        let length = try integer(UInt64.self, "the length of \(what)")
        guard length <= UInt64(rest) else {
            throw error("\(what) of \(length) bytes does not fit into the \(rest) that follow", at: place)
        }
        defer { position += Int(length) }
        return position..<position + Int(length)
    }

    /// A text of at most `limit` bytes.
    mutating func string(_ what: String, limit: Int) throws -> String {
        let place = position
        let range = try stringBytes(what)
        guard range.count <= limit else {
            throw error("\(what) has \(range.count) bytes", at: place, expected: "at most \(limit)")
        }
        guard let text = String(validating: UnsafeRawBufferPointer(rebasing: bytes[range]), as: UTF8.self) else {
            throw error("\(what) is not UTF-8 text", at: range.lowerBound)
        }
        return text
    }

    /// A metadata value of a type.
    mutating func value(_ type: GGUFValueType) throws -> GGUFValue {
        switch type {
        case .uint8: return .integer(Int(try integer(UInt8.self, "a value")))
        case .int8: return .integer(Int(try integer(Int8.self, "a value")))
        case .uint16: return .integer(Int(try integer(UInt16.self, "a value")))
        case .int16: return .integer(Int(try integer(Int16.self, "a value")))
        case .uint32: return .integer(Int(try integer(UInt32.self, "a value")))
        case .int32: return .integer(Int(try integer(Int32.self, "a value")))
        case .int64: return .integer(Int(try integer(Int64.self, "a value")))
        case .uint64:
            let number = try integer(UInt64.self, "a value")
            return Int(exactly: number).map(GGUFValue.integer) ?? .large(number)
        case .float32: return .number(Double(Float(bitPattern: try integer(UInt32.self, "a value"))))
        case .float64: return .number(Double(bitPattern: try integer(UInt64.self, "a value")))
        case .bool:
            let place = position
            let byte = try integer(UInt8.self, "a value")
            guard byte <= 1 else { throw error("the truth value is \(byte)", at: place, expected: "0 or 1") }
            return .boolean(byte == 1)
        case .string: return .text(try string("the text", limit: Self.longestText))
        case .array: return .list(try list())
        }
    }

    private mutating func list() throws -> GGUFList {
        let type = try valueType()
        let place = position
        if type == .array {
            throw error("a list of lists", at: place - 4, expected: "a list of numbers or texts")
        }
        let count = try count(of: "elements", least: type.byteCount ?? 8)
        let start = position
        if let size = type.byteCount {
            try skip(count * size, for: "a list")
        } else {
            for _ in 0..<count { _ = try stringBytes("a text of the list") }
        }
        return GGUFList(element: type, count: count, bytes: start..<position)
    }

    /// The type of a value.
    mutating func valueType() throws -> GGUFValueType {
        let place = position
        let number = try integer(UInt32.self, "the type of a value")
        guard let type = GGUFValueType(rawValue: number) else {
            throw error("the type of the value is \(number)", at: place, expected: "0 to 12")
        }
        return type
    }

    /// Bytes of the longest single text: chat templates have some ten thousand.
    static let longestText = 64 << 20
}
