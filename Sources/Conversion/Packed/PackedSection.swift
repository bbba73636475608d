import Checkpoints
import Quantization

/// A part of a packed matrix that is a tensor of its own in a file.
///
/// A matrix `NAME` [rows x columns] is stored as the tensors `NAME.codes`, `NAME.scales` and so on, those that its scheme
/// has. One behind the other, in the order of the cases, their bytes are the buffer of a ``PackedTensor``; each has the
/// rows as its first dimension, so that a shard of rows is a slice of each.
///
/// | tensor        | elements | shape                          | what                                              |
/// |---------------|----------|--------------------------------|---------------------------------------------------|
/// | `codes`       | U8       | [rows, ⌈columns · bits / 8⌉]   | codes as a bit stream, lowest bits first          |
/// | `codes`       | F16      | [rows, columns]                | scheme `fp16`                                     |
/// | `scales`      | U8       | [rows, groups]                 | 8-bit factors of the row's scale, or exponents    |
/// | `scales`      | F16, F32 | [rows, groups]                 | scales of the groups                              |
/// | `zero_points` | U8, I8   | [rows, groups]                 | I8 with 8-bit scales                              |
/// | `selectors`   | U8       | [rows, ⌈groups · bits / 8⌉]    | data type of each group, a bit stream             |
/// | `row_scales`  | F16, F32 | [rows, scales per row]         | scales of the rows                                |
/// | `tensor_type` | U8       | [1]                            | data type of the tensor (ANT per channel, OliVe)  |
public struct PackedSection: Sendable, Hashable {
    /// The kinds of sections in the order of the packed buffer.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Codes of the weights.
        case codes
        /// Scales of the groups.
        case scales
        /// Zero points of the groups.
        case zeroPoints = "zero_points"
        /// Data types of the groups.
        case selectors
        /// Scales of the rows.
        case rowScales = "row_scales"
        /// The data type of the tensor.
        case tensorType = "tensor_type"
    }

    /// What it holds.
    public let kind: Kind
    /// The tensor's name, type and shape in the file.
    public let entry: SafetensorsLayout.Entry
    /// Bytes of one row; 0 for the tensor's type, which is no matter of rows.
    public let rowBytes: Int
    /// Where the section lies in the packed buffer of the whole matrix.
    public let bytes: Range<Int>

    /// The tensor that holds a matrix packed as a whole.
    static func wholeName(of name: String) -> String { name + ".packed" }

    /// The sections of a matrix [rows x columns], without empty ones.
    public static func sections(of name: String, _ scheme: Scheme, rows: Int, columns: Int) -> [PackedSection] {
        let layout = PackedLayout(scheme, rows: rows, columns: columns)
        let groups = scheme.storage.groups(columns: columns)
        let parts: [(Kind, ElementType, [Int], Int, Int)] = [
            (
                .codes, scheme.family == .float16 ? .float16 : .uint8,
                [rows, scheme.family == .float16 ? columns : layout.codeRowBytes], layout.codeRowBytes,
                layout.codeOffset
            ),
            (.scales, scheme.groupScaleType, [rows, groups], layout.scaleRowBytes, layout.scaleOffset),
            (
                .zeroPoints, scheme.scaleEncoding == .int8 ? .int8 : .uint8, [rows, groups], layout.zeroPointRowBytes,
                layout.zeroPointOffset
            ),
            (.selectors, .uint8, [rows, layout.selectorRowBytes], layout.selectorRowBytes, layout.selectorOffset),
            (
                .rowScales, scheme.scaleEncoding == .rowFloat32 ? .float32 : .float16, [rows, scheme.rowScaleCount],
                layout.rowScaleBytes, layout.rowScaleOffset
            ),
        ]
        var sections = parts.filter { $0.3 > 0 }.map { kind, type, shape, rowBytes, offset in
            PackedSection(
                kind: kind, entry: .init(name: "\(name).\(kind.rawValue)", type: type, shape: shape),
                rowBytes: rowBytes, bytes: offset..<offset + rows * rowBytes)
        }
        if layout.tensorBytes > 0 {
            sections.append(
                PackedSection(
                    kind: .tensorType,
                    entry: .init(
                        name: "\(name).\(Kind.tensorType.rawValue)", type: .uint8, shape: [layout.tensorBytes]),
                    rowBytes: 0, bytes: layout.tensorOffset..<layout.byteCount))
        }
        return sections
    }
}

extension Scheme {
    fileprivate var groupScaleType: ElementType {
        switch scaleEncoding {
        case .float16: .float16
        case .float32: .float32
        default: .uint8
        }
    }
}
