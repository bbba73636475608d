import Testing
import _RandomTestSupport

@testable import Quantization

/// What PEs and side units multiply of the methods' matrices.
@Suite("Plane sums") struct PlaneSumTests {
    private static let schemes = Scheme.all.filter(\.hasOwnMatrix)
    /// Single weights, short last groups, several row tiles, blocks of several widths.
    private static let shapes = [(1, 1), (3, 7), (17, 129), (33, 300), (5, 650), (16, 128)]

    /// A matrix of random weights, some of them large, and activations.
    private func sample(
        _ scheme: Scheme, _ shape: (rows: Int, columns: Int)
    ) throws -> (matrix: any PlaneMatrix, activations: [Double]) {
        var generator = SeededGenerator(seed: UInt64(shape.rows * 1000 + shape.columns))
        let weights = generator.weights(shape.rows * shape.columns)
        let matrix = try scheme.quantized(weights, rows: shape.rows, columns: shape.columns)
        guard case .planes(let planes) = matrix else { preconditionFailure("\(scheme.name) has planes") }
        return (planes, (0..<shape.columns).map { _ in Double(generator.normal()) })
    }

    /// The sum multiplied out in binary64 [rows].
    private func product(_ sum: PlaneSum, _ x: [Double]) -> [Double] {
        let groups = sum.groupsPerRow
        let formats = sum.planes.map { $0.scheme.formats.map(\.codeValues) }
        return (0..<sum.rows).map { row in
            var result = 0.0
            for (plane, formats) in zip(sum.planes, formats) {
                for column in 0..<sum.columns {
                    let group = row * groups + column / sum.groupSize
                    let code = Int(plane.codes[row * sum.columns + column])
                    let value =
                        plane.zeroPoints.isEmpty
                        ? formats[plane.selectors.isEmpty ? 0 : Int(plane.selectors[group])][code]
                        : code - Int(plane.zeroPoints[group])
                    result += Double(plane.groupScales[group]) * Double(value) * x[column]
                }
            }
            for offset in sum.offsets {
                for column in 0..<sum.columns where offset.members.isEmpty || offset.members[column] {
                    result += Double(offset.factors[row * groups + column / sum.groupSize]) * x[column]
                }
            }
            for index in sum.outliers.starts[row]..<sum.outliers.starts[row + 1] {
                result += Double(sum.outliers.values[index]) * x[Int(sum.outliers.columns[index])]
            }
            return result * (sum.outputFactors.isEmpty ? 1 : Double(sum.outputFactors[row]))
        }
    }

    private func factored(_ x: [Double], _ matrix: any PlaneMatrix) -> [Double] {
        matrix.inputFactors.isEmpty ? x : zip(x, matrix.inputFactors).map { $0 * Double($1) }
    }

    /// Products with the weights, and the sums of the products' magnitudes [rows].
    private func expected(_ matrix: any PlaneMatrix, _ x: [Double]) -> [(value: Double, magnitude: Double)] {
        let weights = matrix.dequantized()
        return (0..<matrix.rows).map { row in
            (0..<matrix.columns).reduce((0, 0)) { sums, column in
                let product = Double(weights[row * matrix.columns + column]) * x[column]
                return (sums.0 + product, sums.1 + product.magnitude)
            }
        }
    }

