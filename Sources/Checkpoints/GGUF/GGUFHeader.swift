import Documents

/// The header of a GGUF file of version 2 or 3: metadata and table of tensors, checked against the file's size.
///
/// The file is, little endian: `GGUF`, the version (32 bits), the number of tensors and of metadata values (64 bits each);
/// the values, each a key, a type and the value; the tensors, each a name, the number of dimensions (32 bits), the
/// dimensions from the fastest on (64 bits each), the type (32 bits) and the offset (64 bits); padding; the tensors'
/// bytes. Offsets count from the start of these bytes and are multiples of `general.alignment`, 32 where it is absent.
///
/// Source: github.com/ggml-org/ggml, docs/gguf.md.
public struct GGUFHeader: Sendable {
    /// The version of the format.
    public let version: Int
    /// The values by key.
    public let metadata: [String: GGUFValue]
    /// The tensors in the order of the file's table.
    public let tensors: [GGUFTensor]
    /// What offsets are multiples of.
    public let alignment: Int
    /// Where the tensors' bytes start.
    public let dataStart: Int

    /// The most values and tensors that are read; the largest models have some hundred and some thousand.
    static let limits = (values: 1 << 16, tensors: 1 << 20)
    /// The longest key and name: the specification's 65,535 and ggml's 64 generously rounded up.
    private static let longestKey = 65_535
    private static let longestName = 1024
    private static let defaultAlignment = 32

    /// Reads a header.
    ///
    /// - Parameters:
    ///   - bytes: the whole file.
    ///   - file: the name used in errors.
    /// - Throws: ``InputError`` (data) that names key or tensor and the byte, for everything that the format forbids,
    ///   unknown tensor types, lists of lists and sizes beyond the file.
    public init(_ bytes: UnsafeRawBufferPointer, file: String) throws {
        var cursor = GGUFCursor(bytes, file: file)
        version = try Self.version(&cursor)
        let tensorCount = try cursor.count(of: "tensors", least: 24, limit: Self.limits.tensors)
        let valueCount = try cursor.count(of: "metadata values", least: 13, limit: Self.limits.values)
        let metadata = try Self.metadata(valueCount, &cursor)
        self.metadata = metadata
        cursor.key = nil
        alignment = try Self.alignment(metadata, cursor)
        var entries: [Entry] = []
        var names: Set<String> = []
        for _ in 0..<tensorCount {
            let entry = try Entry(&cursor)
            guard names.insert(entry.name).inserted else {
                throw cursor.error("the file names the tensor twice", at: entry.place, expected: "each name once")
            }
            entries.append(entry)
        }
        cursor.key = nil
        dataStart = (cursor.position + alignment - 1) / alignment * alignment
        tensors = try Self.placed(entries, dataStart: dataStart, alignment: alignment, cursor)
    }

    private static func version(_ cursor: inout GGUFCursor) throws -> Int {
        guard cursor.bytes.count >= 4, cursor.bytes.starts(with: Array("GGUF".utf8)) else {
            throw cursor.error("the file does not start with GGUF", expected: "a GGUF file")
        }
        try cursor.skip(4, for: "the magic")
        let place = cursor.position
        let version = try cursor.integer(UInt32.self, "the version")
        guard version == 2 || version == 3 else {
            let isSwapped = (1...3).contains(version.byteSwapped)
            throw cursor.error(
                isSwapped ? "the file is big endian" : "the version is \(version)", at: place,
                expected: "version 2 or 3, little endian")
        }
        return Int(version)
    }

    private static func metadata(_ count: Int, _ cursor: inout GGUFCursor) throws -> [String: GGUFValue] {
        var metadata: [String: GGUFValue] = [:]
        for _ in 0..<count {
            cursor.key = nil
            let place = cursor.position
            let key = try cursor.string("a metadata key", limit: longestKey)
            cursor.key = key
            let value = try cursor.value(cursor.valueType())
            guard metadata.updateValue(value, forKey: key) == nil else {
                throw cursor.error("the file has the key twice", at: place, expected: "each key once")
            }
        }
        return metadata
    }

