import Quantization

/// Turns the codes of a tensor into term words.
struct TermWordTable {
    private let decoder: RowDecoder
    private let layout: KernelLayout
    private let codeBits: Int
    /// The significances of each format's terms [formats x terms].
    private let significances: [[Int]]
    /// Fields in lane 0's place [formats x codes x terms].
    private let fields: [UInt32]
    /// The same for OliVe's outliers [codes x terms]; empty for other schemes.
    private let outlierFields: [UInt32]

    init(_ decoder: RowDecoder, layout: KernelLayout) {
        self.decoder = decoder
        self.layout = layout
        let tables = decoder.formats.map(TermTable.init)
        codeBits = decoder.formats.first?.bits ?? 0
        significances = tables.map(\.significances)
        fields = tables.flatMap { $0.terms.map(TermWord.field) }
        if case .olive = decoder.tensor.scheme.family,
            let type = OliveType(rawValue: Int(decoder.tensor.tensorType))
        {
            outlierFields = TermTable(type.outlier).terms.map(TermWord.field)
        } else {
            outlierFields = []
        }
    }

    /// The words of all rows [blocks x quads x terms].
    func words() -> [RowBits] {
        let tensor = decoder.tensor
        let blocks = (tensor.rows + PreparedWeights.blockRows - 1) / PreparedWeights.blockRows
        let stepsPerRow = layout.quads * layout.termCount
        var words = [RowBits](repeating: RowBits(repeating: 0), count: blocks * stepsPerRow)
        words.withUnsafeMutableBytes { bytes in
            let elements = bytes.bindMemory(to: UInt32.self)
            for row in 0..<tensor.rows {
                let block = row / PreparedWeights.blockRows
                let start = block * stepsPerRow * PreparedWeights.blockRows + row % PreparedWeights.blockRows
                for group in 0..<layout.groups {
                    write(row: row, group: group, start: start, to: elements)
                }
            }
        }
        return words
    }

    /// Whether every data type has the terms of `LeadingOnes`.
    var hasLeadingOnes: Bool { significances.allSatisfy { $0 == LeadingOnes.significances } }

    /// The significance of each term: [terms] if all formats agree, else [blocks x groups x terms].
    func termSignificances() -> [RowBits] {
        let first = significances.first ?? []
        let common = first.map { RowBits(repeating: UInt32($0)) }
        if significances.allSatisfy({ $0 == first }) { return common }
        let tensor = decoder.tensor
        let blocks = (tensor.rows + PreparedWeights.blockRows - 1) / PreparedWeights.blockRows
        var result = (0..<blocks * layout.groups).flatMap { _ in common }
        for row in 0..<tensor.rows {
            for group in 0..<layout.groups {
                let start = (row / PreparedWeights.blockRows * layout.groups + group) * layout.termCount
                let values = significances[tensor.formatIndex(row: row, group: group)]
                for (term, value) in values.enumerated() {
                    result[start + term][row % PreparedWeights.blockRows] = UInt32(value)
                }
            }
        }
        return result
    }

    /// Writes the fields of one row's group, each sixteen words apart.
    @inline(__always)
    private func write(row: Int, group: Int, start: Int, to words: UnsafeMutableBufferPointer<UInt32>) {
        let tensor = decoder.tensor
        let terms = layout.termCount
        let format = tensor.formatIndex(row: row, group: group)
        let formatFields = (format << codeBits) * terms
        let columns = layout.columns(ofGroup: group)
        for column in columns {
            let offset = column - columns.lowerBound
            let code = Int(tensor.codes[row * tensor.columns + column])
            let lane = TermWord.shiftOfLane[offset & 3]
            let quad = group * layout.quadsPerGroup + offset >> 2
            let isOutlier = !outlierFields.isEmpty && decoder.isOutlier(row: row, column: column)
            for term in 0..<terms {
                let field = isOutlier ? outlierFields[code * terms + term] : fields[formatFields + code * terms + term]
                words[start + (quad * terms + term) * PreparedWeights.blockRows] |= field >> lane
            }
        }
    }
}
