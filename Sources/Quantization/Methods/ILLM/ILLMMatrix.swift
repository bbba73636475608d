/// Weights of signed integers with a dyadic scale m / 2^k per output channel (I-LLM, Hu et al., arXiv 2405.17849).
///
/// Stored are the codes in two's complement and for each row m and k, a byte each: n + 16 / columns bits per weight.
public struct ILLMMatrix: StoredMatrix, Hashable {
    /// Output channels.
    public let rows: Int
    /// Input channels.
    public let columns: Int
    /// Bits of a code, 2…8.
    public let bits: Int
    /// The codes, −(2^(n−1) − 1)…2^(n−1) − 1 [rows x columns].
    public let codes: [Int8]
    /// The scales; shifts are −128…127 [rows].
    public let scales: [DyadicScale]

    /// What is stored for a matrix [rows x columns].
    public static func storedParts(rows: Int, columns: Int, bits: Int) -> [StoredPart] {
        [StoredPart("codes", bits: bits * rows * columns), StoredPart("scales", bits: 16 * rows)]
    }

    /// What is stored.
    public var storedParts: [StoredPart] { Self.storedParts(rows: rows, columns: columns, bits: bits) }

    /// A matrix of its parts.
    init(rows: Int, columns: Int, bits: Int, codes: [Int8], scales: [DyadicScale]) {
        self.rows = rows
        self.columns = columns
        self.bits = bits
        self.codes = codes
        self.scales = scales
    }

    /// A matrix from its bytes.
    ///
    /// - Throws: `PackingError` if the buffer's size does not fit or a code is the most negative one, which has no meaning.
    /// - Precondition: 2 ≤ `bits` ≤ 8.
    public init(packed bytes: [UInt8], rows: Int, columns: Int, bits: Int) throws(PackingError) {
        precondition((2...8).contains(bits), "codes of 2 to 8 bits")
        var reader = try PackedReader(
            bytes, parts: Self.storedParts(rows: rows, columns: columns, bits: bits), rows: rows, columns: columns)
        let stored = reader.codes(rows * columns, width: bits)
        let half = 1 << (bits - 1)
        if let index = stored.firstIndex(where: { Int($0) == half }) { throw .unknownCode(half, index: index) }
        let scales = Array(reader.bytes(2 * rows))
        self.init(
            rows: rows, columns: columns, bits: bits,
            codes: stored.map { Int8(Int($0) < half ? Int($0) : Int($0) - 2 * half) },
            scales: (0..<rows).map {
                DyadicScale(multiplier: scales[2 * $0], shift: Int(Int8(bitPattern: scales[2 * $0 + 1])))
            })
    }

    /// The stored bits.
    public func packed() -> [UInt8] {
        var writer = PackedWriter()
        let mask = UInt8((1 << bits) - 1)
        writer.append(codes.map { UInt8(bitPattern: $0) & mask }, width: bits)
        for scale in scales {
            writer.append(byte: scale.multiplier)
            writer.append(byte: UInt8(bitPattern: Int8(scale.shift)))
        }
        return writer.bytes
    }

    /// The weights, rounded once to binary32 [rows x columns].
    public func dequantized() -> [Float] {
        (0..<rows).flatMap { row in
            let scale = scales[row].value
            return codes[row * columns..<(row + 1) * columns].map { Float(Double($0) * scale) }
        }
    }
}

/// Quantises weights to signed integers with a dyadic scale per output channel, as I-LLM's integer products need them.
///
/// The scale max|w| / (2^(n−1) − 1) becomes the nearest m / 2^k with m in 128…255, and codes are the nearest to the stored
/// scale, ties to even. No code of the authors is public: this is plain rounding to nearest without the paper's FSBR
/// (learned smoothing), and not I-LLM's accuracy.
public struct ILLMQuantizer: Sendable, Hashable {
    /// Bits of a code: 4, 6 and 8 in the paper.
    public let bits: Int

    /// A quantiser.
    ///
    /// - Precondition: 2 ≤ `bits` ≤ 8.
    public init(bits: Int) {
        precondition((2...8).contains(bits), "codes of 2 to 8 bits")
        self.bits = bits
    }

    /// Quantises a matrix [rows x columns].
    ///
    /// - Throws: `QuantizationError`.
    /// - Precondition: `weights.count == rows * columns`.
    public func quantize(_ weights: [Float], rows: Int, columns: Int) throws(QuantizationError) -> ILLMMatrix {
        try requireWeights(weights, rows: rows, columns: columns)
        let top = Double((1 << (bits - 1)) - 1)
        var codes = [Int8](repeating: 0, count: weights.count)
        var scales: [DyadicScale] = []
        for row in 0..<rows {
            let range = row * columns..<(row + 1) * columns
            let maximum = Double(weights[range].reduce(Float(0)) { max($0, $1.magnitude) })
            // Rows of zeros, and of weights for which a shift of 8 bits is too small, have codes of zero.
            var scale = DyadicScale(multiplier: 128, shift: 127)
            if maximum > 0 {
                let nearest = DyadicScale(nearest: maximum / top)
                if nearest.shift <= 127 { scale = nearest }
            }
            scales.append(scale)
            for index in range {
                let code = (Double(weights[index]) / scale.value).rounded(.toNearestOrEven)
                codes[index] = Int8(min(max(code, -top), top))
            }
        }
        return ILLMMatrix(rows: rows, columns: columns, bits: bits, codes: codes, scales: scales)
    }
}
