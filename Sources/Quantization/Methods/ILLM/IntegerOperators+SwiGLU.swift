extension IntegerOperators {
    /// The logistic function of an integer: codes of 2^−(bits − 1), rounded down.
    ///
    /// In two branches, so that DI-Exp sees no positive exponent: 1 / (1 + e^−x) for x ≥ 0, e^x / (1 + e^x) below. The form
    /// with the row's maximum, as in softmax, loses both terms where all gates are far below it.
    ///
    /// - Parameters:
    ///   - value: the gate less its zero point.
    ///   - scale: its scale, with a shift of 0…40.
    ///   - bits: bits of the result, 2…16.
    ///   - guardBits: fraction bits that the input gets for DI-Exp, 0…16; a coarse scale would leave it few steps (ours).
    /// - Precondition: all in their ranges, and `value` of 32 bits.
    public static func sigmoid(_ value: Int, scale: DyadicScale, bits: Int = 8, guardBits: Int = 8) -> Int {
        precondition((0...40).contains(scale.shift) && (0...16).contains(guardBits), "scales and guard bits")
        precondition((2...16).contains(bits) && value.magnitude < 1 << 32, "a value of 32 bits")
        let exponential = IntegerExponential(
            scale: DyadicScale(multiplier: scale.multiplier, shift: scale.shift + guardBits))
        let small = exponential(-Int(value.magnitude) << guardBits)
        return ((value >= 0 ? exponential.one : small) << (bits - 1)) / (exponential.one + small)
    }

    /// DI-SwiGLU of one token: gate · sigmoid(gate) · up, requantised to unsigned codes.
    ///
    /// The smoothing between gate and up of the paper's FSBR is learned and not done here.
    ///
    /// - Parameters:
    ///   - gates: the gate projection's token.
    ///   - ups: the up projection's token.
    ///   - bits: bits of the result, 2…8.
    /// - Precondition: both tokens have as many channels, and the gates' scale a shift of 0…40.
    public static func swiGLU(_ gates: DyadicToken, _ ups: DyadicToken, bits: Int = 8) -> DyadicToken {
        precondition(gates.codes.count == ups.codes.count, "a gate for each channel")
        let sigmoidBits = 8
        let products = zip(gates.codes, ups.codes).map { gateCode, upCode in
            let gate = Int(gateCode) - gates.zeroPoint
            let factor = sigmoid(gate, scale: gates.scale, bits: sigmoidBits)
            return gate * factor * (Int(upCode) - ups.zeroPoint)
        }
        let scale = DyadicScale(multiplier: gates.scale.multiplier, shift: gates.scale.shift + sigmoidBits - 1)
        return requantized(products, inputScale: scale, weightScale: ups.scale, bits: bits)
    }
}
