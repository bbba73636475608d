/// A reproducible source of test data (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xbf58_476d_1ce4_e5b9
        bits = (bits ^ (bits >> 27)) &* 0x94d0_49bb_1331_11eb
        return bits ^ (bits >> 31)
    }

    /// A nearly normal number of mean 0 and standard deviation 1: a sum of twelve uniform ones.
    mutating func normal() -> Float {
        (0..<12).reduce(Float(-6)) { sum, _ in sum + Float(next() >> 40) * 0x1p-24 }
    }

    /// `count` nearly normal numbers, every `outlierEvery`-th ten times as large.
    mutating func weights(_ count: Int, deviation: Float = 0.02, outlierEvery: Int = 50) -> [Float] {
        (0..<count).map { normal() * deviation * ($0 % outlierEvery == 7 ? 10 : 1) }
    }
}
