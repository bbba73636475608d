/// Writes the parts of a ``StoredMatrix`` one after the other: numbers little endian, bit fields lowest bits first.
struct PackedWriter {
    /// What has been written.
    private(set) var bytes: [UInt8] = []

    /// Appends bytes as they are.
    mutating func append(_ values: some Sequence<UInt8>) { bytes.append(contentsOf: values) }

    /// Appends one byte.
    mutating func append(byte: UInt8) { bytes.append(byte) }

    /// Appends numbers in binary16; they must be binary16 values.
    mutating func append(halves: [Float]) {
        for value in halves {
            let bits = Float16(value).bitPattern
            bytes.append(UInt8(truncatingIfNeeded: bits))
            bytes.append(UInt8(truncatingIfNeeded: bits >> 8))
        }
    }

    /// Appends numbers in binary32.
    mutating func append(singles: [Float]) {
        for value in singles {
            for shift in [0, 8, 16, 24] as [UInt32] {
                bytes.append(UInt8(truncatingIfNeeded: value.bitPattern >> shift))
            }
        }
    }

    /// Appends scales in the encoding of a method's metadata.
    mutating func append(_ scales: [Float], in encoding: ScaleEncoding) {
        if encoding == .float32 { append(singles: scales) } else { append(halves: scales) }
    }

    /// Appends codes of `width` bits, the last byte filled with zeros.
    mutating func append(_ codes: [UInt8], width: Int) { BitStream.append(codes[...], width: width, to: &bytes) }
}

/// Reads what ``PackedWriter`` wrote; the size of the buffer has been checked before.
struct PackedReader {
    private let bytes: [UInt8]
    private var position = 0

    /// A reader at the start of a buffer that must have as many bytes as the parts take.
    ///
    /// - Throws: `PackingError.emptyMatrix`, `PackingError.wrongSize`.
    init(_ bytes: [UInt8], parts: [StoredPart], rows: Int, columns: Int) throws(PackingError) {
        guard rows > 0, columns > 0 else { throw .emptyMatrix(rows: rows, columns: columns) }
        let expected = parts.reduce(0) { $0 + ($1.bits + 7) / 8 }
        guard bytes.count == expected else { throw .wrongSize(found: bytes.count, expected: expected) }
        self.bytes = bytes
    }

    /// The next bytes.
    mutating func bytes(_ count: Int) -> ArraySlice<UInt8> {
        defer { position += count }
        return bytes[position..<position + count]
    }

    /// The next numbers in binary16.
    mutating func halves(_ count: Int) -> [Float] {
        let slice = bytes(2 * count)
        return (0..<count).map { index in
            let at = slice.startIndex + 2 * index
            return Float(Float16(bitPattern: UInt16(slice[at]) | UInt16(slice[at + 1]) << 8))
        }
    }

    /// The next numbers in binary32.
    mutating func singles(_ count: Int) -> [Float] {
        let slice = bytes(4 * count)
        return (0..<count).map { index in
            let at = slice.startIndex + 4 * index
            return Float(bitPattern: (0..<4).reduce(0) { $0 | UInt32(slice[at + $1]) << UInt32(8 * $1) })
        }
    }

    /// The next scales in the encoding of a method's metadata.
    mutating func scales(_ count: Int, in encoding: ScaleEncoding) -> [Float] {
        encoding == .float32 ? singles(count) : halves(count)
    }

    /// The next codes of `width` bits.
    mutating func codes(_ count: Int, width: Int) -> [UInt8] {
        var codes = [UInt8](repeating: 0, count: count)
        BitStream.read(bytes((count * width + 7) / 8), width: width, count: count, into: &codes, at: 0)
        return codes
    }
}

/// What every quantiser asks of its input before it starts.
///
/// - Throws: `QuantizationError.emptyMatrix`, `QuantizationError.nonFiniteWeight`.
/// - Precondition: `weights.count == rows * columns`.
func requireWeights(_ weights: [Float], rows: Int, columns: Int) throws(QuantizationError) {
    precondition(weights.count == rows * columns, "a weight for every element of the matrix")
    guard rows > 0, columns > 0 else { throw .emptyMatrix(rows: rows, columns: columns) }
    if let index = weights.firstIndex(where: { !$0.isFinite }) { throw .nonFiniteWeight(index: index) }
}

/// Weights rounded to binary16, in which the published code of a method computes.
///
/// - Throws: `QuantizationError.beyondBinary16`, `QuantizationError.nonFiniteWeight`.
func halfWeights(_ weights: [Float]) throws(QuantizationError) -> [Float] {
    if let index = weights.firstIndex(where: { !($0.magnitude < 65_520) }) { throw .of(weights[index], index: index) }
    return weights.map(roundedToSmallHalf)
}
