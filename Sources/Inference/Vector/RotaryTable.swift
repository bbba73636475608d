import Foundation

/// Sines and cosines of rotary positions, grown as positions are needed (Su et al., arXiv:2104.09864).
///
/// Angles are computed in binary64 and their sines and cosines rounded to binary32 once.
struct RotaryTable: Sendable {
    private let frequencies: [Double]
    private let amplitude: Double
    private var cosines: [Float] = []
    private var sines: [Float] = []
    private var positions = 0

    init(_ description: ModelDescription) {
        frequencies = description.rotaryScaling.frequencies(
            base: description.rotaryBase, dimensions: description.rotaryDimensions)
        amplitude = description.rotaryScaling.amplitude
    }

    /// Makes the table reach that many positions.
    mutating func extend(to count: Int) {
        while positions < count {
            for frequency in frequencies {
                let angle = Double(positions) * frequency
                cosines.append(Float(cos(angle) * amplitude))
                sines.append(Float(sin(angle) * amplitude))
            }
            positions += 1
        }
    }

    /// Rotates the pairs (i, i + half) of a head.
    ///
    /// - Precondition: the table reaches the position.
    func rotate(_ head: UnsafeMutablePointer<Float>, position: Int) {
        let half = frequencies.count
        let start = position * half
        for index in 0..<half {
            let (cosine, sine) = (cosines[start + index], sines[start + index])
            let (first, second) = (head[index], head[index + half])
            head[index] = first * cosine - second * sine
            head[index + half] = second * cosine + first * sine
        }
    }
}
