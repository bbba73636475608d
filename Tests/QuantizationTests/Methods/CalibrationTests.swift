import Testing
import _RandomTestSupport

@testable import Quantization

@Suite("Second moments and error feedback")
struct CalibrationTests {
    /// Samples whose channels have different sizes and correlate with their neighbours.
    static func samples(_ generator: inout SeededGenerator, count: Int, columns: Int) -> [Float] {
        var samples = [Float](repeating: 0, count: count * columns)
        for sample in 0..<count {
            var last: Float = 0
            for column in 0..<columns {
                last = 0.6 * last + generator.normal()
                samples[sample * columns + column] = last * (1 + Float(column % 7))
            }
        }
        return samples
    }

    @Test func `second moments are those of a plain sum, and symmetric`() throws {
        for seed in UInt64(1)...6 {
            var generator = SeededGenerator(seed: seed)
            let (count, columns) = (generator.integer(1...40), generator.integer(1...50))
            let samples = Self.samples(&generator, count: count, columns: columns)
            let moment = try SecondMoment(samples: samples, columns: columns)
            for row in 0..<columns {
                for column in 0..<columns {
                    let sum = (0..<count).reduce(0.0) {
                        $0 + Double(samples[$1 * columns + row]) * Double(samples[$1 * columns + column])
                    }
                    #expect(moment.values[row * columns + column] == sum / Double(count), "seed \(seed)")
                }
            }
        }
    }

