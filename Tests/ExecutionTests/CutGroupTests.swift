import Quantization
import Testing
import Units
import _RandomTestSupport

@testable import Execution

/// Groups of which a chip has a part: held whole, with zeros for what is on other chips.
@Suite("Groups cut between chips") struct CutGroupTests {
    @Test(arguments: ["int4", "int6", "fp4", "flint4"], [PEArithmetic.reference, .rtl2024])
    func `give the bits and the counts of their own columns alone`(name: String, arithmetic: PEArithmetic) throws {
        let scheme = try Scheme.named(name).with(groupSize: 32).with(scaleEncoding: .float16)
        let product = try #require(ExactProduct(arithmetic))
        var generator = SeededGenerator(seed: 17)
        let (rows, columns, tokens) = (6, 96, 3)
        for own in [0..<48, 16..<32, 16..<96, 40..<64, 20..<80] {
            // The largest weight of each cut group lies among the own columns, so that alone they have the same scale.
            var weights = generator.weights(rows * columns)
            for row in 0..<rows {
                for column in 0..<columns where !own.contains(column) { weights[row * columns + column] *= 0.01 }
                for group in 0..<3 {
                    let part = own.clamped(to: group * 32..<group * 32 + 32)
                    if !part.isEmpty { weights[row * columns + part.lowerBound] = 0.5 }
                }
            }
            let inputs = (0..<tokens * columns).map { _ in Float16(Float.random(in: -2...2, using: &generator)) }
            let whole = try Quantizer(scheme).quantize(weights, rows: rows, columns: columns)
            let layout = try #require(KernelLayout(scheme, columns: columns))
            let padded = inputs.enumerated().map { own.contains($0 % columns) ? $1 : 0 }
            let prepared = try #require(PreparedWeights(whole.masked(to: own)))
            let found = product(prepared, PreparedActivations(padded, tokens: tokens, layout: layout))

            // The same columns, each group's part as a matrix of its own, added group by group.
            var expected = [Float](repeating: 0, count: rows * tokens)
            var (steps, bytes) = (0, 0)
            for group in 0..<3 {
                let part = own.clamped(to: group * 32..<group * 32 + 32)
                if part.isEmpty { continue }
                let cut = (0..<rows).flatMap { row in part.map { weights[row * columns + $0] } }
                let tensor = try Quantizer(scheme).quantize(cut, rows: rows, columns: part.count)
                let alone = try #require(PreparedWeights(tensor))
                let activations = (0..<tokens).flatMap { token in part.map { inputs[token * columns + $0] } }
                let sums = product(alone, PreparedActivations(activations, tokens: tokens, layout: alone.layout))
                for index in expected.indices { expected[index] += sums[index] }
                steps += ExecutionCounts(alone, tokens: tokens).steps
                bytes += ExecutionCounts(alone, tokens: tokens).packedBytes.count
            }
            #expect(found == expected, "\(name), columns \(own)")
            let counts = ExecutionCounts(layout, scheme: scheme, rows: rows, columns: own, tokens: tokens)
            #expect(counts.steps == steps && counts.packedBytes.count == bytes, "\(name), columns \(own)")
        }
    }
}
