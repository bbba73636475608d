import Quantization
import Testing
import _RandomTestSupport

/// The study behind the paper's choice of special values (BitMoD, section III): FP3 with ±3 and one of ±5 … ±9 on Gaussian
/// groups of 128, mean squared errors relative to those of ±3 and ±6.
@Suite("Special values on Gaussian groups")
struct SpecialValueStudyTests {
    private static let groups = 300
    private static let larger = [5, 6, 7, 8, 9]

    /// The error of a group under the best of several grids, in binary64, with nothing taken from the quantiser.
    private func squaredError(_ weights: ArraySlice<Float>, specials: [Double]) -> Double {
        let largest = weights.reduce(0.0) { max($0, abs(Double($1))) }
        var best = Double.infinity
        for special in specials {
            let grid = [-4, -2, -1, 0, 1, 2, 4, special]
            let scale = largest / max(4, abs(special))
            var error = 0.0
            for weight in weights {
                var nearest = Double.infinity
                for value in grid {
                    let difference = value * scale - Double(weight)
                    nearest = min(nearest, difference * difference)
                }
                error += nearest
            }
            best = min(best, error)
        }
        return best
    }

    private func gaussian(seed: UInt64) -> [Float] {
        var generator = SeededGenerator(seed: seed)
        return (0..<Self.groups * 128).map { _ in generator.normal() }
    }

    /// The quantiser's errors of all groups.
    private func quantizerErrors(_ weights: [Float], special: Int, _ arithmetic: QuantizationArithmetic) throws
        -> [Double]
    {
        let scheme = try Scheme.named("bitmod-3b").with(specialValues: [3, -3, special, -special])
            .with(scaleEncoding: arithmetic == .exact ? .float32 : .float16)
        let tensor = try Quantizer(scheme, arithmetic: arithmetic).quantize(weights, rows: Self.groups, columns: 128)
        let decoded = tensor.dequantized(arithmetic)
        return (0..<Self.groups).map { group in
            (group * 128..<(group + 1) * 128).reduce(0.0) { sum, index in
                let difference = Double(decoded[index]) - Double(weights[index])
                return sum + difference * difference
            }
        }
    }

    @Test func `errors equal an independent computation on the same groups`() throws {
        let weights = gaussian(seed: 51)
        for special in Self.larger {
            let exact = try quantizerErrors(weights, special: special, .exact).reduce(0, +)
            let reference = try quantizerErrors(weights, special: special, .reference).reduce(0, +)
            let specials = [3, -3, Double(special), -Double(special)]
            let independent = (0..<Self.groups).reduce(0.0) { sum, group in
                sum + squaredError(weights[group * 128..<(group + 1) * 128], specials: specials)
            }
            #expect(abs(exact / independent - 1) < 1e-5, "±\(special)")
            #expect(abs(reference / independent - 1) < 2e-3, "±\(special)")
        }
    }

    @Test func `normalised errors agree with other samples within the sampling error, and six is the best partner`()
        throws
    {
        let weights = gaussian(seed: 52)
        let others = gaussian(seed: 53)
        let base = try quantizerErrors(weights, special: 6, .exact)
        let otherBase = (0..<Self.groups).map {
            squaredError(others[$0 * 128..<($0 + 1) * 128], specials: [3, -3, 6, -6])
        }
        for special in Self.larger where special != 6 {
            let errors = try quantizerErrors(weights, special: special, .exact)
            let specials = [3, -3, Double(special), -Double(special)]
            let otherErrors = (0..<Self.groups).map {
                squaredError(others[$0 * 128..<($0 + 1) * 128], specials: specials)
            }
            let (ratio, deviation) = normalized(errors, base)
            let (otherRatio, otherDeviation) = normalized(otherErrors, otherBase)
            let allowed = 4 * (deviation * deviation + otherDeviation * otherDeviation).squareRoot()
            #expect(abs(ratio - otherRatio) < allowed, "±\(special): \(ratio), \(otherRatio), allowed \(allowed)")
            #expect(ratio > 1, "±\(special): \(ratio)")
        }
    }

    /// The ratio of two sums over the same groups and its standard error (delta method).
    private func normalized(_ errors: [Double], _ base: [Double]) -> (ratio: Double, deviation: Double) {
        let ratio = errors.reduce(0, +) / base.reduce(0, +)
        let residuals = zip(errors, base).reduce(0.0) { sum, pair in
            let residual = pair.0 - ratio * pair.1
            return sum + residual * residual
        }
        return (ratio, residuals.squareRoot() / base.reduce(0, +))
    }
}
