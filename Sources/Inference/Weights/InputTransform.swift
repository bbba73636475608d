import Quantization

/// What becomes of activations before a matrix takes them.
struct InputTransform: Hashable, Sendable {
    /// What each channel is divided by [channels]: factors of smoothing, which are folded into the operator before; empty
    /// for 1.
    var divisors: [Float] = []
    /// What each channel is multiplied by, in binary16 [channels]: a matrix's own factors of inputs; empty for 1.
    var factors: [Float] = []
    /// How they come to the PEs.
    var format = ActivationFormat.float16
    /// Whose rule makes symmetric integers.
    var rule = SymmetricTokenQuantizer.Rule.smoothQuant

    /// Whether nothing is done.
    var isIdentity: Bool { divisors.isEmpty && factors.isEmpty && format == .float16 }
}

extension InputTransform {
    /// Activations after the transform.
    struct Result: Sendable {
        /// The activations, or their codes less the zero point [tokens x channels].
        var values: [Float]
        /// The scale of each token's codes [tokens]; empty where values are no codes.
        var scales: [Float] = []

        /// Makes a token's results NaN; its values are integers all the same, which the PEs can take.
        mutating func refuse(_ range: Range<Int>) {
            for index in range { values[index] = 0 }
            scales.append(.nan)
        }
    }

    /// Transforms some tokens' activations [tokens x channels].
    ///
    /// A token with an infinity or NaN has a scale of NaN, which the results then have.
    func callAsFunction(_ input: [Float], tokens: Int) -> Result {
        guard !isIdentity, tokens > 0 else { return Result(values: input) }
        let width = input.count / tokens
        var result = Result(values: input)
        for token in 0..<tokens {
            let range = token * width..<(token + 1) * width
            if !divisors.isEmpty {
                for (channel, divisor) in divisors.enumerated() { result.values[range.lowerBound + channel] /= divisor }
            }
            if !factors.isEmpty {
                for (channel, factor) in factors.enumerated() {
                    let index = range.lowerBound + channel
                    result.values[index] = Float(Float16(result.values[index]) * Float16(factor))
                }
            }
            switch format {
            case .float16: break
            case .integer(let bits):
                let quantizer = SymmetricTokenQuantizer(rule, bits: bits)
                if let codes = try? quantizer.quantize(Array(result.values[range])) {
                    for (channel, code) in codes.codes.enumerated() {
                        result.values[range.lowerBound + channel] = Float(code)
                    }
                    // BitNet's is what activations were multiplied with.
                    result.scales.append(rule == .bitNet ? 1 / codes.scale : codes.scale)
                } else {
                    result.refuse(range)
                }
            case .asymmetricInteger(let bits):
                if let codes = try? DyadicTokenQuantizer(bits: bits).quantize(Array(result.values[range])) {
                    for (channel, code) in codes.codes.enumerated() {
                        result.values[range.lowerBound + channel] = Float(Int(code) - codes.zeroPoint)
                    }
                    result.scales.append(Float(codes.scale.value))
                } else {
                    result.refuse(range)
                }
            }
        }
        return result
    }
}
