import _RandomTestSupport

/// Sample weights for checkpoints.
public struct SampleNumbers: RandomNumberGenerator {
    private var generator: SeededGenerator

    /// A source that always gives the same numbers.
    public init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    /// The next 64 bits.
    public mutating func next() -> UInt64 { generator.next() }

    /// Nearly normal numbers of a standard deviation, exact in binary16 and bfloat16 to the bits that these have.
    public mutating func weights(_ count: Int, deviation: Float = 0.02) -> [Float] {
        (0..<count).map { _ in
            // Seven bits of significand survive both types.
            Float(bitPattern: (generator.normal() * deviation).bitPattern & 0xffff_0000)
        }
    }
}
