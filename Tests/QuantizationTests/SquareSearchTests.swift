import Testing
import _RandomTestSupport

@testable import Quantization

@Suite("The AWQ integration's search, fast and plain")
struct SquareSearchTests {
    private static let names = ["bitmod-3b", "bitmod-4b", "bitmod-4b-er", "fp6-e3m2", "int4", "ant-4b"]

    /// The plain search for each group.
    private func plain(_ scheme: Scheme, _ weights: [Float], columns: Int) -> (codes: [UInt8], selectors: [UInt8]) {
        let search = GridSearch(scheme)
        var (codes, selectors): ([UInt8], [UInt8]) = ([], [])
        for row in stride(from: 0, to: weights.count, by: columns) {
            for start in stride(from: 0, to: columns, by: scheme.groupSize) {
                let group = Array(weights[row + start..<row + min(start + scheme.groupSize, columns)])
                let choice = search.plainChoice(group, .unclamped, nearestBySquare: true)
                codes += choice.values.map { search.formats[choice.format].code(of: $0) ?? 0 }
                selectors.append(UInt8(choice.format))
            }
        }
        return (codes, selectors)
    }

    @Test(arguments: names) func `both choose the same grids and codes, whatever the size of the weights`(
        name: String
    ) throws {
        let scheme = try Scheme.named(name).with(scaleEncoding: .float16).with(groupSize: 20)
        // From weights whose scales are subnormal or zero to such whose errors overflow.
        for deviation in [1e-7, 1e-6, 1e-5, 1e-3, 0.02, 1, 60, 9000] as [Float] {
            for seed in UInt64(1)...2 {
                var generator = SeededGenerator(seed: seed)
                let weights = generator.weights(3 * 50, deviation: deviation, outlierEvery: 23)
                    .map { roundedToHalf(min(max($0, -65_504), 65_504)) }
                let tensor = try Quantizer(scheme, variant: .awq).quantize(weights, rows: 3, columns: 50)
                let (codes, selectors) = plain(scheme, weights, columns: 50)
                #expect(tensor.codes == codes, "\(deviation), seed \(seed)")
                if scheme.selectorBits > 0 { #expect(tensor.selectors == selectors, "\(deviation), seed \(seed)") }
            }
        }
    }

    @Test(arguments: names) func `ratios half-way between grid values go to the lower`(name: String) throws {
        let scheme = try Scheme.named(name).with(scaleEncoding: .float16).with(groupSize: 64)
        let format = scheme.formats[0]
        // The largest magnitude makes the scale 1 / 16 for the first grid.
        let top = Float(format.maximumMagnitude)
        let weights = (format.midpoints + [top, -top]).map { $0 / 16 }
        for start in stride(from: 0, to: weights.count, by: 62) {
            let group = Array(weights[start..<min(start + 62, weights.count)]) + [top / 16]
            let tensor = try Quantizer(scheme, variant: .awq).quantize(group, rows: 1, columns: group.count)
            #expect(tensor.codes == plain(scheme, group, columns: group.count).codes)
        }
    }
}
