import Testing
import _RandomTestSupport

@testable import Quantization

@Suite("Dot products on the plain PE")
struct PlainDotProductTests {
    private static let onPE = Scheme.coded.filter { $0.cyclesPerStep != nil }

    @Test(arguments: onPE) func `results stay near the dequantised product`(scheme: Scheme) throws {
        var generator = SeededGenerator(seed: 21)
        let scheme = try scheme.with(groupSize: 32)
        let columns = 77
        let weights = generator.weights(2 * columns)
        let activations = (0..<columns).map { _ in Float16(generator.normal()) }
        let tensor = try Quantizer(scheme).quantize(weights, rows: 2, columns: columns)
        let decoded = tensor.dequantized(.exact)
        let model = try #require(PlainDotProduct(tensor))
        for row in 0..<2 {
            var exact = 0.0
            var magnitude = 0.0
            for column in 0..<columns {
                let product = Double(decoded[row * columns + column]) * Double(activations[column])
                exact += product
                magnitude += abs(product)
            }
            let found = Double(model(row: row, activations))
            #expect(abs(found - exact) <= 3e-3 * magnitude, "\(scheme.name): \(found), exact \(exact)")
        }
        let steps = 2 * 8 + 4  // groups of 32, 32 and 13 weights
        #expect(model.cyclesPerRow == steps * (scheme.cyclesPerStep ?? 0))
    }

    @Test func `integer activations on a wide accumulator give the exact integer product`() throws {
        var generator = SeededGenerator(seed: 22)
        let scheme = try Scheme.named("int8").with(scaleEncoding: .float32)
        let columns = 100
        // A largest weight of 127 makes the scale 1 and the codes the weights themselves.
        let weights = (0..<columns).map { $0 == 5 ? 127 : Float(Int(generator.next() % 255) - 127) }
        let activations = (0..<columns).map { _ in Int(generator.next() % 255) - 127 }
        let tensor = try Quantizer(scheme).quantize(weights, rows: 1, columns: columns)
        let model = try #require(PlainDotProduct(tensor, arithmetic: .reference.withAccumulator(bits: 40)))
        let exact = zip(weights, activations).reduce(0) { $0 + Int($1.0) * $1.1 }
        #expect(model(row: 0, integers: activations) == Float(exact))
    }

    @Test func `zero activations give zero, a NaN gives NaN`() throws {
        var generator = SeededGenerator(seed: 23)
        for scheme in Self.onPE {
            let tensor = try Quantizer(scheme).quantize(generator.weights(20), rows: 1, columns: 20)
            let model = try #require(PlainDotProduct(tensor))
            var activations = [Float16](repeating: 0, count: 20)
            #expect(model(row: 0, activations) == 0, "\(scheme.name)")
            activations[17] = .nan
            #expect(model(row: 0, activations).isNaN, "\(scheme.name)")
        }
    }

    @Test func `FP16 weights do not run on the PE`() throws {
        let tensor = try Quantizer(Scheme.named("fp16")).quantize([1, 2], rows: 1, columns: 2)
        #expect(PlainDotProduct(tensor) == nil)
        #expect(tensor.dequantized() == [1, 2])
    }

    @Test func `a row's sum can be kept in binary16`() throws {
        let scheme = try Scheme.named("int4").with(scaleEncoding: .float16).with(groupSize: 4)
        let tensor = try Quantizer(scheme).quantize([7, 0, 0, 0, 7, 0, 0, 0], rows: 1, columns: 8)
        let activations: [Float16] = [512, 0, 0, 0, 0.125, 0, 0, 0]
        let single = try #require(PlainDotProduct(tensor))
        let half = try #require(PlainDotProduct(tensor, output: .float16))
        #expect(single(row: 0, activations) == 3584.875)
        #expect(half(row: 0, activations) == 3584)
    }
}
