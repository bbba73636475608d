/// A value of a GGUF file's metadata.
public enum GGUFValue: Sendable, Hashable {
    /// Any of the integer types.
    case integer(Int)
    /// An unsigned 64-bit integer beyond `Int`.
    case large(UInt64)
    /// binary32 or binary64.
    case number(Double)
    /// A truth value.
    case boolean(Bool)
    /// UTF-8 text.
    case text(String)
    /// A list, which stays in the file until it is asked for.
    case list(GGUFList)

    /// The kind in words, for messages.
    var kind: String {
        switch self {
        case .integer, .large: "a whole number"
        case .number: "a number"
        case .boolean: "a truth value"
        case .text: "a text"
        case .list: "a list"
        }
    }
}

/// A list of a GGUF file's metadata: its place, checked when the header was read.
public struct GGUFList: Sendable, Hashable {
    /// The type of the elements.
    public var element: GGUFValueType
    /// The number of elements.
    public var count: Int
    /// The bytes of the elements in the file.
    public var bytes: Range<Int>
}

/// The types of metadata values.
///
/// Source: `gguf_metadata_value_type` of the GGUF specification, github.com/ggml-org/ggml, docs/gguf.md.
public enum GGUFValueType: UInt32, Sendable, Hashable {
    /// Unsigned byte.
    case uint8 = 0
    /// Signed byte.
    case int8 = 1
    /// Unsigned 16-bit integer.
    case uint16 = 2
    /// Signed 16-bit integer.
    case int16 = 3
    /// Unsigned 32-bit integer.
    case uint32 = 4
    /// Signed 32-bit integer.
    case int32 = 5
    /// IEEE 754 binary32.
    case float32 = 6
    /// One byte, 0 or 1.
    case bool = 7
    /// A length of 64 bits and UTF-8 bytes.
    case string = 8
    /// An element type, a count of 64 bits and the elements.
    case array = 9
    /// Unsigned 64-bit integer.
    case uint64 = 10
    /// Signed 64-bit integer.
    case int64 = 11
    /// IEEE 754 binary64.
    case float64 = 12

    /// Bytes of a value, or nil where it says so itself.
    var byteCount: Int? {
        switch self {
        case .uint8, .int8, .bool: 1
        case .uint16, .int16: 2
        case .uint32, .int32, .float32: 4
        case .uint64, .int64, .float64: 8
        case .string, .array: nil
        }
    }
}
