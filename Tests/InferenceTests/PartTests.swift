import MessagePassing
import Quantization
import Testing
import _CheckpointTestSupport

@testable import Inference

/// A communicator of one rank.
enum SingleProcess {
    static var communicator: SingleProcessCommunicator { SingleProcessCommunicator() }
}

@Suite("Parts of inference") struct PartTests {
    @Test func `rotary scalings have the frequencies of transformers`() {
        let llama = RotaryScaling.llama3(factor: 8, lowFactor: 1, highFactor: 4, originalPositions: 8192)
        let expected = [
            1.0, 0.19392274474868576, 0.03760603093086393, 0.0072926647372171085, 0.0005248461609929547,
            3.428102195952591e-05, 6.647869871181236e-06, 1.2891731721515574e-06,
        ]
        for (found, value) in zip(llama.frequencies(base: 500_000, dimensions: 16), expected) {
            #expect(abs(found / value - 1) < 1e-12)
        }
        let yarn = RotaryScaling.yarn(
            factor: 4, originalPositions: 2048, fastRotations: 32, slowRotations: 1, attentionFactor: nil)
        let stretched = [
            1.0, 0.31622776601683794, 0.1, 0.02569350598886808, 0.00625, 0.0013834964763236662, 0.00025,
            7.905694150420948e-05,
        ]
        for (found, value) in zip(yarn.frequencies(base: 10_000, dimensions: 16), stretched) {
            #expect(abs(found / value - 1) < 1e-12)
        }
        #expect(abs(yarn.amplitude - 1.138_629_436_111_989) < 1e-12)
        #expect(RotaryScaling.linear(factor: 2).frequencies(base: 100, dimensions: 4) == [0.5, 0.05])
        #expect(RotaryScaling.divided([1, 4]).frequencies(base: 100, dimensions: 4) == [1, 0.025])
    }

    @Test func `the vector unit's product sums as its dot product does, whatever the shape`() {
        var numbers = SampleNumbers(seed: 8)
        for (rows, columns, tokens) in [(1, 1, 1), (5, 17, 3), (9, 48, 2), (4, 16, 1), (7, 31, 5)] {
            let weights = numbers.weights(rows * columns, deviation: 1)
            let inputs = numbers.weights(tokens * columns, deviation: 1)
            let result = VectorProduct(weights: weights, rows: rows, columns: columns)(inputs, tokens: tokens)
            for token in 0..<tokens {
                for row in 0..<rows {
                    let one = Array(weights[row * columns..<(row + 1) * columns])
                    let other = Array(inputs[token * columns..<(token + 1) * columns])
                    #expect(result[token * rows + row] == VectorUnit.dot(one, other, count: columns))
                    let plain = zip(one, other).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
                    #expect(abs(Double(result[token * rows + row]) - plain) < 1e-4)
                }
            }
        }
    }

    @Test func `sampling repeats with its seed and keeps to its limits`() {
        let logits: [Float] = [0, 3, 2.5, -1, 3]
        func draws(_ options: Sampler.Options, _ count: Int = 200) -> [Int] {
            var sampler = Sampler(options)
            return (0..<count).map { _ in logits.withUnsafeBufferPointer { sampler.next($0) } }
        }
        #expect(Set(draws(.init())) == [1])
        #expect(draws(.init(temperature: 1, seed: 5)) == draws(.init(temperature: 1, seed: 5)))
        #expect(draws(.init(temperature: 1, seed: 5)) != draws(.init(temperature: 1, seed: 6)))
        #expect(Set(draws(.init(temperature: 5, seed: 1))) == [0, 1, 2, 3, 4])
        #expect(Set(draws(.init(temperature: 5, mostTokens: 2, seed: 1))) == [1, 4])
        #expect(Set(draws(.init(temperature: 1, probability: 0.5, seed: 1))) == [1, 4])
        #expect(Set(draws(.init(temperature: 1, probability: 1e-9, seed: 1))) == [1])
    }

    @Test func `chips divide every dimension without gaps`() throws {
        let folder = try CheckpointFolder()
        let model = try LanguageModel(path: TinyModel().safetensors(in: folder))
        let shape = model.description.shape
        for tensor in 1...shape.attentionHeads {
            let plan = try hardware(model, options(), parallel: "tp\(tensor),pp2").plan
            let seats = (0..<plan.chips).map { ChipSeat($0, of: plan, shape) }
            for stage in 0..<2 {
                let own = seats.filter { $0.stage == stage }
                #expect(own.allSatisfy { $0.layers == plan.stages[stage].range })
                #expect(own.allSatisfy { $0.hasEmbedding == (stage == 0) && $0.hasHead == (stage == 1) })
                for (name, ranges, whole) in [
                    ("heads", own.map(\.whole.queryHeads), shape.attentionHeads),
                    ("inner", own.map(\.whole.inner), shape.intermediateSize),
                    ("vocabulary", own.map(\.vocabularyRows), shape.vocabularySize),
                ] {
                    #expect(ranges.flatMap { $0 } == Array(0..<whole), "\(name) over \(tensor) chips")
                }
                // Every query head finds its key and value head on its chip, in order.
                for seat in own {
                    let heads = zip(seat.whole.keyValueHeads, seat.whole.queryHeadsPerKVHead).flatMap {
                        Array(repeating: $0, count: $1)
                    }
                    #expect(heads == seat.whole.queryHeads.map { $0 / shape.queryHeadsPerKVHead })
                }
            }
        }
    }

    @Test(arguments: ["int8", "bitmod-4b"])
    func `attention over quantised keys and values is near that over the same numbers`(name: String) throws {
        let scheme = try Scheme.named(name)
        let size = 8
        let product = try #require(InferenceArithmetic.exact.product)
        let exact = try #require(QuantizedHeadCache(scheme, headDimension: size, product))
        let float = FloatHeadCache(scheme, headDimension: size)
        var numbers = SampleNumbers(seed: 9)
        // Beyond a block of keys and a group of values.
        for token in 0..<150 {
            let key = numbers.weights(size, deviation: 1)
            let value = numbers.weights(size, deviation: token == 20 ? 0 : 1)
            try exact.append(keys: key, values: value)
            try float.append(keys: key, values: value)
        }
        #expect(exact.count == 150)
        let queries = numbers.weights(3 * size, deviation: 1).map { Float(Float16($0)) }
        let limits = [150, 1, 129]
        let found = exact.attend(queries, limits: limits, scale: 0.25)
        let expected = float.attend(queries, limits: limits, scale: 0.25)
        for (left, right) in zip(found, expected) { #expect(abs(left - right) < 0.01) }
    }

    @Test func `every value of BitMoD's grids is one of the grid that values are multiplied in`() throws {
        for name in ["bitmod-4b", "bitmod-3b"] {
            let scheme = try Scheme.named(name)
            let grid = try #require(QuantizedHeadCache.valueScheme(for: scheme)?.formats.first?.grid)
            for format in scheme.formats { #expect(Set(format.grid).isSubset(of: grid)) }
        }
    }
}
