import Quantization
import Testing
import _RandomTestSupport

@testable import Execution

@Suite("Exact products")
struct ExactProductTests {
    private static let arithmetics: [PEArithmetic] = [.reference, .rtl2024, .reference.withAccumulator(bits: 40)]

    /// Compares fast and plain products of a random matrix; returns the PE steps compared.
    @discardableResult
    private func compare(
        _ scheme: Scheme, rows: Int, columns: Int, tokens: Int, _ kind: ActivationClass, _ arithmetic: PEArithmetic,
        output: OutputPrecision = .float32, seed: UInt64
    ) throws -> Int {
        var generator = SeededGenerator(seed: seed)
        let tensor = try Quantizer(scheme).quantize(generator.weights(rows * columns), rows: rows, columns: columns)
        let activations = kind.values(tokens * columns, &generator)
        let weights = try #require(PreparedWeights(PackedTensor(tensor)))
        let prepared = PreparedActivations(activations, tokens: tokens, layout: weights.layout)
        let product = try #require(ExactProduct(arithmetic, output: output))
        let found = product(weights, prepared)
        let plain = try #require(PlainDotProduct(tensor, arithmetic: arithmetic, output: output))
        for token in 0..<tokens {
            let values = Array(activations[token * columns..<(token + 1) * columns])
            for row in 0..<rows {
                let expected = plain(row: row, values)
                let fast = found[token * rows + row]
                if !areSame(fast, expected) {
                    Issue.record(
                        """
                        \(scheme.name) group \(scheme.groupSize) [\(rows) x \(columns)] \(kind) seed \(seed), \
                        token \(token) row \(row): \(fast), plain \(expected)
                        """)
                    return 0
                }
            }
        }
        return plain.cyclesPerRow * rows * tokens
    }

    @Test(arguments: Scheme.onPE, arithmetics)
    func `equal the plain model for all schemes and activations`(scheme: Scheme, arithmetic: PEArithmetic) throws {
        for (index, kind) in ActivationClass.allCases.enumerated() {
            try compare(
                scheme.with(groupSize: 16), rows: 2, columns: 45, tokens: index % 2 == 0 ? 1 : 7, kind, arithmetic,
                seed: UInt64(100 + index))
        }
    }

    @Test(arguments: [(1, 1, 1), (2, 5, 7), (17, 9, 2), (33, 66, 1), (16, 64, 6), (3, 300, 1)])
    func `equal the plain model for any shape`(rows: Int, columns: Int, tokens: Int) throws {
        for name in ["bitmod-4b", "bitmod-3b", "int6-asym", "olive-4b", "int8"] {
            for groupSize in [1, 6, 128] {
                try compare(
                    Scheme.named(name).with(groupSize: groupSize), rows: rows, columns: columns, tokens: tokens,
                    .normal,
                    .reference, seed: UInt64(rows * 1000 + columns))
            }
        }
    }

    @Test func `equal the plain model for all encodings of scales and both output precisions`() throws {
        for scheme in Scheme.onPE {
            for encoding in scheme.supportedScaleEncodings {
                for output in OutputPrecision.allCases {
                    try compare(
                        scheme.with(scaleEncoding: encoding).with(groupSize: 16), rows: 2, columns: 40, tokens: 1,
                        .normal,
                        .reference, output: output, seed: 7)
                }
            }
        }
    }

    @Test func `equal the plain model in long groups, whose sums may clear operands`() throws {
        for name in ["bitmod-4b", "int8", "fp6-e3m2"] {
            for kind in [ActivationClass.anyExponent, .largest] {
                try compare(
                    Scheme.named(name).with(groupSize: 5000), rows: 1, columns: 5000, tokens: 2, kind, .reference,
                    seed: 3)
            }
        }
    }

    @Test func `equal the plain model for special values of other studies`() throws {
        let scheme = try Scheme.named("bitmod-3b").with(specialValues: [3, -5, 6, 7, -9]).with(groupSize: 8)
        try compare(scheme, rows: 18, columns: 64, tokens: 2, .anyExponent, .reference, seed: 4)
    }

    @Test(arguments: ["int8", "bitmod-4b", "bitmod-3b", "int4-asym", "olive-4b"])
    func `equal the plain model for integer activations`(name: String) throws {
        var generator = SeededGenerator(seed: 5)
        let scheme = try Scheme.named(name).with(groupSize: 32)
        let columns = 70
        let tensor = try Quantizer(scheme).quantize(generator.weights(3 * columns), rows: 3, columns: columns)
        let weights = try #require(PreparedWeights(tensor))
        for limit in [1, 127, 2047] {
            let activations: [Int] = (0..<2 * columns).map { index in
                let value = Int(generator.next() % UInt64(2 * limit + 1)) - limit
                return index % 7 == 0 ? 0 : value
            }
            for arithmetic in Self.arithmetics {
                let product = try #require(ExactProduct(arithmetic))
                let plain = try #require(PlainDotProduct(tensor, arithmetic: arithmetic))
                let found = product(
                    weights, PreparedActivations(integers: activations, tokens: 2, layout: weights.layout))
                for token in 0..<2 {
                    let values = Array(activations[token * columns..<(token + 1) * columns])
                    for row in 0..<3 {
                        #expect(areSame(found[token * 3 + row], plain(row: row, integers: values)), "\(name) \(limit)")
                    }
                }
            }
        }
    }

