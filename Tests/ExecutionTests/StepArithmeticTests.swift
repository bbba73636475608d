import Testing

@testable import Execution

@Suite("Step arithmetic")
struct StepArithmeticTests {
    /// The product of a significand at an exponent and the term 1, in the kernel's scale.
    private func product(_ significand: Int, exponent: Int) -> Float {
        Float(significand) * Float(sign: .plus, exponent: exponent - 25 + 96, significand: 1) * 0x1p-126
    }

    private func floor(_ exponent: Int) -> Float {
        Float(bitPattern: UInt32(exponent + Int(StepArithmetic.exponentBias)) << 23)
    }

    private func signs(_ lanes: [Int]) -> LaneBits {
        let bits = lanes.map { RowBits(repeating: $0 < 0 ? 0x8000_0000 : 0) }
        return (bits[0], bits[1], bits[2], bits[3])
    }

    @Test(arguments: [1, -1], 0..<4)
    func `products are truncated as shifts do, for every significand and shift`(sign: Int, lane: Int) {
        for shift in 0...38 {
            for significand in stride(from: 0, to: 2048, by: 16) {
                // Sixteen significands at exponent 1 against the largest exponent, in one lane of sixteen rows.
                var values = RowFloats(repeating: 0)
                for row in 0..<16 { values[row] = product(significand + row, exponent: 1) }
                let zero = RowFloats(repeating: 0)
                let lanes = (0..<4).map { $0 == lane ? values : zero }
                let alignment = StepArithmetic.alignment(
                    lanes[0], lanes[1], lanes[2], lanes[3], floor: floor(1 + shift))
                let sums = StepArithmetic.alignedSum(
                    (lanes[0], lanes[1], lanes[2], lanes[3]), signs: signs([sign, sign, sign, sign]),
                    alignment: alignment)
                for row in 0..<16 {
                    let expected = sign * (((significand + row) << 3) >> shift)
                    #expect(Int(sums[row]) == expected, "\(significand + row) >> \(shift)")
                }
            }
        }
    }

    @Test(arguments: [[1, 1, 1, 1], [-1, -1, -1, -1], [1, -1, 1, -1], [-1, 1, 1, 1], [1, 1, -1, -1]])
    func `the largest sums keep their bits`(lanes: [Int]) {
        let value = RowFloats(repeating: product(2047, exponent: 30))
        let alignment = StepArithmetic.alignment(value, value, value, value, floor: floor(30))
        let sum = StepArithmetic.alignedSum((value, value, value, value), signs: signs(lanes), alignment: alignment)
        #expect(Int(sum[5]) == lanes.reduce(0, +) * 2047 * 8)
    }

    @Test func `the largest of lanes and floor is the alignment, to the exponent`() {
        let small = RowFloats(repeating: product(2047, exponent: 3))
        let large = RowFloats(repeating: product(1024, exponent: 4))
        for lanes in [[large, small, small, small], [small, small, large, small], [small, small, small, large]] {
            let alignment = StepArithmetic.alignment(lanes[0], lanes[1], lanes[2], lanes[3], floor: floor(1))
            #expect(alignment[7] == floor(4))
        }
        #expect(StepArithmetic.alignment(small, small, small, small, floor: floor(5))[0] == floor(5))
    }
}
