/// ShiftAddLLM's weights-only form: every group of inputs of a row is binary coded by itself (You et al., NeurIPS 2024;
/// the published `bcq` path). The paper's results come from calibrated forms that code groups column by column with
/// error feedback; ``BinaryCodingSolver`` solves their groups too.
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

    /// Quantises a matrix [rows x columns].
    ///
    /// - Throws: `QuantizationError`; `scaleOverflow` names the row whose scale is beyond its form.
    /// - Precondition: `weights.count == rows * columns`.
    public func quantize(_ weights: [Float], rows: Int, columns: Int) throws(QuantizationError) -> ShiftAddMatrix {
        try requireWeights(weights, rows: rows, columns: columns)
        var codes: [UInt8] = []
        var alphas: [Float] = []
        var terms: [PowerOfTwoTerm] = []
        codes.reserveCapacity(rows * columns)
        for row in 0..<rows {
            for start in stride(from: 0, to: columns, by: groupSize) {
                let range = row * columns + start..<row * columns + min(start + groupSize, columns)
                let solved = weights.withUnsafeBufferPointer { solver.solve(UnsafeBufferPointer(rebasing: $0[range])) }
                guard let group = solved else { throw .scaleOverflow(row: row, encoding: encoding) }
                codes += group.codes
                alphas += group.alphas
                terms += group.terms
            }
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
