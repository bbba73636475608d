/// Dot products of a quantised matrix's rows and activations as the PE computes them: the plain model, step by step.
///
/// Within a group, weights are taken four at a time in the order of the columns, the last four padded with zero
/// activations; the terms of each four follow in the order of their table. Behind the PE everything is binary32, in this
/// order per group:
///
/// 1. P = the partial sum, exact, in units of the grid.
/// 2. Asymmetric integers: P + correction · S, where S adds the group's activations in order (group-sum unit).
/// 3. 8-bit scales: P · code in the dequantisation unit, exact for a 15-bit mantissa without zero points. FP16 and FP32
///    group scales: P · scale. Shared exponents: P · 2^e.
/// 4. The product is added to the row's sum, one for each row scale, in the `output` precision.
///
/// At the end of the row every sum is multiplied by its row scale or unit, and the products are added in order.
///
/// A row with an infinity or NaN among its activations gives NaN where the arithmetic says so (`nonFiniteIsNaN`).
public struct PlainDotProduct: Sendable {
    /// The PE's arithmetic.
    public let arithmetic: PEArithmetic
    /// The precision of the row's sum.
    public let output: OutputPrecision
    /// Cycles of a row: steps of four weights times terms.
    public let cyclesPerRow: Int

    private let decoder: RowDecoder
    private let tables: [TermTable]
    private let outlierTable: TermTable?

    /// A model for one matrix, or `nil` if its scheme does not run on the bit-serial PE.
    public init?(
        _ tensor: QuantizedTensor, arithmetic: PEArithmetic = .reference, output: OutputPrecision = .float32
    ) {
        decoder = RowDecoder(tensor)
        tables = decoder.formats.map(TermTable.init)
        guard let terms = tables.first?.termsPerCode else { return nil }
        if case .olive = tensor.scheme.family {
            outlierTable = OliveType(rawValue: Int(tensor.tensorType)).map { TermTable($0.outlier) }
        } else {
            outlierTable = nil
        }
        self.arithmetic = arithmetic
        self.output = output
        let decoder = decoder
        cyclesPerRow = (0..<tensor.groupsPerRow).reduce(0) { cycles, group in
            cycles + (decoder.columns(ofGroup: group).count + 3) / 4 * terms
        }
    }

    /// The dot product of a row with binary16 activations [columns].
    public func callAsFunction(row: Int, _ activations: [Float16]) -> Float {
        precondition(activations.count == decoder.tensor.columns, "an activation for every column")
        return product(row: row, values: { Float(activations[$0]) }) { columns in
            PEActivations(Self.lanes(columns) { activations[$0] })
        }
    }

    /// The dot product of a row with integer activations [columns] of at most 11 bits.
    public func callAsFunction(row: Int, integers activations: [Int]) -> Float {
        precondition(activations.count == decoder.tensor.columns, "an activation for every column")
        return product(row: row, values: { Float(activations[$0]) }) { columns in
            PEActivations(integers: Self.lanes(columns) { activations[$0] })
        }
    }

    /// The partial sum of one group with binary16 activations [columns], as the accumulator holds it.
    public func partialSum(row: Int, group: Int, _ activations: [Float16]) -> PEAccumulator {
        partialSum(row: row, group: group) { columns in PEActivations(Self.lanes(columns) { activations[$0] }) }
    }

    private func product(
        row: Int, values: (Int) -> Float, lanes: (Range<Int>) -> PEActivations
    ) -> Float {
        let tensor = decoder.tensor
        let scaleCount = max(tensor.rowScales.count / tensor.rows, 1)
        var sums = [Float](repeating: 0, count: scaleCount)
        var factors = [Float](repeating: 1, count: scaleCount)
        for group in 0..<tensor.groupsPerRow {
            let accumulator = partialSum(row: row, group: group, lanes: lanes)
            let format = tables[tensor.formatIndex(row: row, group: group)].format
            var partial = Float(arithmetic.value(of: accumulator) / Double(format.termScale))
            let correction = decoder.zeroCorrection(row: row, group: group)
            if !tensor.zeroPoints.isEmpty {
                var activationSum: Float = 0
                for column in decoder.columns(ofGroup: group) { activationSum += values(column) }
                partial += Float(correction) * activationSum
            }
            let index = tensor.scheme.scaleEncoding == .int8 ? decoder.rowScaleIndex(row: row, group: group) : 0
            let product: Float
            switch decoder.scale(row: row, group: group) {
            case .float16(let scale): product = partial * scale
            case .float32(let scale):
                let isRowScale = tensor.scheme.scaleEncoding == .rowFloat16
                product = isRowScale ? partial : partial * scale
                if isRowScale { factors[index] = scale }
            case .secondLevel(let rowScale, let code):
                product = partial * Float(code)
                factors[index] = rowScale
            case .exponent(let exponent, let unit, _):
                product = partial * Float(sign: .plus, exponent: exponent, significand: 1)
                factors[index] = Float(unit)
            case .published(let scale, let unit):
                product = partial
                factors[index] = Float(unit) * scale
            }
            sums[index] = output.rounded(sums[index] + product)
        }
        var result: Float = 0
        for (sum, factor) in zip(sums, factors) { result += sum * factor }
        return result
    }

    private func partialSum(row: Int, group: Int, lanes: (Range<Int>) -> PEActivations) -> PEAccumulator {
        let tensor = decoder.tensor
        let columns = decoder.columns(ofGroup: group)
        let table = tables[tensor.formatIndex(row: row, group: group)]
        var accumulator = PEAccumulator()
        for first in stride(from: columns.lowerBound, to: columns.upperBound, by: 4) {
            let four = first..<min(first + 4, columns.upperBound)
            let activations = lanes(four)
            for step in 0..<table.termsPerCode {
                let idle = BitSerialTerm.zero(significance: table.significances[step])
                let terms = (0..<4).map { lane in
                    four.contains(first + lane)
                        ? term(row: row, column: first + lane, step: step, table: table) : idle
                }
                _ = arithmetic.step(
                    activations, PETerms(terms[0], terms[1], terms[2], terms[3]), into: &accumulator)
            }
        }
        return accumulator
    }

    private func term(row: Int, column: Int, step: Int, table: TermTable) -> BitSerialTerm {
        let code = Int(decoder.tensor.codes[row * decoder.tensor.columns + column])
        let isOutlier = decoder.isOutlier(row: row, column: column)
        let table = isOutlier ? outlierTable ?? table : table
        return table.terms[code * table.termsPerCode + step]
    }

    /// Four lanes from up to four columns, the rest zero.
    private static func lanes<Scalar: SIMDScalar & ExpressibleByIntegerLiteral>(
        _ columns: Range<Int>, _ value: (Int) -> Scalar
    ) -> SIMD4<Scalar> {
        var result = SIMD4<Scalar>(repeating: 0)
        for column in columns { result[column - columns.lowerBound] = value(column) }
        return result
    }
}
