import Documents

/// A GGUF file, mapped into memory and checked.
public struct GGUFFile: Sendable {
    /// The mapped file.
    public let file: MappedFile
    /// Its header.
    public let header: GGUFHeader

    private let indices: [String: Int]

    /// Opens a file and checks its header.
    ///
    /// - Throws: ``InputError``: missing input if the file cannot be read, data for a wrong header.
    public init(path: String) throws {
        let file = try MappedFile(path: path)
        let header = try file.withBytes(in: 0..<file.count) { try GGUFHeader($0, file: path) }
        self.file = file
        self.header = header
        indices = Dictionary(uniqueKeysWithValues: header.tensors.enumerated().map { ($1.name, $0) })
    }

    /// The tensor of a name.
    public subscript(name: String) -> GGUFTensor? { indices[name].map { header.tensors[$0] } }

    /// Whether a file is one, by its first four bytes. Nothing is said about the rest.
    public static func isGGUF(path: String) -> Bool {
        guard let file = try? MappedFile(path: path), file.count >= 4 else { return false }
        return file.withBytes(in: 0..<4) { $0.elementsEqual("GGUF".utf8) }
    }

    // MARK: Metadata

    /// A whole number, or nil where the key is absent.
    ///
    /// - Throws: ``InputError`` (data) for a value of another kind or out of range.
    public func integer(_ key: String, in range: ClosedRange<Int>) throws -> Int? {
        guard let value = header.metadata[key] else { return nil }
        let expected = "a whole number from \(range.lowerBound) to \(range.upperBound)"
        guard case .integer(let number) = value else { throw error(key, value, expected: expected) }
        guard range.contains(number) else {
            throw InputError(.data, file: file.path, key: key, problem: "found \(number)", expected: expected)
        }
        return number
    }

    /// A number in a range, or nil where the key is absent.
    public func number(_ key: String, in range: ClosedRange<Double>) throws -> Double? {
        guard let value = header.metadata[key] else { return nil }
        let expected = "a number from \(range.lowerBound) to \(range.upperBound)"
        let number: Double
        switch value {
        case .integer(let integer): number = Double(integer)
        case .number(let real): number = real
        default: throw error(key, value, expected: expected)
        }
        guard range.contains(number) else {
            throw InputError(.data, file: file.path, key: key, problem: "found \(number)", expected: expected)
        }
        return number
    }

    /// A truth value, or nil where the key is absent.
    public func boolean(_ key: String) throws -> Bool? {
        guard let value = header.metadata[key] else { return nil }
        guard case .boolean(let flag) = value else { throw error(key, value, expected: "a truth value") }
        return flag
    }

    /// A text, or nil where the key is absent.
    public func text(_ key: String) throws -> String? {
        guard let value = header.metadata[key] else { return nil }
        guard case .text(let text) = value else { throw error(key, value, expected: "a text") }
        return text
    }

    /// The bytes of the texts of a list, or nil where the key is absent.
    public func texts(_ key: String) throws -> [[UInt8]]? {
        guard let value = header.metadata[key] else { return nil }
        guard case .list(let list) = value, list.element == .string else {
            throw error(key, value, expected: "a list of texts")
        }
        return try file.withBytes(in: list.bytes) { bytes in
            var cursor = GGUFCursor(bytes, file: file.path)
            return try (0..<list.count).map { _ in Array(bytes[try cursor.stringBytes("a text of the list")]) }
        }
    }

    /// The whole numbers of a list, or nil where the key is absent.
    public func integers(_ key: String) throws -> [Int]? {
        try values(key, expected: "a list of whole numbers") { value in
            if case .integer(let number) = value { number } else { nil }
        }
    }

    /// The numbers of a list, or nil where the key is absent.
    public func numbers(_ key: String) throws -> [Double]? {
        try values(key, expected: "a list of numbers") { value in
            switch value {
            case .integer(let number): Double(number)
            case .number(let number): number
            default: nil
            }
        }
    }

    private func values<Value>(
        _ key: String, expected: String, _ convert: (GGUFValue) -> Value?
    ) throws -> [Value]? {
        guard let value = header.metadata[key] else { return nil }
        guard case .list(let list) = value, list.element != .string else {
            throw error(key, value, expected: expected)
        }
        return try file.withBytes(in: list.bytes) { bytes in
            var cursor = GGUFCursor(bytes, file: file.path)
            cursor.key = key
            return try (0..<list.count).map { _ in
                let element = try cursor.value(list.element)
                guard let converted = convert(element) else { throw error(key, element, expected: expected) }
                return converted
            }
        }
    }

    private func error(_ key: String, _ value: GGUFValue, expected: String) -> InputError {
        InputError(.data, file: file.path, key: key, problem: "found \(value.kind)", expected: expected)
    }
}
