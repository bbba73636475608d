/// How a tensor of a GGUF file is stored: numbers, or blocks of small integers with scales of their own.
///
/// Source: `ggml_type` and the block structures of github.com/ggml-org/ggml (ggml.h, ggml-common.h).
public enum GGUFTensorType: UInt32, Sendable, Hashable, CaseIterable {
    /// IEEE 754 binary32.
    case float32 = 0
    /// IEEE 754 binary16.
    case float16 = 1
    /// 4 bits, a scale for 32 weights.
    case q4x0 = 2
    /// 4 bits, a scale and a minimum for 32 weights.
    case q4x1 = 3
    /// 5 bits, a scale for 32 weights.
    case q5x0 = 6
    /// 5 bits, a scale and a minimum for 32 weights.
    case q5x1 = 7
    /// 8 bits, a scale for 32 weights.
    case q8x0 = 8
    /// 8 bits with a sum, for activations only.
    case q8x1 = 9
    /// 2 bits in super-blocks of 256: sixteen 4-bit scales and minima.
    case q2K = 10
    /// 3 bits in super-blocks of 256: sixteen 6-bit scales.
    case q3K = 11
    /// 4 bits in super-blocks of 256: eight 6-bit scales and minima.
    case q4K = 12
    /// 5 bits in super-blocks of 256: eight 6-bit scales and minima.
    case q5K = 13
    /// 6 bits in super-blocks of 256: sixteen 8-bit scales.
    case q6K = 14
    /// 8 bits in super-blocks, for activations only.
    case q8K = 15
    /// 4 bits that choose from a fixed list of 16 numbers, a scale for 32 weights.
    case iq4NL = 20
    /// The same in super-blocks of 256: eight 6-bit scales.
    case iq4XS = 23
    /// Signed byte.
    case int8 = 24
    /// Signed 16-bit integer.
    case int16 = 25
    /// Signed 32-bit integer.
    case int32 = 26
    /// Signed 64-bit integer.
    case int64 = 27
    /// IEEE 754 binary64.
    case float64 = 28
    /// The upper half of binary32.
    case bfloat16 = 30

    /// The name that ggml gives it.
    public var name: String {
        switch self {
        case .float32: "F32"
        case .float16: "F16"
        case .q4x0: "Q4_0"
        case .q4x1: "Q4_1"
        case .q5x0: "Q5_0"
        case .q5x1: "Q5_1"
        case .q8x0: "Q8_0"
        case .q8x1: "Q8_1"
        case .q2K: "Q2_K"
        case .q3K: "Q3_K"
        case .q4K: "Q4_K"
        case .q5K: "Q5_K"
        case .q6K: "Q6_K"
        case .q8K: "Q8_K"
        case .iq4NL: "IQ4_NL"
        case .iq4XS: "IQ4_XS"
        case .int8: "I8"
        case .int16: "I16"
        case .int32: "I32"
        case .int64: "I64"
        case .float64: "F64"
        case .bfloat16: "BF16"
        }
    }

    /// Weights of a block.
    public var blockSize: Int {
        switch self {
        case .float32, .float16, .bfloat16, .float64, .int8, .int16, .int32, .int64: 1
        case .q4x0, .q4x1, .q5x0, .q5x1, .q8x0, .q8x1, .iq4NL: 32
        case .q2K, .q3K, .q4K, .q5K, .q6K, .q8K, .iq4XS: 256
        }
    }

    /// Bytes of a block.
    public var blockBytes: Int {
        switch self {
        case .int8: 1
        case .float16, .bfloat16, .int16: 2
        case .float32, .int32: 4
        case .float64, .int64: 8
        case .q4x0, .iq4NL: 18
        case .q4x1: 20
        case .q5x0: 22
        case .q5x1: 24
        case .q8x0: 34
        case .q8x1: 36
        case .q2K: 84
        case .q3K: 110
        case .iq4XS: 136
        case .q4K: 144
        case .q5K: 176
        case .q6K: 210
        case .q8K: 292
        }
    }

    /// Whether ``GGUFBlockDecoder`` reads it as binary32.
    public var isReadableAsFloat: Bool {
        switch self {
        case .float32, .float16, .bfloat16, .q4x0, .q4x1, .q5x0, .q5x1, .q8x0, .q2K, .q3K, .q4K, .q5K, .q6K, .iq4NL,
            .iq4XS:
            true
        default: false
        }
    }

    /// The names of all types that are read, for messages.
    static var readable: String {
        allCases.filter(\.isReadableAsFloat).map(\.name).joined(separator: ", ")
    }
}
