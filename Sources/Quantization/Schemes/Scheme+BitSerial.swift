extension Scheme {
    /// Cycles of one step (four weights) on the bit-serial PE, that is terms per weight; `nil` where it does not run.
    ///
    /// Signed integers take ⌈bits/2⌉ radix-4 Booth digits, FP4, FP3 and BitMoD two terms (BitMoD paper, section IV-A).
    /// Other formats use the decoders named in `sideUnits`.
    public var cyclesPerStep: Int? { formats.first?.termRule.significances.count }

    /// Why `cyclesPerStep` is what it is, in one sentence.
    public var cyclesPerStepReason: String {
        switch family {
        case .float16:
            "An FP16 weight has an 11-bit significand and an own exponent, which the bit-serial lanes cannot take."
        case .integer(let bits):
            "Radix-4 Booth digits of a signed \(bits)-bit integer: \((bits + 1) / 2)."
        case .asymmetricInteger(let bits):
            "Codes are recoded to signed \(bits)-bit integers, \((bits + 1) / 2) Booth digits; the group-sum unit "
                + "corrects the zero point."
        case .grid(.fp3), .grid(.fp4), .grid(.flint4), .bitmod:
            "Every value of the extended FP3 and FP4 grids has at most two set bits: two terms."
        case .grid(let name):
            "Signed digits of the grid's integers, one per window of the lane exponent: "
                + "\(NumberFormat.grid(name).termRule.significances.count)."
        case .microscaling:
            "FP elements of at most two terms; the shared exponent is added behind the PE."
        case .antPerGroup(let bits), .antPerChannel(let bits, _):
            "Integers of \(bits) bits have two Booth digits, flint and power-of-two values at most two terms."
        case .olive:
            "Normal values have two terms, outliers two signed digits with a 3-bit lane exponent."
        }
    }

    /// Units beside the published PE that the scheme needs, in a fixed order.
    public var sideUnits: [SideUnit] {
        var units: [SideUnit] = []
        if hasZeroPoints { units.append(.groupSum) }
        if hasZeroPoints || scaleEncoding == .float16 || scaleEncoding == .float32 { units.append(.epilogueMultiplier) }
        switch family {
        case .microscaling: units.append(.exponentAdder)
        case .antPerGroup, .antPerChannel: units.append(.decodeTable)
        case .olive: units += [.pairDecoder, .wideLaneExponent]
        case .grid(.fp5E2M2), .grid(.fp5E3M1), .grid(.fp6E2M3), .grid(.fp6E3M2): units.append(.signedDigitDecoder)
        case .float16, .integer, .asymmetricInteger, .grid, .bitmod: break
        }
        return units
    }
}
