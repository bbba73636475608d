import Glibc

/// A reproducible source of data (SplitMix64).
struct SeededGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xbf58_476d_1ce4_e5b9
        bits = (bits ^ (bits >> 27)) &* 0x94d0_49bb_1331_11eb
        return bits ^ (bits >> 31)
    }

    private mutating func uniform() -> Double { (Double(next() >> 11) + 0.5) * 0x1p-53 }

    /// A normal number of mean 0 and standard deviation 1 (Box and Muller).
    mutating func normal() -> Float {
        let radius = (-2 * log(uniform())).squareRoot()
        return Float(radius * cos(2 * Double.pi * uniform()))
    }

    /// A number of Student's distribution with three degrees of freedom.
    mutating func heavyTailed() -> Float {
        let squares = (0..<3).reduce(0.0) { sum, _ in
            let value = Double(normal())
            return sum + value * value
        }
        return Float(Double(normal()) / (squares / 3).squareRoot())
    }

    mutating func normals(_ count: Int, deviation: Float = 1) -> [Float] {
        (0..<count).map { _ in normal() * deviation }
    }
}
