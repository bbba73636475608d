/// SplitMix64 (Steele, Lea, Flood, OOPSLA 2014): a failing case can be repeated from its seed on any machine.
public struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    /// Creates the sequence of a seed.
    public init(seed: UInt64) { state = seed }

    /// The next number.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// One of some values.
    public mutating func pick<Value>(_ values: [Value]) -> Value {
        values[Int.random(in: values.indices, using: &self)]
    }

    /// A number in a range.
    public mutating func integer(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

    /// True or false.
    public mutating func flag() -> Bool { Bool.random(using: &self) }

    /// A nearly normal number of mean 0 and standard deviation 1: a sum of twelve uniform ones.
    public mutating func normal() -> Float {
        (0..<12).reduce(Float(-6)) { sum, _ in sum + Float(next() >> 40) * 0x1p-24 }
    }

    /// Nearly normal numbers, every `outlierEvery`-th ten times as large.
    public mutating func weights(_ count: Int, deviation: Float = 0.02, outlierEvery: Int = 50) -> [Float] {
        (0..<count).map { normal() * deviation * ($0 % outlierEvery == 7 ? 10 : 1) }
    }
}
