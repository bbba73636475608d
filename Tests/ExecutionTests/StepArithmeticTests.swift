import Testing

@testable import Execution

@Suite("Step arithmetic")
struct StepArithmeticTests {
    /// An activation's lane with a significand at an exponent, in the kernel's scale.
    private func lane(_ significand: Int, exponent: Int) -> Float {
        Float(significand) * Float(sign: .plus, exponent: exponent - 25 + 96, significand: 1)
    }

    private let one = Float(sign: .plus, exponent: -126, significand: 1)

    @Test(arguments: [1, -1])
    func `products are truncated as shifts do, for every significand and shift`(sign: Int) {
        for shift in 0...38 {
            for significand in stride(from: 0, to: 2048, by: 16) {
                // Sixteen significands at exponent 1 against the largest exponent, in lane 0 of sixteen rows.
                var values = RowFloats(repeating: 0)
                for row in 0..<16 { values[row] = Float(sign) * lane(significand + row, exponent: 1) * one }
                let zero = RowFloats(repeating: 0)
                let floor = Float(bitPattern: UInt32(1 + shift + Int(StepArithmetic.exponentBias)) << 23)
                let alignment = StepArithmetic.alignment(values, zero, zero, zero, floor: floor)
                let sums = StepArithmetic.alignedSum(
                    values, zero, zero, zero, alignment: alignment, shift: RowBits(repeating: 8))
                for row in 0..<16 {
                    let expected = sign * (((significand + row) << 3) >> shift)
                    #expect(Int(sums[row] >> 8) == expected, "\(significand + row) >> \(shift)")
                }
            }
        }
    }

    @Test func `the largest sums of every significance keep their bits`() {
        for significance in 0...6 {
            let value = RowFloats(repeating: -lane(2047, exponent: 30) * one)
            let floor = Float(bitPattern: UInt32(30 + StepArithmetic.exponentBias) << 23)
            let alignment = StepArithmetic.alignment(value, value, value, value, floor: floor)
            let sum = StepArithmetic.alignedSum(
                value, value, value, value, alignment: alignment, shift: RowBits(repeating: UInt32(8 + significance)))
            #expect(Int(sum[5] >> 8) == -(4 * 2047 * 8) << significance)
        }
    }
}
