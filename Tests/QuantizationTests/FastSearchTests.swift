import Testing
import _RandomTestSupport

@testable import Quantization

@Suite("Fast forms equal their definitions")
struct FastSearchTests {
    @Test func `rounding to binary16 equals the conversion`() {
        var generator = SeededGenerator(seed: 41)
        let edges: [Float] = [
            0, 65_504, 65_519, 65_520, 65_536, 1e9, .infinity, 0x1p-24, 0x1p-25, 0x1.000002p-25, 0x1.8p-24, 0x1p-14,
            0x1.ffcp-15, 0x1.002p0, 0x1.006p0, .leastNonzeroMagnitude,
        ]
        let random = (0..<20_000).map { _ in
            Float(bitPattern: UInt32(truncatingIfNeeded: generator.next()) & 0x0fff_ffff | 0x3000_0000)
        }
        for value in edges + random {
            #expect(roundedToHalf(value) == Float(Float16(value)), "\(value)")
            #expect(roundedToHalf(-value) == -Float(Float16(value)), "\(-value)")
        }
        #expect(roundedToHalf(.nan).isNaN)
    }

    @Test func `grid rounding equals the midpoint rule on every binary16 ratio`() {
        let specials =
            [3, -3, 5, -5, 6, -6, 8].map { NumberFormat.fp3(special: $0) }
            + [5, -5, 7, 10, -10, 14, 16, -16].map { NumberFormat.fp4(special: $0) }
        let grids = SchemeFamily.GridName.allCases.map { NumberFormat.grid($0) } + [.integer(bits: 4)]
        for format in specials + grids {
            let rounding = GridRounding(format, tiesToEven: false)
            let midpoints = format.midpoints
            let limit = Float16(2 * format.maximumMagnitude)
            var differing = 0
            // Every third value, and both neighbours of all midpoints.
            var ratios = stride(from: UInt16(0), through: limit.bitPattern, by: 3).flatMap {
                [Float(Float16(bitPattern: $0)), -Float(Float16(bitPattern: $0))]
            }
            ratios += midpoints.flatMap { [Float(Float16($0).nextDown), $0, Float(Float16($0).nextUp)] }
            for ratio in ratios {
                var index = 0
                while index < midpoints.count, ratio > midpoints[index] { index += 1 }
                let found = rounding.nearest(
                    ratio, basic: rounding.basic(ratio), hasSecondWindow: rounding.hasSecondWindow)
                if found != Float(format.grid[index]) { differing += 1 }
            }
            #expect(differing == 0, "\(format.name): \(differing) ratios")
        }
    }

    @Test func `the fast search equals the plain one`() throws {
        var generator = SeededGenerator(seed: 42)
        let names = ["bitmod-3b", "bitmod-4b", "bitmod-4b-er", "ant-3b", "ant-4b", "fp4", "flint4", "int4", "int8"]
        for name in names {
            for encoding in [ScaleEncoding.float16, .int8] {
                let scheme = try Scheme.named(name).with(scaleEncoding: encoding).with(groupSize: 24)
                let search = GridSearch(scheme)
                for magnitude in [Float(1e-7), 1e-4, 0.02, 3, 300, 2000] {
                    let weights = generator.weights(60, deviation: magnitude, outlierEvery: 1000).map {
                        Float(Float16($0))
                    }
                    let tensor = try Quantizer(scheme).quantize(weights, rows: 1, columns: 60)
                    let maximum = weights.map(\.magnitude).max() ?? 0
                    let rowScales = search.families.map { roundedToHalf(roundedToHalf(maximum / $0) / 255) }
                    let isShared = search.sharesRowScale
                    for (group, start) in stride(from: 0, to: 60, by: 24).enumerated() {
                        let part = Array(weights[start..<min(start + 24, 60)])
                        let rule: GridSearch.ScaleRule =
                            encoding == .float16 ? .clamped : isShared ? .unclamped : .secondLevel(rowScales)
                        let choice = search.plainChoice(part, rule)
                        let context = "\(name) \(encoding) \(magnitude) group \(group), seed 42"
                        #expect(tensor.formatIndex(row: 0, group: group) == choice.format, "\(context)")
                        #expect(
                            Array(tensor.gridValues(row: 0)[start..<start + part.count]) == choice.values, "\(context)")
                    }
                }
            }
        }
    }

    @Test func `the stepped grid equals the published scan`() {
        var generator = SeededGenerator(seed: 43)
        let grids =
            OliveType.allCases.map {
                SteppedGrid(normal: $0.normal.grid, outliers: $0.outlier.grid, unit: Float($0.publishedUnit))
            }
            + [NumberFormat.fullInteger(bits: 4), .flint4, .pot4].map {
                SteppedGrid(normal: $0.grid, outliers: [], unit: 10 / Float($0.grid.max() ?? 1))
            }
        for grid in grids {
            let scaled = grid.values.map { $0 * grid.unit }
            var ratios = zip(scaled, scaled.dropFirst()).flatMap { lower, upper in
                let middle = (lower + upper) / 2
                return [middle.nextDown, middle, middle.nextUp, lower]
            }
            ratios += (0..<400).map { _ in generator.normal() * 200 } + [150_000, -150_000]
            var nearest = [Float](repeating: 0, count: ratios.count)
            nearest.withUnsafeMutableBufferPointer { target in
                ratios.withUnsafeBufferPointer { source in
                    guard let source = source.baseAddress, let target = target.baseAddress else { return }
                    grid.nearest(source, count: ratios.count, into: target)
                }
            }
            for (ratio, value) in zip(ratios, nearest) { #expect(value == published(ratio, grid), "\(ratio)") }
        }
    }

    /// The published kernel in binary32: the later entry of equal distances.
    private func published(_ ratio: Float, _ grid: SteppedGrid) -> Float {
        var best: Float = 0
        var distance = SteppedGrid.farthest
        let normal = grid.values.filter { $0.magnitude <= grid.normalLimit }
        for value in normal + grid.values.filter({ $0.magnitude > grid.normalLimit }) {
            let candidate = (ratio - value * grid.unit).magnitude
            if candidate <= distance {
                distance = candidate
                best = value
            }
        }
        return best
    }
}
