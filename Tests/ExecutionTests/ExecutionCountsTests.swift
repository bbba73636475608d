import Quantization
import Testing
import Units
import _RandomTestSupport

@testable import Execution

@Suite("Execution counts")
struct ExecutionCountsTests {
    @Test(arguments: Scheme.onPE)
    func `equal the timing model's pass cycles`(scheme: Scheme) throws {
        let terms = try #require(scheme.cyclesPerStep)
        for groupSize in [4, 8, 16, 30, 128] {
            for columns in [1, 7, 128, 300] {
                let scheme = try scheme.with(groupSize: groupSize)
                let layout = try #require(KernelLayout(scheme, columns: columns))
                let counts = ExecutionCounts(layout, scheme: scheme, rows: 5, tokens: 3)
                // The formula of ProcessingArray.passCycles, with four lanes.
                let scaling = max(
                    scheme.scaleEncoding == .int8 ? 8 : 0, scheme.elementsPerUnit * scheme.multiplyAddsPerGroup)
                func group(_ size: Int) -> Int { max((size + 3) / 4 * terms, scaling) }
                let tail = columns % groupSize
                let cycles = columns / groupSize * group(groupSize) + (tail > 0 ? group(tail) : 0)
                #expect(counts.passCycles == cycles)
                #expect(counts.activeElementCycles == 15 * cycles)
                #expect(counts.steps + counts.exposedScalingCycles == 15 * cycles)
                #expect(counts.hiddenScalingCycles + counts.exposedScalingCycles == 15 * layout.groups * scaling)
            }
        }
    }

    @Test func `steps and bytes equal the plain model's and the packed buffer's`() throws {
        var generator = SeededGenerator(seed: 31)
        for name in ["bitmod-4b", "int6", "olive-4b"] {
            let tensor = try Quantizer(Scheme.named(name).with(groupSize: 32))
                .quantize(generator.weights(3 * 77), rows: 3, columns: 77)
            let packed = PackedTensor(tensor)
            let weights = try #require(PreparedWeights(packed))
            let plain = try #require(PlainDotProduct(tensor))
            let counts = ExecutionCounts(weights, tokens: 2)
            #expect(counts.steps == 2 * 3 * plain.cyclesPerRow)
            #expect(counts.packedBytes == Bytes(packed.bytes.count))
        }
    }

    @Test func `scaling is hidden from sixteen two-term weights on`() throws {
        for (size, exposed) in [(12, 2), (16, 0)] {
            let scheme = try Scheme.named("bitmod-4b").with(groupSize: size)
            let layout = try #require(KernelLayout(scheme, columns: size))
            #expect(ExecutionCounts(layout, scheme: scheme, rows: 1, tokens: 1).exposedScalingCycles == exposed)
        }
    }
}
