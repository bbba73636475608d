import Quantization
import Testing
import _RandomTestSupport

@testable import Execution

@Suite("Float products")
struct FloatProductTests {
    @Test(arguments: [1, 3]) func `stay near the binary64 product and repeat their bits`(tokens: Int) throws {
        var generator = SeededGenerator(seed: 41)
        let (rows, columns) = (9, 200)
        let tensor = try Quantizer(Scheme.named("bitmod-4b")).quantize(
            generator.weights(rows * columns), rows: rows, columns: columns)
        let activations = (0..<tokens * columns).map { _ in generator.normal() }
        let product = FloatProduct(tensor)
        let found = product(activations, tokens: tokens)
        for token in 0..<tokens {
            for row in 0..<rows {
                var exact = 0.0
                var magnitude = 0.0
                for column in 0..<columns {
                    let term =
                        Double(product.weights[row * columns + column])
                        * Double(activations[token * columns + column])
                    exact += term
                    magnitude += abs(term)
                }
                #expect(abs(Double(found[token * rows + row]) - exact) <= 1e-6 * magnitude)
            }
        }
        #expect(product(activations, tokens: tokens) == found)
    }
}
