/// The type of a tensor's elements, as a safetensors header names it.
///
/// Source: the `Dtype` of the safetensors library, github.com/huggingface/safetensors, version 0.6.
public enum ElementType: String, Sendable, Hashable, Codable, CaseIterable {
    /// One byte, 0 or 1.
    case bool = "BOOL"
    /// 4-bit floating point (OCP E2M1), two in a byte.
    case float4 = "F4"
    /// 6-bit floating point with 3 mantissa bits.
    case float6E2M3 = "F6_E2M3"
    /// 6-bit floating point with 2 mantissa bits.
    case float6E3M2 = "F6_E3M2"
    /// Unsigned byte.
    case uint8 = "U8"
    /// Signed byte.
    case int8 = "I8"
    /// 8-bit floating point with 2 mantissa bits.
    case float8E5M2 = "F8_E5M2"
    /// 8-bit floating point with 3 mantissa bits.
    case float8E4M3 = "F8_E4M3"
    /// An 8-bit power of two.
    case float8E8M0 = "F8_E8M0"
    /// Signed 16-bit integer.
    case int16 = "I16"
    /// Unsigned 16-bit integer.
    case uint16 = "U16"
    /// IEEE 754 binary16.
    case float16 = "F16"
    /// The upper half of binary32.
    case bfloat16 = "BF16"
    /// Signed 32-bit integer.
    case int32 = "I32"
    /// Unsigned 32-bit integer.
    case uint32 = "U32"
    /// IEEE 754 binary32.
    case float32 = "F32"
    /// Two of binary32.
    case complex64 = "C64"
    /// IEEE 754 binary64.
    case float64 = "F64"
    /// Signed 64-bit integer.
    case int64 = "I64"
    /// Unsigned 64-bit integer.
    case uint64 = "U64"

    /// Bits of one element.
    public var bits: Int {
        switch self {
        case .float4: 4
        case .float6E2M3, .float6E3M2: 6
        case .bool, .uint8, .int8, .float8E5M2, .float8E4M3, .float8E8M0: 8
        case .int16, .uint16, .float16, .bfloat16: 16
        case .int32, .uint32, .float32: 32
        case .complex64, .float64, .int64, .uint64: 64
        }
    }

    /// Bytes of a tensor of that shape, or nil if it is no whole number of bytes or has more than `Int` can count.
    public func byteCount(shape: [Int]) -> Int? {
        guard !shape.contains(0) else { return 0 }
        var total = bits
        for dimension in shape {
            let (product, overflow) = total.multipliedReportingOverflow(by: dimension)
            guard !overflow else { return nil }
            total = product
        }
        return total.isMultiple(of: 8) ? total / 8 : nil
    }
}
