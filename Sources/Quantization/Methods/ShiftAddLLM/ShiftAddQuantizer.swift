/// Binary coding of ShiftAddLLM (You et al., NeurIPS 2024): every group of inputs of a row has a scale per plane.
///
/// Without second moments of the inputs it is the published weights-only form (`bcq` path), each group by itself. With them
/// the groups that follow make up for a group's errors. The paper's calibrated forms feed errors back too, but group 128
/// outputs of one input, or 16 outputs by 8 inputs; ``BinaryCodingSolver`` solves their groups as well.
public struct ShiftAddQuantizer: Sendable, Hashable {
    /// Planes, rounds and form of the scales.
    public let solver: BinaryCodingSolver
    /// Weights along the inputs that share scales; a row's last group may be shorter.
    public let groupSize: Int

    /// A quantiser.
    ///
    /// - Precondition: `groupSize` is positive; see ``BinaryCodingSolver/init(planes:rounds:alphaForm:)``.
    public init(
        planes: Int, rounds: Int = 50, alphaForm: BinaryCodingSolver.AlphaForm = .powersOfTwo(terms: 3),
        groupSize: Int = 128
    ) {
        precondition(groupSize > 0, "groups of weights")
        solver = BinaryCodingSolver(planes: planes, rounds: rounds, alphaForm: alphaForm)
        self.groupSize = groupSize
    }

    /// What the quantiser needs of the inputs, for all matrices that have them; damped as GPTQ's, by 1 % of the mean.
    ///
    /// - Throws: `CalibrationError`.
    public func factor(_ moment: SecondMoment) throws(CalibrationError) -> HessianFactor {
        try HessianFactor(moment, damping: .relative(0.01))
    }

    /// Quantises a matrix [rows x columns].
    ///
    /// - Parameter factor: of `factor(_:)`; nil for no feedback.
    /// - Throws: `QuantizationError`; `scaleOverflow` names the row whose scale is beyond its form.
    /// - Precondition: weights and factor fit the shape; the factor has the given order of columns.
    public func quantize(
        _ weights: [Float], rows: Int, columns: Int, factor: HessianFactor? = nil
    ) throws(QuantizationError) -> ShiftAddMatrix {
        try requireWeights(weights, rows: rows, columns: columns)
        precondition(factor?.permutation == nil, "columns in the given order")
        let frame = ErrorFeedback(
            weights, rows: rows, columns: columns,
            factor: factor ?? HessianFactor(identity: columns, damping: .absolute(0)), blockSize: groupSize)
        let groups = (columns + groupSize - 1) / groupSize
        let termsPerGroup = solver.planes * solver.alphaForm.terms
        var codes = [UInt8](repeating: 0, count: rows * columns)
        var alphas = [Float](repeating: 0, count: rows * groups * solver.planes)
        var terms = [PowerOfTwoTerm](repeating: PowerOfTwoTerm(), count: rows * groups * termsPerGroup)
        var own = [Float](repeating: 0, count: groupSize)
        for (number, block) in frame.blocks.enumerated() {
            var quantized = [Float](repeating: 0, count: rows * block.count)
            for row in 0..<rows {
                for position in block { own[position - block.lowerBound] = frame.column(position)[row] }
                let solved = own.withUnsafeBufferPointer {
                    solver.solve(UnsafeBufferPointer(rebasing: $0[..<block.count]))
                }
                guard let group = solved else { throw .scaleOverflow(row: row, encoding: encoding) }
                let index = row * groups + number
                for (plane, alpha) in group.alphas.enumerated() { alphas[index * solver.planes + plane] = alpha }
                for (place, term) in group.terms.enumerated() { terms[index * termsPerGroup + place] = term }
                let sums = BinaryCodingSolver.sums(of: group.alphas)
                for (place, code) in group.codes.enumerated() {
                    codes[row * columns + block.lowerBound + place] = code
                    quantized[place * rows + row] = sums[Int(code)]
                }
            }
            guard factor != nil else { continue }
            for position in block {
                quantized.withUnsafeBufferPointer {
                    guard let first = $0.baseAddress else { return }
                    frame.settle(
                        position, first + (position - block.lowerBound) * rows, in: block, feedsBlock: false)
                }
            }
            frame.feed(beyond: block)
        }
        return ShiftAddMatrix(
            rows: rows, columns: columns, planes: solver.planes, groupSize: groupSize, alphaForm: solver.alphaForm,
            codes: codes, alphas: alphas, terms: terms)
    }

    private var encoding: ScaleEncoding {
        switch solver.alphaForm {
        case .powersOfTwo: .exponent8
        case .float16: .float16
        case .float32: .float32
        }
    }
}
