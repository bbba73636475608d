/// The PE's dequantisation unit: multiplies a group's partial sum by an unsigned group scale, most significant bit
/// first, one bit per cycle.
///
/// BitMoD paper, section IV-B. The eight cycles hide behind the next group where (group size / 4) · terms ≥ 8.
public struct PEDequantizer: Sendable, Hashable {
    /// Bits of the scale, that is cycles.
    public var scaleBits: Int
    /// Bits of the signed result, in which it wraps.
    public var resultBits: Int
    /// Whether the register is cleared at the start of a group.
    public var clearsAtStart: Bool
    /// The register after each cycle of the last group.
    public private(set) var trace: [Int] = []
    /// The result register.
    public private(set) var register: Int = 0

    /// A unit of the given widths.
    public init(scaleBits: Int, resultBits: Int, clearsAtStart: Bool) {
        self.scaleBits = scaleBits
        self.resultBits = resultBits
        self.clearsAtStart = clearsAtStart
    }

    /// 8-bit scales and 23-bit results, which hold every product of a 15-bit mantissa.
    public static let reference = PEDequantizer(scaleBits: 8, resultBits: 23, clearsAtStart: true)

    /// The authors' `dequant.v` of 2024: 21-bit results that wrap, and a register that is never cleared but by reset,
    /// so that a group's result is shifted in on top of the previous one.
    public static let rtl2024 = PEDequantizer(scaleBits: 8, resultBits: 21, clearsAtStart: false)

    /// Takes a group's mantissa and scale; returns the register after `scaleBits` cycles.
    ///
    /// - Precondition: `scale` has at most `scaleBits` bits.
    public mutating func dequantize(mantissa: Int, scale: Int) -> Int {
        precondition(scale >= 0 && scale >> scaleBits == 0, "the scale has \(scaleBits) bits")
        if clearsAtStart { register = 0 }
        trace.removeAll(keepingCapacity: true)
        for bit in (0..<scaleBits).reversed() {
            let addend = (scale >> bit) & 1 == 1 ? mantissa : 0
            register = PEArithmetic.wrap((register << 1) &+ addend, bits: resultBits)
            trace.append(register)
        }
        return register
    }

    /// Clears the register, as the Verilog's reset does.
    public mutating func reset() { register = 0 }
}