    @Test func `every pair of a four-bit weight and an activation exponent equals the plain model`() throws {
        let everyWeight: [Float] = (0..<60).map { index in index % 4 == 0 ? 7 : Float(index / 4 - 7) }
        let tensor = try Quantizer(Scheme.named("int4").with(scaleEncoding: .float32).with(groupSize: 4))
            .quantize(everyWeight, rows: 15, columns: 4)
        let weights = try #require(PreparedWeights(tensor))
        let plain = try #require(PlainDotProduct(tensor))
        let product = try #require(ExactProduct())
        for bits in stride(from: UInt16(0), through: 0x7bff, by: 0x155) {
            let activations = [
                Float16(1), Float16(bitPattern: bits), -Float16(bitPattern: bits / 3), Float16(bitPattern: 0x3c01),
            ]
            let found = product(weights, PreparedActivations(activations, tokens: 1, layout: weights.layout))
            for row in 0..<15 { #expect(areSame(found[row], plain(row: row, activations)), "\(bits) row \(row)") }
        }
    }

    @Test func `a share of the rows gives the same results`() throws {
        var generator = SeededGenerator(seed: 6)
        let tensor = try Quantizer(Scheme.named("bitmod-4b")).quantize(
            generator.weights(40 * 128), rows: 40, columns: 128)
        let weights = try #require(PreparedWeights(tensor))
        let activations = PreparedActivations(
            ActivationClass.normal.values(256, &generator), tokens: 2, layout: weights.layout)
        let product = try #require(ExactProduct())
        let whole = product(weights, activations)
        var parts = [Float](repeating: .nan, count: whole.count)
        parts.withUnsafeMutableBufferPointer {
            product.multiply(weights, activations, rows: 0..<16, into: $0)
            product.multiply(weights, activations, rows: 16..<40, into: $0)
        }
        #expect(parts == whole)
    }

    @Test(arguments: [15, 16, 19, 22, 23, 24, 25, 31, 32, 33, 48, 56])
    func `equal the plain model for every width of the accumulator`(bits: Int) throws {
        for (name, groupSize) in [("int8", 128), ("bitmod-4b", 64), ("int4-asym", 5000), ("olive-4b", 128)] {
            for (index, kind) in ActivationClass.allCases.enumerated() {
                try compare(
                    Scheme.named(name).with(groupSize: groupSize), rows: 2, columns: 140, tokens: 1 + index % 2, kind,
                    .reference.withAccumulator(bits: bits), seed: UInt64(bits * 100 + index))
            }
        }
    }

    @Test func `a wide accumulator adds integer activations exactly`() throws {
        var generator = SeededGenerator(seed: 8)
        let (rows, columns) = (20, 1024)
        let scheme = try Scheme.named("int8").with(groupSize: columns).with(scaleEncoding: .float32)
        let tensor = try Quantizer(scheme, arithmetic: .exact).quantize(
            generator.weights(rows * columns), rows: rows, columns: columns)
        let activations = (0..<columns).map { _ in Int(generator.next() % 255) - 127 }
        let weights = try #require(PreparedWeights(tensor))
        let product = try #require(ExactProduct(.reference.withAccumulator(bits: 32)))
        let found = product(weights, PreparedActivations(integers: activations, tokens: 1, layout: weights.layout))
        for row in 0..<rows {
            let sum = (0..<columns).reduce(0) { sum, column in
                sum + activations[column] * Int(Int8(bitPattern: tensor.codes[row * columns + column]))
            }
            #expect(found[row] == Float(sum) * tensor.groupScales[row], "row \(row)")
        }
    }

    @Test func `other arithmetic and FP16 weights are refused`() throws {
        #expect(ExactProduct(.rtl2024.withAccumulator(bits: 40)) == nil)
        var fewGuardBits = PEArithmetic.reference
        fewGuardBits.guardBits = 2
        #expect(ExactProduct(fewGuardBits) == nil)
        #expect(PreparedWeights(try Quantizer(Scheme.named("fp16")).quantize([1, 2], rows: 1, columns: 2)) == nil)
    }

    @Test func `no tokens give no results`() throws {
        let tensor = try Quantizer(Scheme.named("int4")).quantize([1, 2], rows: 1, columns: 2)
        let weights = try #require(PreparedWeights(tensor))
        let product = try #require(ExactProduct())
        #expect(product(weights, PreparedActivations([], tokens: 0, layout: weights.layout)).isEmpty)
    }
}
