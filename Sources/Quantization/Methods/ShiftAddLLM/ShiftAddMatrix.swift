/// A binary-coded matrix: per weight one sign in each plane, per tile of weights and plane a scale (ShiftAddLLM, You et al.,
/// 2024).
///
/// Stored are the planes one after the other, each a stream of signs row by row from the lowest bit on, 1 for −1; then
/// for each tile, row by row of tiles, and plane its scale: q + q S / (groupRows · groupSize) bits per weight with S bits
/// per scale.
public struct ShiftAddMatrix: StoredMatrix, Hashable {
    /// Output channels.
    public let rows: Int
    /// Input channels.
    public let columns: Int
    /// Planes of signs.
    public let planes: Int
    /// Outputs that share scales; the last ones may be fewer.
    public let groupRows: Int
    /// Inputs that share scales; a row's last group may be shorter.
    public let groupSize: Int
    /// How scales are stored.
    public let alphaForm: BinaryCodingSolver.AlphaForm
    /// For each weight the planes with −1, plane i in bit i [rows x columns].
    public let codes: [UInt8]
    /// The scales [row tiles x groups x planes].
    public let alphas: [Float]
    /// The terms of the scales [row tiles x groups x planes x terms]; empty for scales that are numbers.
    public let terms: [PowerOfTwoTerm]

    /// Groups of a row.
    public var groupsPerRow: Int { (columns + groupSize - 1) / groupSize }
    /// Tiles of a column.
    var rowTiles: Int { (rows + groupRows - 1) / groupRows }

    /// What is stored for a matrix [rows x columns].
    public static func storedParts(
        rows: Int, columns: Int, planes: Int, groupRows: Int = 16, groupSize: Int = 8,
        alphaForm: BinaryCodingSolver.AlphaForm
    ) -> [StoredPart] {
        let tiles = ((rows + groupRows - 1) / groupRows) * ((columns + groupSize - 1) / groupSize)
        let scales = tiles * planes
        return [
            StoredPart("planes", bits: planes * rows * columns), StoredPart("scales", bits: scales * alphaForm.bits),
        ]
    }

    /// What is stored.
    public var storedParts: [StoredPart] {
        Self.storedParts(
            rows: rows, columns: columns, planes: planes, groupRows: groupRows, groupSize: groupSize,
            alphaForm: alphaForm)
    }

    /// A matrix of its parts.
    init(
        rows: Int, columns: Int, planes: Int, groupRows: Int, groupSize: Int,
        alphaForm: BinaryCodingSolver.AlphaForm, codes: [UInt8], alphas: [Float], terms: [PowerOfTwoTerm]
    ) {
        self.rows = rows
        self.columns = columns
        self.planes = planes
        self.groupRows = groupRows
        self.groupSize = groupSize
        self.alphaForm = alphaForm
        self.codes = codes
        self.alphas = alphas
        self.terms = terms
    }

    /// A matrix from its bytes.
    ///
    /// - Throws: `PackingError` if the buffer's size does not fit or a scale's term has a sign and no exponent.
    /// - Precondition: 1 ≤ `planes` ≤ 4, `groupRows` and `groupSize` are positive.
    public init(
        packed bytes: [UInt8], rows: Int, columns: Int, planes: Int, groupRows: Int = 16, groupSize: Int = 8,
        alphaForm: BinaryCodingSolver.AlphaForm
    ) throws(PackingError) {
        precondition((1...4).contains(planes) && alphaForm.isValid, "1 to 4 planes, 1 to 3 terms")
        precondition(groupRows > 0 && groupSize > 0, "groups of weights")
        let parts = Self.storedParts(
            rows: rows, columns: columns, planes: planes, groupRows: groupRows, groupSize: groupSize,
            alphaForm: alphaForm)
        var reader = try PackedReader(bytes, parts: parts, rows: rows, columns: columns)
        var codes = [UInt8](repeating: 0, count: rows * columns)
        let signs = reader.codes(planes * codes.count, width: 1)
        for plane in 0..<planes {
            for index in codes.indices { codes[index] |= signs[plane * codes.count + index] << UInt8(plane) }
        }
        let scales = parts[1].bits / alphaForm.bits
        switch alphaForm {
        case .powersOfTwo(let count):
            let stored = Array(reader.bytes(scales * count))
            if let index = stored.firstIndex(of: 0x80) { throw .unknownCode(0x80, index: index) }
            terms = stored.map { PowerOfTwoTerm(byte: $0) }
            alphas = stride(from: 0, to: terms.count, by: count).map { [terms] start in
                BinaryCodingSolver.value(terms[start..<start + count])
            }
        case .float16:
            terms = []
            alphas = reader.halves(scales)
        case .float32:
            terms = []
            alphas = reader.singles(scales)
        }
        self.rows = rows
        self.columns = columns
        self.planes = planes
        self.groupRows = groupRows
        self.groupSize = groupSize
        self.alphaForm = alphaForm
        self.codes = codes
    }

    /// The stored bits.
    public func packed() -> [UInt8] {
        var writer = PackedWriter()
        var signs = [UInt8](repeating: 0, count: planes * codes.count)
        for plane in 0..<planes {
            for (index, code) in codes.enumerated() { signs[plane * codes.count + index] = code >> UInt8(plane) & 1 }
        }
        writer.append(signs, width: 1)
        switch alphaForm {
        case .powersOfTwo: writer.append(terms.map(\.byte))
        case .float16: writer.append(halves: alphas)
        case .float32: writer.append(singles: alphas)
        }
        return writer.bytes
    }

    /// The weights, sums of signed scales in binary32 [rows x columns].
    public func dequantized() -> [Float] {
        var weights = [Float](repeating: 0, count: codes.count)
        for tile in 0..<rowTiles * groupsPerRow {
            let sums = SignedSums(Array(alphas[tile * planes..<(tile + 1) * planes])).values
            let (firstRow, firstColumn) = (tile / groupsPerRow * groupRows, tile % groupsPerRow * groupSize)
            for row in firstRow..<min(firstRow + groupRows, rows) {
                for index in row * columns + firstColumn..<row * columns + min(firstColumn + groupSize, columns) {
                    weights[index] = sums[Int(codes[index])]
                }
            }
        }
        return weights
    }
}
