/// A matrix of −1, 0, 1 with one binary32 scale (BitNet b1.58, Ma et al., arXiv 2402.17764).
public struct BitNetMatrix: StoredMatrix, Hashable {
    /// How three values are put into bits.
    public enum Storage: String, Sendable, Hashable, Codable, CaseIterable {
        /// Two bits per weight as I2_S of bitnet.cpp lays them out for x86: 128 weights in 32 bytes, weight j in byte
        /// j mod 32 at bit 6 − 2 ⌊j / 32⌋, codes 0, 1, 2 for −1, 0, 1.
        ///
        /// The weights are counted through the matrix, row by row. A last block of r < 128 weights has ⌈r / 4⌉ bytes in
        /// place of 32, with the same rule (bitnet.cpp has no such block: its rows are multiples of 128).
        case twoBit
        /// Five weights per byte as digits of base 3, the first the lowest, counted through the matrix: 1.6 bits.
        case baseThree
    }

    /// Output channels.
    public let rows: Int
    /// Input channels.
    public let columns: Int
    /// −1, 0 or 1 for each weight [rows x columns].
    public let values: [Int8]
    /// The scale of all weights.
    public let scale: Float
    /// How the values are stored.
    public let storage: Storage

    /// What is stored for a matrix [rows x columns].
    public static func storedParts(rows: Int, columns: Int, storage: Storage) -> [StoredPart] {
        let weights = rows * columns
        let bits = storage == .twoBit ? 2 * weights : 8 * ((weights + 4) / 5)
        return [StoredPart("codes", bits: bits), StoredPart("scale", bits: 32)]
    }

    /// What is stored.
    public var storedParts: [StoredPart] { Self.storedParts(rows: rows, columns: columns, storage: storage) }

    /// A matrix of its parts.
    ///
    /// - Precondition: `values` has rows · columns elements of −1, 0, 1.
    public init(rows: Int, columns: Int, values: [Int8], scale: Float, storage: Storage) {
        precondition(values.count == rows * columns, "a value for every element of the matrix")
        precondition(values.allSatisfy { (-1...1).contains($0) }, "ternary values")
        self.rows = rows
        self.columns = columns
        self.values = values
        self.scale = scale
        self.storage = storage
    }

    /// A matrix from its bytes.
    ///
    /// - Throws: `PackingError` if the buffer's size does not fit or a code in it has no meaning.
    public init(packed bytes: [UInt8], rows: Int, columns: Int, storage: Storage) throws(PackingError) {
        let parts = Self.storedParts(rows: rows, columns: columns, storage: storage)
        var reader = try PackedReader(bytes, parts: parts, rows: rows, columns: columns)
        let codes = Array(reader.bytes((parts[0].bits + 7) / 8))
        switch storage {
        case .twoBit: values = try Self.twoBitValues(codes, count: rows * columns)
        case .baseThree: values = try Self.baseThreeValues(codes, count: rows * columns)
        }
        scale = reader.singles(1)[0]
        self.rows = rows
        self.columns = columns
        self.storage = storage
    }

    /// The stored bits.
    public func packed() -> [UInt8] {
        var writer = PackedWriter()
        writer.append(storage == .twoBit ? twoBitBytes() : baseThreeBytes())
        writer.append(singles: [scale])
        return writer.bytes
    }

    /// The weights [rows x columns].
    public func dequantized() -> [Float] { values.map { Float($0) * scale } }
}

extension BitNetMatrix {
    private static let blockWeights = 128

    /// Calls `body` with each weight's index, byte and shift in the I2_S layout.
    private static func forEachTwoBit(_ count: Int, _ body: (_ index: Int, _ byte: Int, _ shift: UInt8) -> Void) {
        for start in stride(from: 0, to: count, by: blockWeights) {
            let weights = min(blockWeights, count - start)
            let bytes = (weights + 3) / 4
            for offset in 0..<weights {
                body(start + offset, start / 4 + offset % bytes, UInt8(6 - 2 * (offset / bytes)))
            }
        }
    }

    private func twoBitBytes() -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: (values.count + 3) / 4)
        Self.forEachTwoBit(values.count) { index, byte, shift in bytes[byte] |= UInt8(values[index] + 1) << shift }
        return bytes
    }

    private static func twoBitValues(_ bytes: [UInt8], count: Int) throws(PackingError) -> [Int8] {
        var values = [Int8](repeating: 0, count: count)
        forEachTwoBit(count) { index, byte, shift in values[index] = Int8(bytes[byte] >> shift & 3) - 1 }
        if let index = values.firstIndex(of: 2) { throw .unknownCode(3, index: index) }
        return values
    }

    private func baseThreeBytes() -> [UInt8] {
        stride(from: 0, to: values.count, by: 5).map { start in
            values[start..<min(start + 5, values.count)].reversed().reduce(0) { 3 * $0 + UInt8($1 + 1) }
        }
    }

    private static func baseThreeValues(_ bytes: [UInt8], count: Int) throws(PackingError) -> [Int8] {
        var values: [Int8] = []
        values.reserveCapacity(count)
        for (index, byte) in bytes.enumerated() {
            var rest = byte
            for _ in 0..<min(5, count - 5 * index) {
                values.append(Int8(rest % 3) - 1)
                rest /= 3
            }
            guard rest == 0 else { throw .unknownCode(Int(byte), index: index) }
        }
        return values
    }
}
