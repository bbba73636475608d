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
    /// Gates have few codes, whose gate · sigmoid(gate) is a table. The logistic function takes a scale beyond its range as
    /// the nearest one in it: of gates that are all below 2^−24 or steps above 128 it makes the same.
    /// The smoothing between gate and up of the paper's FSBR is learned and not done here.
    ///
    /// - Parameters:
    ///   - gates: the gate projection's token.
    ///   - ups: the up projection's token.
    ///   - bits: bits of the result, 2…8.
    /// - Precondition: both tokens have as many channels, and zero points that are codes.
    public static func swiGLU(_ gates: DyadicToken, _ ups: DyadicToken, bits: Int = 8) -> DyadicToken {
        precondition(gates.codes.count == ups.codes.count, "a gate for each channel")
        precondition(
            (0...256).contains(gates.zeroPoint) && (0...256).contains(ups.zeroPoint), "zero points of 8 bits")
        let sigmoidBits = 8
        let sigmoidScale = DyadicScale(multiplier: gates.scale.multiplier, shift: min(max(gates.scale.shift, 0), 40))
        let activated = (0...Int(gates.codes.max() ?? 0)).map { code in
            let gate = code - gates.zeroPoint
            return gate * sigmoid(gate, scale: sigmoidScale, bits: sigmoidBits)
        }
        let products = zip(gates.codes, ups.codes).map { activated[Int($0)] * (Int($1) - ups.zeroPoint) }
        let scale = DyadicScale(multiplier: gates.scale.multiplier, shift: gates.scale.shift + sigmoidBits - 1)
        return requantized(products, inputScale: scale, weightScale: ups.scale, bits: bits, rounding: .nearest)
    }
}
