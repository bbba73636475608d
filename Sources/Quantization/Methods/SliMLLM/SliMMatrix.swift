/// A matrix of SliM-LLM: blocks of inputs with one width each, narrower where little is lost (Huang et al., 2024,
/// arXiv:2405.14917).
///
/// All rows share a block's width of b − 1, b or b + 1 bits, and there are as many narrower as wider blocks. Stored are, in
/// this order: the widths (2 bits per block); the codes, block by block and in each row by row; the scales per row and
/// block; the zeros, integers of the block's width; and in place of zeros the means of blocks of one bit. With binary16
/// metadata and blocks of 128: b + (16 + b) / 128 + 2 / (128 · rows) bits per weight, and 15 / 128 more in the blocks of one
/// bit.
///
/// A weight is scale · (code − zero), and mean ± scale in a block of one bit.
public struct SliMMatrix: StoredMatrix, Hashable {
    /// Output channels.
    public let rows: Int
    /// Input channels.
    public let columns: Int
    /// The mean width b.
    public let bits: Int
    /// Inputs of a block; a row's last one may have fewer.
    public let blockSize: Int
    /// How scales and means are stored: `.float16` or `.float32`.
    public let metadata: ScaleEncoding
    /// The width of each block.
    public internal(set) var widths: [Int]
    /// Codes [rows x columns]; of blocks of one bit 1 for + and 0 for −.
    public internal(set) var codes: [UInt8]
    /// Scales [rows x blocks].
    public internal(set) var scales: [Float]
    /// Integer zeros, or the means of blocks of one bit [rows x blocks].
    public internal(set) var zeros: [Float]

    /// Blocks of a row.
    public var blocksPerRow: Int { widths.count }

    /// The columns of a block.
    public func columns(ofBlock block: Int) -> Range<Int> {
        block * blockSize..<min((block + 1) * blockSize, columns)
    }

    /// What is stored for a matrix [rows x columns] with these widths.
    ///
    /// - Precondition: a width for every block.
    public static func storedParts(
        rows: Int, columns: Int, widths: [Int], blockSize: Int = 128, metadata: ScaleEncoding = .float16
    ) -> [StoredPart] {
        precondition(widths.count == (columns + blockSize - 1) / blockSize, "a width for every block")
        let width = metadata == .float32 ? 32 : 16
        let codes = widths.enumerated().reduce(0) {
            $0 + $1.element * min(blockSize, columns - $1.offset * blockSize)
        }
        return [
            StoredPart("widths", bits: 2 * widths.count), StoredPart("codes", bits: rows * codes),
            StoredPart("scales", bits: width * rows * widths.count),
            StoredPart("zeros", bits: rows * widths.reduce(0) { $0 + ($1 == 1 ? 0 : $1) }),
            StoredPart("means", bits: width * rows * widths.count { $0 == 1 }),
        ]
    }

    /// What is stored.
    public var storedParts: [StoredPart] {
        Self.storedParts(rows: rows, columns: columns, widths: widths, blockSize: blockSize, metadata: metadata)
    }

    /// A matrix of zeros with these widths.
    init(rows: Int, columns: Int, bits: Int, blockSize: Int, widths: [Int], metadata: ScaleEncoding) {
        precondition((2...7).contains(bits) && blockSize > 0, "2 to 7 bits in blocks of columns")
        precondition(metadata == .float16 || metadata == .float32, "scales in binary16 or binary32")
        self.rows = rows
        self.columns = columns
        self.bits = bits
        self.blockSize = blockSize
        self.metadata = metadata
        self.widths = widths
        codes = [UInt8](repeating: 0, count: rows * columns)
        scales = [Float](repeating: 0, count: rows * widths.count)
        zeros = scales
    }

    /// The weights [rows x columns].
    public func dequantized() -> [Float] {
        var weights = [Float](repeating: 0, count: rows * columns)
        for row in 0..<rows {
            for (block, width) in widths.enumerated() {
                let range = SliMRowRange(
                    scale: scales[row * blocksPerRow + block], zero: zeros[row * blocksPerRow + block])
                for column in columns(ofBlock: block) {
                    let index = row * columns + column
                    weights[index] = range.value(Float(codes[index]), width: width)
                }
            }
        }
        return weights
    }
}

extension SliMRowRange {
    init(scale: Float, zero: Float) {
        self.scale = scale
        self.zero = zero
    }
}
