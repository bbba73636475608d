/// Binary coding of ShiftAddLLM in its fast form ("Lat."; You et al., NeurIPS 2024, `fasterquant` in
/// `quant_methods/shiftaddllm.py`): tiles of 16 outputs by 8 inputs have a scale per plane.
///
/// A tile's weights, row by row, give the scales (``BinaryCodingSolver``). Without second moments of the inputs they give
/// the signs too: the published weights-only form (`bcq` path). With them groups of columns follow each other by falling sums
/// of the Hessian's diagonal, columns of a group in their order; signs are chosen column by column, nearest to weights that
/// make up for the errors of all columns before. No column leaves its group, so that nothing of the order is stored.
public struct ShiftAddQuantizer: Sendable, Hashable {
    /// Planes, rounds and form of the scales.
    public let solver: BinaryCodingSolver
    /// Outputs that share scales; the last ones may be fewer.
    public let groupRows: Int
    /// Inputs that share scales; a row's last group may be shorter.
    public let groupSize: Int

    /// A quantiser.
    ///
    /// - Precondition: `groupRows` and `groupSize` are positive; see ``BinaryCodingSolver/init(planes:rounds:alphaForm:)``.
    public init(
        planes: Int, rounds: Int = 50, alphaForm: BinaryCodingSolver.AlphaForm = .powersOfTwo(terms: 3),
        groupRows: Int = 16, groupSize: Int = 8
    ) {
        precondition(groupRows > 0 && groupSize > 0, "groups of weights")
        solver = BinaryCodingSolver(planes: planes, rounds: rounds, alphaForm: alphaForm)
        self.groupRows = groupRows
        self.groupSize = groupSize
    }

    /// What the quantiser needs of the inputs, for all matrices that have them; damped as GPTQ's, by 1 % of the mean.
    ///
    /// - Throws: `CalibrationError`.
    public func factor(_ moment: SecondMoment) throws(CalibrationError) -> HessianFactor {
        try HessianFactor(moment, damping: .relative(0.01), order: .descendingGroups(of: groupSize))
    }

    /// Quantises a matrix [rows x columns].
    ///
    /// - Parameter factor: of `factor(_:)`; nil for no feedback.
    /// - Throws: `QuantizationError`; `scaleOverflow` names the first row of the tile whose scale is beyond its form.
    /// - Precondition: weights and factor fit the shape; the factor keeps groups together.
    public func quantize(
        _ weights: [Float], rows: Int, columns: Int, factor: HessianFactor? = nil
    ) throws(QuantizationError) -> ShiftAddMatrix {
        try requireWeights(weights, rows: rows, columns: columns)
        let frame = ErrorFeedback(
            weights, rows: rows, columns: columns,
            factor: factor ?? HessianFactor(identity: columns, damping: .absolute(0)), blockSize: groupSize)
        let groups = (columns + groupSize - 1) / groupSize
        let rowTiles = (rows + groupRows - 1) / groupRows
        let termsPerTile = solver.planes * solver.alphaForm.terms
        var codes = [UInt8](repeating: 0, count: rows * columns)
        var alphas = [Float](repeating: 0, count: rowTiles * groups * solver.planes)
        var terms = [PowerOfTwoTerm](repeating: PowerOfTwoTerm(), count: rowTiles * groups * termsPerTile)
        var tileWeights: [Float] = []
        var sums: [SignedSums] = []
        var quantized = [Float](repeating: 0, count: rows)
        for block in frame.blocks {
            let firstColumn = factor?.permutation?[block.lowerBound] ?? block.lowerBound
            sums.removeAll(keepingCapacity: true)
            for rowTile in 0..<rowTiles {
                tileWeights.removeAll(keepingCapacity: true)
                for row in rowTile * groupRows..<min((rowTile + 1) * groupRows, rows) {
                    for position in block { tileWeights.append(frame.column(position)[row]) }
                }
                guard let group = solver.solve(tileWeights) else {
                    throw .scaleOverflow(row: rowTile * groupRows, encoding: encoding)
                }
                let tile = rowTile * groups + firstColumn / groupSize
                for (plane, alpha) in group.alphas.enumerated() { alphas[tile * solver.planes + plane] = alpha }
                for (place, term) in group.terms.enumerated() { terms[tile * termsPerTile + place] = term }
                sums.append(SignedSums(group.alphas))
            }
            for position in block {
                let (source, column) = (frame.column(position), firstColumn + position - block.lowerBound)
                for (rowTile, sums) in sums.enumerated() {
                    for row in rowTile * groupRows..<min((rowTile + 1) * groupRows, rows) {
                        let code = sums.code(nearest: source[row])
                        codes[row * columns + column] = code
                        quantized[row] = sums.values[Int(code)]
                    }
                }
                quantized.withUnsafeBufferPointer {
                    guard let first = $0.baseAddress else { return }
                    frame.settle(position, first, in: block, feedsBlock: true)
                }
            }
            frame.feed(beyond: block)
        }
        return ShiftAddMatrix(
            rows: rows, columns: columns, planes: solver.planes, groupRows: groupRows, groupSize: groupSize,
            alphaForm: solver.alphaForm, codes: codes, alphas: alphas, terms: terms)
    }

    private var encoding: ScaleEncoding {
        switch solver.alphaForm {
        case .powersOfTwo: .exponent8
        case .float16: .float16
        case .float32: .float32
        }
    }
}
