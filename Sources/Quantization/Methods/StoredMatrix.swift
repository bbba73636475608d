/// A weight matrix in the form in which a method stores it, with all metadata.
///
/// The methods of other papers do not share the structure of ``QuantizedTensor`` (codes of one grid per group): they add
/// outliers, planes of signs, or scales along both dimensions. Each has a type of its own with this in common.
public protocol StoredMatrix: Sendable {
    /// Output channels.
    var rows: Int { get }
    /// Input channels.
    var columns: Int { get }
    /// What is stored, in the order of ``packed()``: every bit that is needed to have the weights back.
    var storedParts: [StoredPart] { get }

    /// The weights that are stored [rows x columns].
    func dequantized() -> [Float]

    /// The stored bits: the parts one after the other, each from a byte on.
    func packed() -> [UInt8]
}

/// A part of what is stored of a matrix.
public struct StoredPart: Sendable, Hashable, Codable {
    /// What it is, such as `codes` or `outlier columns`.
    public var name: String
    /// Its bits.
    public var bits: Int

    /// A part.
    public init(_ name: String, bits: Int) {
        self.name = name
        self.bits = bits
    }
}

extension StoredMatrix {
    /// All bits that are stored.
    public var storedBits: Int { storedParts.reduce(0) { $0 + $1.bits } }

    /// Stored bits for each weight.
    public var bitsPerWeight: Double { Double(storedBits) / Double(rows * columns) }

    /// Bytes of ``packed()``.
    public var packedByteCount: Int { storedParts.reduce(0) { $0 + ($1.bits + 7) / 8 } }
}
