extension SliMMatrix {
    /// A matrix from its bytes.
    ///
    /// - Throws: `PackingError`: the buffer's size does not fit, or a block has no width (`unknownCode` with its index).
    /// - Precondition: 2 ≤ `bits` ≤ 7, and `blockSize` is positive.
    public init(
        packed bytes: [UInt8], rows: Int, columns: Int, bits: Int, blockSize: Int = 128,
        metadata: ScaleEncoding = .float16
    ) throws(PackingError) {
        precondition(blockSize > 0, "blocks of columns")
        guard rows > 0, columns > 0 else { throw .emptyMatrix(rows: rows, columns: columns) }
        // How long the other parts are is known from the widths.
        let blocks = (columns + blockSize - 1) / blockSize
        var steps = [UInt8](repeating: 1, count: blocks)
        if bytes.count >= (2 * blocks + 7) / 8 {
            BitStream.read(bytes[...], width: 2, count: blocks, into: &steps, at: 0)
        }
        if let index = steps.firstIndex(of: 3) { throw .unknownCode(3, index: index) }
        let widths = steps.map { bits - 1 + Int($0) }
        var reader = try PackedReader(
            bytes,
            parts: Self.storedParts(
                rows: rows, columns: columns, widths: widths, blockSize: blockSize, metadata: metadata),
            rows: rows, columns: columns)
        self.init(
            rows: rows, columns: columns, bits: bits, blockSize: blockSize, widths: widths, metadata: metadata)
        _ = reader.codes(blocks, width: 2)
        let codeBits = reader.codes(storedParts[1].bits, width: 1)
        scales = reader.scales(rows * blocks, in: metadata)
        let zeroBits = reader.codes(storedParts[3].bits, width: 1)
        let means = reader.scales(rows * widths.count { $0 == 1 }, in: metadata)
        var (code, zero, mean) = (0, 0, 0)
        for (block, width) in widths.enumerated() {
            for row in 0..<rows {
                for column in self.columns(ofBlock: block) {
                    codes[row * columns + column] = Self.number(codeBits, at: &code, width: width)
                }
                if width == 1 {
                    zeros[row * blocks + block] = means[mean]
                    mean += 1
                } else {
                    zeros[row * blocks + block] = Float(Self.number(zeroBits, at: &zero, width: width))
                }
            }
        }
    }

    /// The stored bits.
    public func packed() -> [UInt8] {
        var writer = PackedWriter()
        writer.append(widths.map { UInt8($0 - bits + 1) }, width: 2)
        var codeBits: [UInt8] = []
        codeBits.reserveCapacity(storedParts[1].bits)
        var zeroBits: [UInt8] = []
        var means: [Float] = []
        for (block, width) in widths.enumerated() {
            for row in 0..<rows {
                for column in columns(ofBlock: block) {
                    Self.append(codes[row * columns + column], width: width, to: &codeBits)
                }
                let zero = zeros[row * blocksPerRow + block]
                if width == 1 {
                    means.append(zero)
                } else {
                    Self.append(UInt8(zero), width: width, to: &zeroBits)
                }
            }
        }
        writer.append(codeBits, width: 1)
        writer.append(scales, in: metadata)
        writer.append(zeroBits, width: 1)
        writer.append(means, in: metadata)
        return writer.bytes
    }

    /// Appends a number's bits, the lowest first, one per element.
    private static func append(_ number: UInt8, width: Int, to bits: inout [UInt8]) {
        for bit in 0..<width { bits.append(number >> UInt8(bit) & 1) }
    }

    /// The number at a place, which moves behind it.
    private static func number(_ bits: [UInt8], at place: inout Int, width: Int) -> UInt8 {
        defer { place += width }
        return (0..<width).reduce(0) { $0 | bits[place + $1] << UInt8($1) }
    }
}
