import Checkpoints

/// A GGUF file put together byte by byte, right or wrong.
public struct SampleGGUF {
    /// A tensor: name, dimensions in the file's order (fastest first), number of the type, bytes.
    public struct Tensor {
        /// The name.
        public var name: String
        /// The dimensions, fastest first.
        public var dimensions: [UInt64]
        /// The type's number.
        public var type: UInt32
        /// The bytes.
        public var bytes: [UInt8]
        /// What the table says instead of the right offset.
        public var offset: UInt64?

        /// A tensor.
        public init(_ name: String, _ dimensions: [UInt64], type: UInt32, bytes: [UInt8], offset: UInt64? = nil) {
            self.name = name
            self.dimensions = dimensions
            self.type = type
            self.bytes = bytes
            self.offset = offset
        }

        /// F32 numbers; the shape is slowest first.
        public init(_ name: String, _ shape: [Int], _ values: [Float]) {
            self.init(
                name, shape.reversed().map(UInt64.init), type: 0,
                bytes: values.flatMap { SampleGGUF.bytes($0.bitPattern) })
        }
    }

    /// The version.
    public var version: UInt32 = 3
    /// What the header says instead of the right number of tensors.
    public var tensorCount: UInt64?
    /// What the header says instead of the right number of values.
    public var valueCount: UInt64?
    /// The alignment that is kept.
    public var alignment = 32
    /// The bytes of the values, one behind the other.
    public private(set) var values: [[UInt8]] = []
    /// The tensors.
    public var tensors: [Tensor] = []

    /// An empty file.
    public init() {}

    /// A little-endian number.
    public static func bytes<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
        withUnsafeBytes(of: number.littleEndian) { Array($0) }
    }

    /// A length and a text.
    public static func bytes(_ text: String) -> [UInt8] { bytes(UInt64(text.utf8.count)) + Array(text.utf8) }

    /// Adds a value of a type given by its number.
    public mutating func add(_ key: String, type: UInt32, _ value: [UInt8]) {
        values.append(Self.bytes(key) + Self.bytes(type) + value)
    }

    /// Adds a whole number.
    public mutating func add(_ key: String, _ value: Int) { add(key, type: 4, Self.bytes(UInt32(value))) }
    /// Adds a number.
    public mutating func add(_ key: String, _ value: Float) { add(key, type: 6, Self.bytes(value.bitPattern)) }
    /// Adds a text.
    public mutating func add(_ key: String, _ value: String) { add(key, type: 8, Self.bytes(value)) }
    /// Adds a truth value.
    public mutating func add(_ key: String, _ value: Bool) { add(key, type: 7, [value ? 1 : 0]) }
    /// Adds a list of texts.
    public mutating func add(_ key: String, _ value: [String]) {
        add(key, type: 9, Self.bytes(UInt32(8)) + Self.bytes(UInt64(value.count)) + value.flatMap { Self.bytes($0) })
    }
    /// Adds a list of whole numbers.
    public mutating func add(_ key: String, _ value: [Int32]) {
        add(key, type: 9, Self.bytes(UInt32(5)) + Self.bytes(UInt64(value.count)) + value.flatMap { Self.bytes($0) })
    }
    /// Adds a list of numbers.
    public mutating func add(_ key: String, _ value: [Float]) {
        add(
            key, type: 9,
            Self.bytes(UInt32(6)) + Self.bytes(UInt64(value.count)) + value.flatMap { Self.bytes($0.bitPattern) })
    }

    /// The file.
    public func file() -> [UInt8] {
        var table: [UInt8] = []
        var data: [UInt8] = []
        for tensor in tensors {
            data += [UInt8](repeating: 0, count: (alignment - data.count % alignment) % alignment)
            table += Self.bytes(tensor.name) + Self.bytes(UInt32(tensor.dimensions.count))
            table += tensor.dimensions.flatMap { Self.bytes($0) } + Self.bytes(tensor.type)
            table += Self.bytes(tensor.offset ?? UInt64(data.count))
            data += tensor.bytes
        }
        var file = Array("GGUF".utf8) + Self.bytes(version)
        file += Self.bytes(tensorCount ?? UInt64(tensors.count)) + Self.bytes(valueCount ?? UInt64(values.count))
        file += values.flatMap { $0 } + table
        file += [UInt8](repeating: 0, count: (alignment - file.count % alignment) % alignment)
        return file + data
    }
}