    @Test func `Uᵀ U times the damped Hessian is the identity`() throws {
        for seed in UInt64(1)...8 {
            var generator = SeededGenerator(seed: seed)
            let columns = generator.integer(2...70)
            let samples = Self.samples(&generator, count: 3 * columns, columns: columns)
            let moment = try SecondMoment(samples: samples, columns: columns)
            let order = [HessianFactor.Order.given, .descendingDiagonal, .descendingGroups(of: 8)][Int(seed % 3)]
            let factor = try HessianFactor(moment, damping: .relative(0.01), order: order)
            let columnAt = factor.permutation ?? Array(0..<columns)
            let mean = (0..<columns).reduce(0.0) { $0 + 2 * moment.values[$1 * columns + $1] } / Double(columns)
            func hessian(_ row: Int, _ column: Int) -> Double {
                2 * moment.values[columnAt[row] * columns + columnAt[column]] + (row == column ? 0.01 * mean : 0)
            }
            func upper(_ row: Int, _ column: Int) -> Double {
                row == column ? factor.diagonal[row] : Double(factor.upper[row * columns + column])
            }
            var product = [Double](repeating: 0, count: columns * columns)
            for row in 0..<columns {
                for column in 0..<columns {
                    product[row * columns + column] = (0..<columns).reduce(0.0) {
                        $0 + upper($1, row) * upper($1, column)
                    }
                }
            }
            for row in 0..<columns {
                for column in 0..<row { #expect(factor.upper[row * columns + column] == 0, "seed \(seed)") }
                for column in 0..<columns {
                    let value = (0..<columns).reduce(0.0) {
                        $0 + product[row * columns + $1] * hessian($1, column)
                    }
                    #expect((value - (row == column ? 1 : 0)).magnitude < 1e-4, "seed \(seed) at \(row), \(column)")
                }
            }
            if order == .descendingDiagonal {
                let diagonal = columnAt.map { moment.values[$0 * columns + $0] }
                #expect(zip(diagonal, diagonal.dropFirst()).allSatisfy { $0 >= $1 }, "seed \(seed)")
            }
            let pivots = try HessianFactor(moment, damping: .relative(0.01), order: order, diagonalOnly: true)
            for (one, other) in zip(pivots.diagonal, factor.diagonal) {
                #expect((one / other - 1).magnitude < 1e-12, "seed \(seed)")
            }
        }
    }

    @Test func `groups of columns stay together, the largest sum first and what is left over last`() {
        let order = HessianFactor.Order.descendingGroups(of: 2)
        #expect(order.permutation([1, 2, 0, 5, 4, 1, 9]) == [2, 3, 4, 5, 0, 1, 6])
        #expect(order.permutation([3]) == [0])
        #expect(HessianFactor.Order.descendingDiagonal.permutation([1, 2, 0, 2]) == [1, 3, 0, 2])
        #expect(HessianFactor.Order.given.permutation([1, 2]) == nil)
    }

    @Test func `with error feedback nothing is lost by rounding that later columns can make up for`() throws {
        // After a column is settled, the remaining weights are those that minimise the output error given it: the gradient
        // H (w − ŵ) of what is free is zero. H is the damped Hessian, here with no damping.
        var generator = SeededGenerator(seed: 5)
        let (rows, columns) = (3, 24)
        let moment = try SecondMoment(
            samples: Self.samples(&generator, count: 200, columns: columns), columns: columns)
        let factor = try HessianFactor(moment, damping: .relative(0))
        let weights = generator.weights(rows * columns, deviation: 1)
        for blockSize in [1, 2, 4, 8, 16, 24, 64] {
            let frame = ErrorFeedback(weights, rows: rows, columns: columns, factor: factor, blockSize: blockSize)
            let settled = 16
            for block in frame.blocks {
                for position in block where position < settled {
                    let rounded = (0..<rows).map { frame.column(position)[$0].rounded() }
                    frame.settle(position, rounded, in: block, feedsBlock: true)
                }
                if block.lowerBound < settled { frame.feed(beyond: block) }
            }
            for row in 0..<rows {
                let change = (0..<columns).map {
                    Double(frame.column($0)[row]) - Double(weights[row * columns + $0])
                }
                for free in settled..<columns {
                    let gradient = (0..<columns).reduce(0.0) {
                        $0 + moment.values[free * columns + $1] * change[$1]
                    }
                    let scale = moment.values[free * columns + free].squareRoot()
                    #expect(gradient.magnitude < 1e-3 * scale, "block \(blockSize), column \(free): \(gradient)")
                }
            }
        }
    }

    @Test func `dead inputs lose their weights and stay out of the factor`() throws {
        var generator = SeededGenerator(seed: 3)
        let columns = 6
        var samples = Self.samples(&generator, count: 20, columns: columns)
        for sample in 0..<20 { samples[sample * columns + 2] = 0 }
        let moment = try SecondMoment(samples: samples, columns: columns)
        let mean = (0..<columns).reduce(0.0) { $0 + 2 * moment.values[$1 * columns + $1] } / 6
        let after = try HessianFactor(moment, damping: .relativeToLive(0.5))
        #expect(after.isDead == [false, false, true, false, false, false])
        #expect(after.diagonal[2] == 1)
        let before = try HessianFactor(moment, damping: .relative(0.5))
        #expect((before.diagonal[2] - 1 / (1 + 0.5 * (mean + 1.0 / 6)).squareRoot()).magnitude < 1e-12)
        let frame = ErrorFeedback(
            [Float](repeating: 1, count: columns), rows: 1, columns: columns, factor: before, blockSize: 4)
        #expect((0..<columns).map { frame.column($0)[0] } == [1, 1, 0, 1, 1, 1])
    }

    @Test func `moments that no inputs have are refused`() throws {
        #expect(throws: CalibrationError.nonFiniteValue(index: 1)) {
            try SecondMoment([1, Float.nan, 0, 1], columns: 2)
        }
        #expect(throws: CalibrationError.nonFiniteValue(index: 2)) {
            try SecondMoment(samples: [1, 0, .infinity, 1], columns: 2)
        }
        let impossible = try SecondMoment([1.0, 4, 4, 1], columns: 2)
        #expect(throws: CalibrationError.notPositiveDefinite(column: 0)) {
            try HessianFactor(impossible, damping: .relative(0.01))
        }
        let negative = try SecondMoment(diagonal: [1, -1])
        #expect(throws: CalibrationError.notPositiveDefinite(column: 1)) {
            try HessianFactor(negative, damping: .relative(0.01))
        }
    }
}