    private static func alignment(_ metadata: [String: GGUFValue], _ cursor: GGUFCursor) throws -> Int {
        guard let value = metadata["general.alignment"] else { return defaultAlignment }
        guard case .integer(let number) = value, number >= 1, number <= 1 << 20, number & (number - 1) == 0 else {
            let found = if case .integer(let number) = value { "\(number)" } else { value.kind }
            throw InputError(
                .data, file: cursor.file, key: "general.alignment", problem: "found \(found)",
                expected: "a power of two up to 1048576")
        }
        return number
    }

    /// A row of the table of tensors.
    private struct Entry {
        var name: String
        var type: GGUFTensorType
        var shape: [Int]
        var offset: UInt64
        var byteCount: Int
        var place: Int

        init(_ cursor: inout GGUFCursor) throws {
            cursor.key = nil
            place = cursor.position
            name = try cursor.string("a tensor's name", limit: longestName)
            cursor.key = name
            let dimensions = try cursor.integer(UInt32.self, "the number of dimensions")
            guard (1...4).contains(dimensions) else {
                throw cursor.error(
                    "the tensor has \(dimensions) dimensions", at: cursor.position - 4, expected: "1 to 4")
            }
            let start = cursor.position
            var elements = 1
            var shape: [Int] = []
            for _ in 0..<dimensions {
                let extent = try cursor.integer(UInt64.self, "a dimension")
                guard let size = Int(exactly: extent), size > 0 else {
                    throw cursor.error(
                        "a dimension is \(extent)", at: cursor.position - 8, expected: "a number from 1 to 2^63")
                }
                let (product, overflow) = elements.multipliedReportingOverflow(by: size)
                guard !overflow else { throw cursor.error("the tensor has too many elements to count", at: start) }
                elements = product
                shape.append(size)
            }
            let typePlace = cursor.position
            let number = try cursor.integer(UInt32.self, "the type")
            guard let type = GGUFTensorType(rawValue: number) else {
                throw cursor.error(
                    "the tensor's type is \(number)", at: typePlace, expected: "one of \(GGUFTensorType.readable)")
            }
            self.type = type
            guard shape[0].isMultiple(of: type.blockSize) else {
                throw cursor.error(
                    "rows of \(shape[0]) are no whole blocks of \(type.blockSize) of \(type.name)", at: start)
            }
            let (bytes, overflow) = (elements / type.blockSize).multipliedReportingOverflow(by: type.blockBytes)
            guard !overflow else { throw cursor.error("the tensor has too many bytes to count", at: start) }
            byteCount = bytes
            self.shape = shape.reversed()
            offset = try cursor.integer(UInt64.self, "the offset")
        }
    }

    private static func placed(
        _ entries: [Entry], dataStart: Int, alignment: Int, _ cursor: GGUFCursor
    ) throws -> [GGUFTensor] {
        var cursor = cursor
        let room = max(cursor.bytes.count - dataStart, 0)
        let tensors = try entries.map { entry in
            cursor.key = entry.name
            guard entry.offset.isMultiple(of: UInt64(alignment)) else {
                throw cursor.error(
                    "the tensor's offset \(entry.offset) is no multiple of the alignment \(alignment)",
                    at: entry.place)
            }
            guard entry.byteCount <= room, entry.offset <= UInt64(room - entry.byteCount) else {
                throw cursor.error(
                    "the tensor's \(entry.byteCount) bytes from offset \(entry.offset) do not fit into the file, "
                        + "which has \(room) bytes of tensors", at: entry.place)
            }
            let start = dataStart + Int(entry.offset)
            return GGUFTensor(
                name: entry.name, type: entry.type, shape: entry.shape, bytes: start..<start + entry.byteCount)
        }
        let ordered = tensors.sorted { $0.bytes.lowerBound < $1.bytes.lowerBound }
        for (first, second) in zip(ordered, ordered.dropFirst())
        where second.bytes.lowerBound < first.bytes.upperBound {
            cursor.key = second.name
            throw cursor.error("the tensor overlaps \(first.name)", at: second.bytes.lowerBound)
        }
        return tensors
    }
}