    @Test(arguments: schemes) func `planes, offsets, outliers and factors are the weights`(scheme: Scheme) throws {
        for shape in Self.shapes {
            let (matrix, x) = try sample(scheme, shape)
            let found = product(matrix.planeSum(), factored(x, matrix))
            for (row, expected) in expected(matrix, x).enumerated() {
                #expect(
                    (found[row] - expected.value).magnitude <= 1e-5 * expected.magnitude,
                    "\(scheme.name) \(shape) row \(row): \(found[row]), expected \(expected.value)")
            }
        }
    }

    @Test(arguments: schemes) func `each weight by itself is what the sum has in its place`(scheme: Scheme) throws {
        let (matrix, _) = try sample(scheme, (3, 140))
        let sum = matrix.planeSum()
        let weights = matrix.dequantized()
        let largest = weights.reduce(0) { max($0, Double($1.magnitude)) }
        for column in 0..<140 {
            let unit = (0..<140).map { $0 == column ? 1.0 : 0 }
            for (row, found) in product(sum, factored(unit, matrix)).enumerated() {
                let expected = Double(weights[row * 140 + column])
                #expect((found - expected).magnitude <= 1e-6 * largest, "\(scheme.name) [\(row), \(column)]")
            }
        }
    }

    @Test(arguments: schemes) func `slices of rows and groups add up to the whole`(scheme: Scheme) throws {
        for shape in Self.shapes {
            let (matrix, x) = try sample(scheme, shape)
            let sum = matrix.planeSum()
            let input = factored(x, matrix)
            let whole = product(sum, input)
            let magnitudes = expected(matrix, x).map(\.magnitude)
            var found = [Double](repeating: 0, count: sum.rows)
            for rows in ranges(sum.rows, by: 5) {
                for groups in ranges(sum.groupsPerRow, by: 2) {
                    let part = sum.slice(rows: rows, groups: groups)
                    let columns =
                        groups.lowerBound * sum.groupSize..<min(groups.upperBound * sum.groupSize, sum.columns)
                    #expect(part.rows == rows.count && part.columns == columns.count)
                    for (row, value) in zip(rows, product(part, Array(input[columns]))) { found[row] += value }
                }
            }
            for row in 0..<sum.rows {
                #expect(
                    (found[row] - whole[row]).magnitude <= 1e-9 * magnitudes[row], "\(scheme.name) \(shape) row \(row)")
            }
        }
    }

    @Test(arguments: schemes) func `masked parts, which cut groups, add up to the whole`(scheme: Scheme) throws {
        for shape in Self.shapes {
            let (matrix, x) = try sample(scheme, shape)
            let sum = matrix.planeSum()
            let input = factored(x, matrix)
            let whole = product(sum, input)
            let magnitudes = expected(matrix, x).map(\.magnitude)
            var found = [Double](repeating: 0, count: sum.rows)
            var outliers = 0
            for columns in ranges(sum.columns, by: 37) {
                let part = sum.masked(to: columns)
                outliers += part.outliers.count
                let own = input.indices.map { columns.contains($0) ? input[$0] : 0 }
                for (row, value) in product(part, own).enumerated() { found[row] += value }
                // Planes have nothing in whole quads outside, whatever comes in there, and there are no outliers.
                let outside = input.indices.map { column in
                    let quad = column / 4 * 4..<column / 4 * 4 + 4
                    return quad.overlaps(columns) ? 0 : input[column]
                }
                var bare = part
                bare.offsets = []
                #expect(product(bare, outside).allSatisfy { $0 == 0 }, "\(scheme.name) \(shape) \(columns)")
            }
            #expect(outliers == sum.outliers.count)
            for row in 0..<sum.rows {
                #expect(
                    (found[row] - whole[row]).magnitude <= 1e-9 * magnitudes[row], "\(scheme.name) \(shape) row \(row)")
            }
        }
    }

    @Test func `the samples have what they are to test`() throws {
        func sum(_ name: String) throws -> PlaneSum { try sample(Scheme.named(name), (33, 300)).matrix.planeSum() }
        #expect(try sum("spqr-3b").outliers.count > 10)
        let billm = try sum("billm")
        #expect(billm.planes.count == 5 && billm.offsets.count == 2)
        #expect(billm.offsets.allSatisfy { $0.members.contains(true) && $0.members.contains(false) })
        #expect(try sample(Scheme.named("slim-2b"), (5, 650)).matrix.planeSum().planes.count == 2)
        #expect(try sum("shiftadd-3b").planes.count == 3)
        #expect(try sum("bitmod-4b-omniquant").offsets[0].factors.contains { $0 != 0 })
    }

    private func ranges(_ count: Int, by step: Int) -> [Range<Int>] {
        stride(from: 0, to: count, by: step).map { $0..<min($0 + step, count) }
    }
}
