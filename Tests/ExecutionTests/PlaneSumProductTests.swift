import Quantization
import Testing
import _RandomTestSupport

@testable import Execution

/// Products with the matrices of other papers' methods.
@Suite("Products of plane sums") struct PlaneSumProductTests {
    private static let schemes = Scheme.all.filter(\.hasOwnMatrix)

    private func planeSum(_ scheme: Scheme, rows: Int, columns: Int, _ generator: inout SeededGenerator) throws
        -> PlaneSum
    {
        let matrix = try scheme.quantized(generator.weights(rows * columns), rows: rows, columns: columns)
        guard case .planes(let planes) = matrix else { preconditionFailure("\(scheme.name) has planes") }
        return planes.planeSum()
    }

    /// The sum as its documentation says, one row and token at a time, with the plain model of the PE.
    private func plain(
        _ sum: PlaneSum, row: Int, _ x: [Float], _ planes: [Float]
    ) -> Float {
        var result: Float = 0
        for plane in planes { result += plane }
        for offset in sum.offsets {
            var total: Float = 0
            for group in 0..<sum.groupsPerRow {
                var groupSum: Float = 0
                for column in x.indices where column / sum.groupSize == group {
                    if offset.members.isEmpty || offset.members[column] { groupSum += x[column] }
                }
                total += offset.factors[row * sum.groupsPerRow + group] * groupSum
            }
            result += total
        }
        let outliers = sum.outliers.starts[row]..<sum.outliers.starts[row + 1]
        if sum.outliers.count > 0 {
            var total: Float = 0
            for index in outliers { total += sum.outliers.values[index] * x[Int(sum.outliers.columns[index])] }
            result += total
        }
        return sum.outputFactors.isEmpty ? result : result * sum.outputFactors[row]
    }

    @Test(arguments: schemes, [PEArithmetic.reference, .rtl2024])
    func `equal the plain model on each plane and the same epilogue, bit for bit`(
        scheme: Scheme, arithmetic: PEArithmetic
    ) throws {
        let kinds: [ActivationClass] = [.normal, .anyExponent, .mostlyZero]
        let shapes: [(rows: Int, columns: Int)] = [(1, 1), (3, 7), (18, 129), (2, 650)]
        for (index, shape) in shapes.enumerated() {
            var generator = SeededGenerator(seed: UInt64(40 + index))
            let whole = try planeSum(scheme, rows: shape.rows, columns: shape.columns, &generator)
            // Also parts as chips have them: some rows and groups, cut in the middle.
            let part = whole.slice(
                rows: shape.rows / 3..<shape.rows, groups: whole.groupsPerRow / 2..<whole.groupsPerRow)
            for sum in [whole, part, part.masked(to: part.columns / 3..<part.columns)] {
                for kind in kinds {
                    let tokens = 2
                    let values = kind.values(tokens * sum.columns, &generator)
                    let product = try #require(ExactProduct(arithmetic))
                    let prepared = PlaneSumProduct(sum)
                    let found = prepared(
                        values.map { Float($0) }, tokens: tokens,
                        prepared.layouts.map { PreparedActivations(values, tokens: tokens, layout: $0) }, product)
                    let models = try sum.planes.map { try #require(PlainDotProduct($0, arithmetic: arithmetic)) }
                    for token in 0..<tokens {
                        let x = Array(values[token * sum.columns..<(token + 1) * sum.columns])
                        for row in 0..<sum.rows {
                            let expected = plain(
                                sum, row: row, x.map { Float($0) }, models.map { $0(row: row, x) })
                            #expect(
                                areSame(found[token * sum.rows + row], expected),
                                "\(scheme.name) \(shape) \(kind) token \(token) row \(row)")
                        }
                    }
                }
            }
        }
    }

    @Test(arguments: schemes.filter { $0.activations != .float16 })
    func `equal the plain model with integer activations`(scheme: Scheme) throws {
        var generator = SeededGenerator(seed: 91)
        let sum = try planeSum(scheme, rows: 18, columns: 260, &generator)
        let limit = 1 << (scheme.activations.bits - 1)
        let values = (0..<2 * 260).map { _ in generator.integer(-limit...limit - 1) }
        let product = try #require(ExactProduct(.reference.withAccumulator(bits: 32)))
        let prepared = PlaneSumProduct(sum)
        let found = prepared(
            values.map { Float($0) }, tokens: 2,
            prepared.layouts.map { PreparedActivations(integers: values, tokens: 2, layout: $0) }, product)
        let models = try sum.planes.map { try #require(PlainDotProduct($0, arithmetic: product.arithmetic)) }
        for token in 0..<2 {
            let x = Array(values[token * 260..<(token + 1) * 260])
            for row in 0..<18 {
                let expected = plain(sum, row: row, x.map { Float($0) }, models.map { $0(row: row, integers: x) })
                #expect(areSame(found[token * 18 + row], expected), "\(scheme.name) token \(token) row \(row)")
            }
        }
    }
}
