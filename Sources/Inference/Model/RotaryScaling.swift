/// How rotary angles are changed for contexts longer than those of the first training.
///
/// Source: `modeling_rope_utils.py` of Hugging Face transformers 4.57.
public enum RotaryScaling: Sendable, Hashable, Codable {
    /// Not at all.
    case none
    /// Positions are divided by the factor.
    case linear(factor: Double)
    /// Llama 3.1: low frequencies are divided, high ones kept, those between blended.
    case llama3(factor: Double, lowFactor: Double, highFactor: Double, originalPositions: Double)
    /// YaRN (Peng et al., arXiv:2309.00071): the same by numbers of rotations, and longer vectors.
    case yarn(
        factor: Double, originalPositions: Double, fastRotations: Double, slowRotations: Double,
        attentionFactor: Double?)
    /// What each frequency is divided by, as GGUF files of Llama 3 have it.
    case divided([Float])

    /// The angle of one position for each pair of elements [dimensions / 2].
    func frequencies(base: Double, dimensions: Int) -> [Double] {
        let plain = (0..<dimensions / 2).map { 1 / Self.power(base, Double(2 * $0) / Double(dimensions)) }
        switch self {
        case .none: return plain
        case .linear(let factor): return plain.map { $0 / factor }
        case .divided(let factors): return zip(plain, factors).map { $0 / Double($1) }
        case .llama3(let factor, let lowFactor, let highFactor, let positions):
            return plain.map { frequency in
                let wavelength = 2 * Double.pi / frequency
                if wavelength < positions / highFactor { return frequency }
                if wavelength > positions / lowFactor { return frequency / factor }
                let share = (positions / wavelength - lowFactor) / (highFactor - lowFactor)
                return (1 - share) * frequency / factor + share * frequency
            }
        case .yarn(let factor, let positions, let fast, let slow, _):
            func pair(rotations: Double) -> Double {
                Double(dimensions) * Self.logarithm(positions / (rotations * 2 * Double.pi))
                    / (2 * Self.logarithm(base))
            }
            let low = max(pair(rotations: fast).rounded(.down), 0)
            var high = min(pair(rotations: slow).rounded(.up), Double(dimensions - 1))
            if high == low { high += 0.001 }
            return plain.enumerated().map { index, frequency in
                let ramp = min(max((Double(index) - low) / (high - low), 0), 1)
                return frequency / factor * ramp + frequency * (1 - ramp)
            }
        }
    }

    /// What sines and cosines are multiplied by.
    var amplitude: Double {
        guard case .yarn(let factor, _, _, _, let given) = self else { return 1 }
        return given ?? (factor <= 1 ? 1 : 0.1 * Self.logarithm(factor) + 1)
    }
}
