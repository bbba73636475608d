import Checkpoints

/// Dequantised rows as the bytes of a file: F32 or F16, little endian.
struct DequantizedRows {
    private let type: ElementType
    private var floats: [UInt32] = []
    private var halves: [UInt16] = []

    /// Room for that many weights.
    init(type: ElementType, capacity: Int) {
        self.type = type
        if type == .float32 { floats.reserveCapacity(capacity) } else { halves.reserveCapacity(capacity) }
    }

    /// Appends a row of finite weights.
    ///
    /// - Returns: the first column whose weight has no finite F16 value, if any; then the rows are of no use.
    mutating func append(_ row: UnsafeBufferPointer<Float>) -> Int? {
        if type == .float32 {
            for weight in row { floats.append(weight.bitPattern.littleEndian) }
            return nil
        }
        for column in row.indices {
            let half = Float16(row[column])
            guard half.isFinite else { return column }
            halves.append(half.bitPattern.littleEndian)
        }
        return nil
    }

    /// The bytes of all rows.
    func withBytes(_ body: (UnsafeRawBufferPointer) throws -> Void) rethrows {
        if type == .float32 { try floats.withUnsafeBytes(body) } else { try halves.withUnsafeBytes(body) }
    }
}
