import Testing
import _RandomTestSupport

@testable import Quantization

@Suite("Processing element")
struct PEArithmeticTests {
    private func randomActivations(_ generator: inout SeededGenerator) -> SIMD4<UInt16> {
        var bits = SIMD4<UInt16>(repeating: 0)
        for lane in 0..<4 {
            // All finite values, a quarter of them subnormal or zero.
            let exponent = generator.next() % 4 == 0 ? 0 : UInt16(generator.next() % 31)
            bits[lane] = UInt16(truncatingIfNeeded: generator.next() & 0x83ff) | exponent << 10
        }
        return bits
    }

    private func randomTerms(_ generator: inout SeededGenerator) -> PETerms {
        var terms = PETerms(
            signs: SIMD4(repeating: 0), exponents: SIMD4(repeating: 0), bits: SIMD4(repeating: 0),
            significance: Int(generator.next() % 7))
        for lane in 0..<4 {
            terms.signs[lane] = Int(generator.next() & 1)
            terms.exponents[lane] = Int(generator.next() & 3)
            terms.bits[lane] = generator.next() % 5 == 0 ? 0 : 1
        }
        return terms
    }

    @Test func `the reference stays within its truncations of the exact sum`() {
        var generator = SeededGenerator(seed: 11)
        for group in 0..<100 {
            var accumulator = PEAccumulator()
            var exact = 0.0
            var bound = 0.0
            for _ in 0..<64 {
                let bits = randomActivations(&generator)
                let terms = randomTerms(&generator)
                for lane in 0..<4 where terms.bits[lane] == 1 {
                    let sign = terms.signs[lane] == 1 ? -1.0 : 1.0
                    exact +=
                        sign * Double(Float16(bitPattern: bits[lane]))
                        * Double(1 << (terms.exponents[lane] + terms.significance))
                }
                _ = PEArithmetic.reference.step(PEActivations(bits: bits), terms, into: &accumulator)
                let unit = Double(sign: .plus, exponent: accumulator.exponent - 28, significand: 1)
                // Four aligned products before the shift by the significance, then term, accumulator and result.
                bound += (4 * Double(1 << terms.significance) + 3) * unit
            }
            let error = abs(PEArithmetic.reference.value(of: accumulator) - exact)
            #expect(error <= bound, "seed 11, group \(group): error \(error), bound \(bound)")
        }
    }

    @Test func `adding 1 eight times gives 8, and 128 in the published Verilog`() {
        let one = PEActivations(SIMD4<Float16>(1, 0, 0, 0))
        let term = PETerms(
            signs: SIMD4(repeating: 0), exponents: SIMD4(repeating: 0), bits: SIMD4(1, 0, 0, 0), significance: 0)
        var reference = PEAccumulator()
        var published = PEAccumulator()
        for _ in 0..<8 {
            _ = PEArithmetic.reference.step(one, term, into: &reference)
            _ = PEArithmetic.rtl2024.step(one, term, into: &published)
        }
        #expect(PEArithmetic.reference.value(of: reference) == 8)
        #expect(PEArithmetic.rtl2024.value(of: published) == 128)
    }

    @Test func `integer activations with a wide accumulator are exact, with 15 bits they are not`() {
        var generator = SeededGenerator(seed: 12)
        let rule = TermRule.booth(bits: 8)
        let wide = PEArithmetic.reference.withAccumulator(bits: 40)
        var wideSum = PEAccumulator()
        var narrowSum = PEAccumulator()
        var exact = 0
        for _ in 0..<256 {
            var activations = SIMD4<Int>(repeating: 0)
            for lane in 0..<4 { activations[lane] = Int(generator.next() % 255) - 127 }
            let weights = (0..<4).map { _ in Int(generator.next() % 255) - 127 }
            for lane in 0..<4 { exact += activations[lane] * weights[lane] }
            let terms = weights.map { rule.terms(of: $0) }
            for step in 0..<4 {
                let lanes = PETerms(terms[0][step], terms[1][step], terms[2][step], terms[3][step])
                _ = wide.step(PEActivations(integers: activations), lanes, into: &wideSum)
                _ = PEArithmetic.reference.step(PEActivations(integers: activations), lanes, into: &narrowSum)
            }
        }
        #expect(wide.value(of: wideSum) == Double(exact))
        #expect(PEArithmetic.reference.value(of: narrowSum) != Double(exact))
        #expect(abs(PEArithmetic.reference.value(of: narrowSum) - Double(exact)) < 1024 * 127 * 127 * 1e-3)
    }

    @Test func `subnormals and zeros have exponent 1 and no hidden bit`() {
        let lanes = PEActivations(bits: SIMD4(0x0000, 0x8001, 0x03ff, 0x0400))
        #expect(lanes.exponents == SIMD4(1, 1, 1, 1))
        #expect(lanes.significands == SIMD4(0, 1, 1023, 1024))
        #expect(lanes.signs == SIMD4(0, 1, 0, 0))
        #expect(!lanes.hasNonFinite)
    }

    @Test func `an infinity or NaN makes the group NaN in the reference and a large value in the Verilog`() {
        let lanes = PEActivations(SIMD4<Float16>(.infinity, 1, 0, 0))
        let terms = PETerms(
            signs: SIMD4(repeating: 0), exponents: SIMD4(repeating: 0), bits: SIMD4(repeating: 1), significance: 0)
        var accumulator = PEAccumulator()
        _ = PEArithmetic.reference.step(lanes, terms, into: &accumulator)
        #expect(PEArithmetic.reference.value(of: accumulator).isNaN)
        accumulator = PEAccumulator()
        _ = PEArithmetic.rtl2024.step(lanes, terms, into: &accumulator)
        #expect(PEArithmetic.rtl2024.value(of: accumulator) == 65_536)
    }

    @Test func `a term that is 22 places below the accumulator counts, one 23 below does not`() {
        let arithmetic = PEArithmetic.reference
        for (shift, expected) in [(22, -1), (23, 0)] {
            let start = PEAccumulator()
            var accumulator = start
            accumulator.exponent = shift + 1
            let result = arithmetic.accumulated(-1, significance: 0, maxExponent: 1, onto: accumulator)
            #expect(result.mantissa == expected, "shift \(shift)")
        }
        for (shift, expected) in [(13, -1), (14, 0)] {
            var accumulator = PEAccumulator()
            accumulator.mantissa = -1
            let result = arithmetic.accumulated(0, significance: 0, maxExponent: shift, onto: accumulator)
            #expect(result.mantissa == expected, "accumulator shift \(shift)")
        }
    }

    @Test func `the dequantisation unit multiplies exactly`() {
        var unit = PEDequantizer.reference
        for mantissa in [-16_384, -12_345, -1, 0, 1, 9_999, 16_383] {
            for scale in [0, 1, 2, 127, 128, 255] {
                #expect(unit.dequantize(mantissa: mantissa, scale: scale) == mantissa * scale)
                #expect(unit.trace.count == 8)
            }
        }
    }

    @Test func `the published dequantiser keeps the previous group and wraps at 21 bits`() {
        var unit = PEDequantizer.rtl2024
        unit.scaleBits = 6
        #expect(unit.dequantize(mantissa: 100, scale: 5) == 500)
        #expect(unit.dequantize(mantissa: 100, scale: 5) == 32_500)
        unit.reset()
        #expect(unit.dequantize(mantissa: 100, scale: 5) == 500)
        unit = .rtl2024
        #expect(unit.dequantize(mantissa: 16_383, scale: 127) == -16_511)
    }
}
