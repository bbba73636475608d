import Documents

/// The header of a safetensors file: its tensors and metadata, checked against the file's size.
///
/// The file is: 8 bytes, little endian, the length N of the header; N bytes of JSON, an object of tensors with `dtype`,
/// `shape` and `data_offsets`, the latter from the end of the header; the tensors' bytes, which cover the rest of the
/// file without gaps and overlaps. The key `__metadata__` holds an object of texts.
///
/// Source: github.com/huggingface/safetensors, README, "Format", and the checks of its Rust library.
public struct SafetensorsHeader: Sendable, Hashable {
    /// The tensors in the order of their bytes.
    public let tensors: [TensorInfo]
    /// The texts under `__metadata__`.
    public let metadata: [String: String]

    /// The longest header that the format allows.
    public static let maximumLength = 100_000_000

    /// The key of the metadata.
    static let metadataKey = "__metadata__"

    /// Reads a header.
    ///
    /// - Parameters:
    ///   - bytes: the file from its start; at least the header must be there.
    ///   - fileSize: bytes of the whole file.
    ///   - file: the name used in errors.
    /// - Throws: ``InputError`` (data) that names the tensor and the offset, for everything that the format forbids,
    ///   unknown element types and sizes beyond `Int`.
    public init(_ bytes: UnsafeRawBufferPointer, fileSize: Int, file: String) throws {
        let length = try Self.length(bytes, fileSize: fileSize, file: file)
        let header = UnsafeRawBufferPointer(rebasing: bytes[8..<8 + length])
        var scanner = HeaderScanner(header, file: file)
        var entries: [HeaderEntry] = []
        var metadata: [String: String] = [:]
        var names: Set<String> = []
        try scanner.object { scanner, name in
            guard names.insert(name).inserted else {
                throw InputError(
                    .data, file: file, key: name, problem: "the header names it twice", expected: "each name once")
            }
            if name == Self.metadataKey {
                metadata = try Self.metadata(&scanner, file: file)
            } else {
                entries.append(try HeaderEntry(name, &scanner))
            }
        }
        try scanner.end()
        self.metadata = metadata
        tensors = try HeaderEntry.tensors(entries, dataStart: 8 + length, fileSize: fileSize, file: file)
    }

    private static func length(_ bytes: UnsafeRawBufferPointer, fileSize: Int, file: String) throws -> Int {
        func error(_ problem: String) -> InputError {
            InputError(.data, file: file, problem: problem, expected: "a safetensors file")
        }
        guard fileSize > 0 else { throw error("the file is empty") }
        guard fileSize >= 8, bytes.count >= 8 else {
            throw error("the file has \(fileSize) bytes, too few for the length of a header")
        }
        let length = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
        guard length <= UInt64(maximumLength) else {
            throw error("its first 8 bytes give a header of \(length) bytes, more than the \(maximumLength) allowed")
        }
        guard Int(length) <= fileSize - 8, Int(length) <= bytes.count - 8 else {
            throw error("a header of \(length) bytes does not fit into the file of \(fileSize)")
        }
        return Int(length)
    }

    private static func metadata(_ scanner: inout HeaderScanner, file: String) throws -> [String: String] {
        var metadata: [String: String] = [:]
        try scanner.object { scanner, key in
            guard metadata.updateValue(try scanner.string(), forKey: key) == nil else {
                throw InputError(
                    .data, file: file, key: "\(metadataKey).\(key)", problem: "the header names it twice",
                    expected: "each name once")
            }
        }
        return metadata
    }
}
