import Testing
import _RandomTestSupport

@testable import Quantization

@Suite("Clipped scale search of ANT and OliVe")
struct ClippedScaleSearchTests {
    private static let searches: [ClippedScaleSearch] =
        OliveType.allCases.map {
            ClippedScaleSearch(
                grid: SteppedGrid(normal: $0.normal.grid, outliers: $0.outlier.grid, unit: Float($0.publishedUnit)),
                percentages: stride(from: 75, to: 250, by: 2), hasPairs: true)
        }
        + [NumberFormat.fullInteger(bits: 4), .fullInteger(bits: 3), .flint4, .pot4].map {
            ClippedScaleSearch(
                grid: SteppedGrid(normal: $0.grid, outliers: [], unit: 10 / Float($0.grid.max() ?? 1)),
                percentages: stride(from: 75, to: 150, by: 1), hasPairs: false)
        }

    /// Rows that stress the bounds: outliers, few distinct values (ties and boundaries), grids, extreme magnitudes.
    private func row(_ kind: Int, _ count: Int, _ generator: inout SeededGenerator) -> [Float] {
        (0..<count).map { index in
            let value = generator.normal()
            switch kind {
            case 0: return value * 0.02
            case 1: return value * (index % 31 == 5 ? 40 : 1)
            case 2: return (value * 4).rounded() / 8
            case 3: return Float(Int(generator.next() % 15) - 7) * 0.125
            case 4: return value * value * value * 1e-3
            case 5: return index == count / 2 ? 1000 : value * 1e-4
            case 6: return value * 1e-20
            case 7: return value * 1e12
            case 8: return index % 2 == 0 ? 0 : value
            default: return 0.5
            }
        }
    }

    @Test(arguments: 0..<10)
    func `leaving out hopeless multiples changes nothing`(kind: Int) {
        var generator = SeededGenerator(seed: UInt64(60 + kind))
        for count in [1, 2, 3, 7, 64, 257] {
            let weights = row(kind, count, &generator)
            let base = weights.map(\.magnitude).max() ?? 0
            weights.withUnsafeBufferPointer { row in
                var sorted = SortedRow(capacity: count)
                sorted.load(row)
                for (index, search) in Self.searches.enumerated() {
                    let what = "kind \(kind), seed \(60 + kind), \(count) weights, search \(index)"
                    for base in [base, base / 3] {
                        let fast = search.reference(row, base: base, sorted: sorted)
                        let full = search.reference(row, base: base, search.percentages)
                        #expect(fast.clip == full.clip && fast.error == full.error, "\(what)")
                        #expect(fast.isFound == full.isFound, "\(what)")
                        guard count <= 64 else { continue }
                        let fastExact = search.exact(row, base: Double(base), sorted: sorted)
                        let fullExact = search.exact(row, base: Double(base), search.percentages)
                        #expect(fastExact.clip == fullExact.clip && fastExact.error == fullExact.error, "\(what) exact")
                    }
                }
            }
        }
    }

    @Test func `most multiples of a row of normal weights are left out`() {
        var generator = SeededGenerator(seed: 61)
        let weights = row(0, 2048, &generator)
        weights.withUnsafeBufferPointer { row in
            var sorted = SortedRow(capacity: row.count)
            sorted.load(row)
            for search in Self.searches {
                let left = search.promising(row, sorted, precision: .binary32) { percentage in
                    0.06 * Double(percentage) / 100 / Double(search.grid.maximum)
                }
                #expect((1...8).contains(left.count), "\(left)")
            }
        }
    }

    @Test func `estimates equal the error computed weight by weight`() {
        var generator = SeededGenerator(seed: 62)
        for count in [2, 9, 500] {
            let weights = row(1, count, &generator)
            weights.withUnsafeBufferPointer { row in
                var sorted = SortedRow(capacity: count)
                sorted.load(row)
                for search in Self.searches {
                    for percentage in [75, 101, 149] {
                        let choice = search.exact(row, base: 3, [percentage])
                        let scale = choice.clip / Double(search.grid.maximum)
                        let estimate = sorted.estimate(search.grid, scale: scale, pairsOf: search.hasPairs ? row : nil)
                        guard choice.isFound, !estimate.isUncertain, !(search.hasPairs && count % 2 == 1) else {
                            continue
                        }
                        #expect(abs(estimate.error / Double(count) - choice.error) <= 1e-12 * sorted.squares)
                    }
                }
            }
        }
    }
}
