extension Scheme {
    /// Cycles of one step (four weights) on the bit-serial PE, that is terms per weight; `nil` where it does not run.
    ///
    /// Signed integers take ⌈bits/2⌉ radix-4 Booth digits, FP4, FP3 and BitMoD two terms (BitMoD paper, section IV-A).
    /// Other formats use the decoders named in `sideUnits`. SliM-LLM's is that of its usual blocks; see `exceptionalCycles`.
    public var cyclesPerStep: Int? {
        switch family {
        case .spqr, .billm: 2
        case .oneBit, .bitNet: 1
        case .slimLLM(let bits): (bits + 1) / 2
        case .shiftAddLLM(let planes, _): planes
        default: formats.first?.termRule.significances.count
        }
    }

    /// Cycles of a step in those of SliM-LLM's blocks that take another number than the rest, as many in a row as
    /// `SliMBlocks.pairs` says: of 3 bits beside 1 and 2, or of 2 bits beside 3 and 4.
    public var exceptionalCycles: Int? {
        if case .slimLLM(let bits) = family { bits == 2 ? 2 : 1 } else { nil }
    }

    /// FP32 multiply-adds behind the PE for each row, group and token: scales that are not applied bit-serially, products
    /// of zero points and means with sums of activations.
    public var multiplyAddsPerGroup: Int {
        switch family {
        case .float16, .microscaling, .oneBit, .bitNet, .shiftAddLLM: 0
        case .spqr, .slimLLM, .offsetBitmod: 2
        // Signs of two magnitudes and two orders, the mask, and the sums of both kinds of columns.
        case .billm: 7
        default: (groupScaleBits >= 16 ? 1 : 0) + (hasZeroPoints ? 1 : 0)
        }
    }

    /// Whether a group's scaled partial sum is added to the output on its own, by an FP32 adder that is part of the chip.
    /// Where a unit behind the PE multiplies, it adds too; schemes with one scale per row keep the sum in the PE.
    public var accumulatesPerGroup: Bool { scaleEncoding == .int8 || scaleEncoding == .exponent8 }

    /// Shifted additions behind the PE for each row, group and token: one for each power of two of each plane's scale.
    public var shiftAddsPerGroup: Int {
        if case .shiftAddLLM(let planes, let shifts) = family { planes * shifts } else { 0 }
    }

    /// Shifted additions that the unit behind the PEs makes in one operation, with an adder for each: those of a scale.
    public var shiftAddsPerOperation: Int {
        if case .shiftAddLLM(_, let shifts) = family { shifts } else { 1 }
    }

    /// Operations of the unit behind the PEs for each row, group and token.
    public var operationsPerGroup: Int { multiplyAddsPerGroup + shiftAddsPerGroup / shiftAddsPerOperation }

    /// PEs that share the unit behind them, which does an operation a cycle: as many, by powers of two up to a cluster's 64,
    /// as the steps of a whole group leave time for.
    public var elementsPerUnit: Int {
        let operations = operationsPerGroup
        guard operations > 0, let cyclesPerStep else { return 64 }
        let groupCycles = (groupSize + 3) / 4 * min(cyclesPerStep, exceptionalCycles ?? cyclesPerStep)
        var elements = 1
        while elements < 64, 2 * elements * operations <= groupCycles { elements *= 2 }
        return elements
    }

    /// Additions of each activation to sums of its group, shared by all rows.
    public var groupSumAdditions: Int { sideUnits.contains(.groupSum) ? 1 : 0 }

    /// Adder trees and accumulators that a PE has beside its own: BiLLM adds up salient columns and two magnitudes at once,
    /// then residual signs and the mask.
    public var maskedAccumulators: Int { family == .billm ? 2 : 0 }

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
        case .offsetBitmod:
            "As BitMoD; the group-sum unit adds the offset."
        case .spqr(let bits):
            "Codes are recoded to signed \(bits)-bit integers, two Booth digits; outliers go through the gather unit."
        case .billm:
            "Two bits of a weight, one a cycle: its sign, then the residual sign in salient columns, elsewhere the mask."
        case .oneBit:
            "One sign."
        case .bitNet:
            "One sign or zero."
        case .slimLLM:
            "Booth digits of the block's width: one for 1 and 2 bits, two for 3 and 4."
        case .shiftAddLLM(let planes, _):
            "\(planes) planes of signs, one a cycle."
        }
    }

    /// Units beside the published PE that the scheme needs, in a fixed order.
    public var sideUnits: [SideUnit] {
        var units: [SideUnit] = []
        switch family {
        case .offsetBitmod, .spqr, .billm, .slimLLM: units.append(.groupSum)
        default: if hasZeroPoints { units.append(.groupSum) }
        }
        if multiplyAddsPerGroup > 0 { units.append(.epilogueMultiplier) }
        switch family {
        case .microscaling: units.append(.exponentAdder)
        case .antPerGroup, .antPerChannel: units.append(.decodeTable)
        case .olive: units += [.pairDecoder, .wideLaneExponent]
        case .grid(.fp5E2M2), .grid(.fp5E3M1), .grid(.fp6E2M3), .grid(.fp6E3M2): units.append(.signedDigitDecoder)
        case .spqr: units.append(.sparseGather)
        case .billm: units += [.maskedAccumulator, .singleTermMode]
        case .oneBit: units += [.vectorScaler, .singleTermMode]
        case .bitNet, .slimLLM: units.append(.singleTermMode)
        case .shiftAddLLM: units += [.shiftScaleAccumulator, .singleTermMode]
        case .float16, .integer, .asymmetricInteger, .grid, .bitmod, .offsetBitmod: break
        }
        if activations != .float16 {
            units.append(.tokenQuantizer)
            if groupScaleBits == 0 { units.append(.wideAccumulator) }
        }
        if case .asymmetricInteger = activations { units.append(.integerNonLinear) }
        return units
    }
}
