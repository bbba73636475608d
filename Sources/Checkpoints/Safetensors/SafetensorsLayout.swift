import Documents

/// A safetensors file to be written: its header and the place of every tensor, known before any data is.
///
/// The header's keys are sorted, metadata first, and it is padded with blanks to a multiple of 8 bytes. Tensors lie in
/// the order of falling element size, then of names, so that each begins at a multiple of its element size. The same
/// tensors and metadata give the same bytes.
public struct SafetensorsLayout: Sendable, Hashable {
    /// A tensor to be written.
    public struct Entry: Sendable, Hashable, Codable {
        /// The name, unique in the file.
        public var name: String
        /// The type of the elements.
        public var type: ElementType
        /// The extent of each dimension, the slowest first.
        public var shape: [Int]

        /// A tensor of a name, type and shape.
        public init(name: String, type: ElementType, shape: [Int]) {
            self.name = name
            self.type = type
            self.shape = shape
        }
    }

    /// Length and header, with which the file begins.
    public let header: [UInt8]
    /// The tensors in the order of their bytes.
    public let tensors: [TensorInfo]
    /// Bytes of the whole file.
    public let fileSize: Int

    private let indices: [String: Int]

    /// Lays out a file.
    ///
    /// - Parameters:
    ///   - entries: the tensors in any order.
    ///   - metadata: texts to go with them.
    ///   - file: the name used in errors.
    /// - Throws: ``InputError`` (data) if two tensors share a name or one has a reserved name, if a size cannot be
    ///   counted, or if the header exceeds what the format allows.
    public init(_ entries: [Entry], metadata: [String: String] = [:], file: String) throws {
        let ordered = entries.sorted {
            $0.type.bits != $1.type.bits ? $0.type.bits > $1.type.bits : $0.name.comesBefore($1.name)
        }
        var offset = 0
        var relative: [TensorInfo] = []
        relative.reserveCapacity(entries.count)
        for entry in ordered {
            let count = entry.type.byteCount(shape: entry.shape)
            let (end, overflow) = offset.addingReportingOverflow(count ?? 0)
            guard count != nil, !overflow else {
                throw InputError(
                    .data, file: file, key: entry.name,
                    problem: "the shape \(entry.shape) of \(entry.type.rawValue) is no number of bytes")
            }
            relative.append(TensorInfo(name: entry.name, type: entry.type, shape: entry.shape, bytes: offset..<end))
            offset = end
        }
        let header = try Self.header(relative, metadata, file: file)
        self.header = header
        tensors = relative.map { tensor in
            var tensor = tensor
            tensor.bytes = header.count + tensor.bytes.lowerBound..<header.count + tensor.bytes.upperBound
            return tensor
        }
        fileSize = header.count + offset
        var indices: [String: Int] = [:]
        for (index, tensor) in relative.enumerated() {
            guard indices.updateValue(index, forKey: tensor.name) == nil else {
                throw InputError(.data, file: file, key: tensor.name, problem: "two tensors would have this name")
            }
        }
        self.indices = indices
    }

    /// The tensor of a name.
    public subscript(name: String) -> TensorInfo? { indices[name].map { tensors[$0] } }

    private static func header(
        _ tensors: [TensorInfo], _ metadata: [String: String], file: String
    ) throws -> [UInt8] {
        var entries: [String] = []
        if !metadata.isEmpty {
            let texts = metadata.sorted { $0.key.comesBefore($1.key) }
            let object = texts.map { "\(quoted($0.key)):\(quoted($0.value))" }.joined(separator: ",")
            entries.append("\(quoted(SafetensorsHeader.metadataKey)):{\(object)}")
        }
        for tensor in tensors.sorted(by: { $0.name.comesBefore($1.name) }) {
            guard tensor.name != SafetensorsHeader.metadataKey else {
                throw InputError(.data, file: file, key: tensor.name, problem: "no tensor may have this name")
            }
            let shape = tensor.shape.map(String.init).joined(separator: ",")
            entries.append(
                "\(quoted(tensor.name)):{\"dtype\":\"\(tensor.type.rawValue)\",\"shape\":[\(shape)],"
                    + "\"data_offsets\":[\(tensor.bytes.lowerBound),\(tensor.bytes.upperBound)]}")
        }
        var text = Array("{\(entries.joined(separator: ","))}".utf8)
        text += [UInt8](repeating: 0x20, count: (8 - text.count % 8) % 8)
        guard text.count <= SafetensorsHeader.maximumLength else {
            throw InputError(
                .data, file: file, problem: "the header would have \(text.count) bytes",
                expected: "at most \(SafetensorsHeader.maximumLength)")
        }
        return withUnsafeBytes(of: UInt64(text.count).littleEndian) { Array($0) } + text
    }

    /// A text as JSON.
    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\u{0}"..<"\u{20}":
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
