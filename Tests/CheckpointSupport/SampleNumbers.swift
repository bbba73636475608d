/// A reproducible source of test data (SplitMix64).
public struct SampleNumbers: RandomNumberGenerator {
    private var state: UInt64

    /// A source that always gives the same numbers.
    public init(seed: UInt64) { state = seed }

    /// The next 64 bits.
    public mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xbf58_476d_1ce4_e5b9
        bits = (bits ^ (bits >> 27)) &* 0x94d0_49bb_1331_11eb
        return bits ^ (bits >> 31)
    }

    /// Nearly normal numbers of a standard deviation, exact in binary16 and bfloat16 to the bits that these have.
    public mutating func weights(_ count: Int, deviation: Float = 0.02) -> [Float] {
        (0..<count).map { _ in
            let sum = (0..<12).reduce(Float(-6)) { sum, _ in sum + Float(next() >> 40) * 0x1p-24 }
            // Seven bits of significand survive both types.
            return Float(bitPattern: (sum * deviation).bitPattern & 0xffff_0000)
        }
    }
}
