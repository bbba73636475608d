extension Scheme {
    /// All named schemes, in the order in which they are shown.
    public static let all: [Scheme] =
        [float16] + integers + asymmetricIntegers + grids + bitmod + microscaling + ant + olive + methods

    /// Those that need nothing but weights and quantise every group, row or matrix as it is: no methods of other papers.
    public static let coded: [Scheme] = all.filter { !$0.isMethod }

    private static let float16 = Scheme(
        "fp16", .float16, .none, "IEEE 754 binary16 weights, unquantised: the baseline of the BitMoD paper.")

    private static let integers = [8, 6, 5, 4, 3].map { bits in
        Scheme(
            "int\(bits)", .integer(bits: bits), .int8,
            "Symmetric \(bits)-bit integers per group, round half to even (BitMoD code, quant_int).")
    }

    private static let asymmetricIntegers = [8, 6, 5, 4, 3].map { bits in
        Scheme(
            "int\(bits)-asym", .asymmetricInteger(bits: bits), .float16,
            "Asymmetric \(bits)-bit integers per group with an 8-bit zero point (BitMoD code, quant_int_asym).")
    }

    private static let grids = SchemeFamily.GridName.allCases.map { grid in
        Scheme(
            grid.rawValue, .grid(grid), .int8,
            "One \(NumberFormat.grid(grid).bits)-bit grid for all groups, ties to the lower value "
                + "(BitMoD code, quant_datatype).")
    }

    private static let bitmod = [3, 4].flatMap { bits in
        [
            Scheme(
                "bitmod-\(bits)b", .bitmod(bits: bits, .all), .int8,
                "BitMoD: FP\(bits) with one of four special values per group (Chen et al., HPCA 2025)."),
            Scheme(
                "bitmod-\(bits)b-er", .bitmod(bits: bits, .extraResolution), .int8,
                "BitMoD restricted to extra resolution: FP\(bits) with ±\(bits == 3 ? "3" : "5") "
                    + "(HPCA 2025, Table VIII)."),
            Scheme(
                "bitmod-\(bits)b-ea", .bitmod(bits: bits, .extraAsymmetry), .int8,
                "BitMoD restricted to extra asymmetry: FP\(bits) with ±\(bits == 3 ? "6" : "8") "
                    + "(HPCA 2025, Table VIII)."),
        ]
    }

    private static let microscaling = [
        Scheme(
            "mx-fp4", .microscaling(bits: 4, .bitmodPaper), groupSize: 32, .exponent8,
            "FP4 with a shared exponent, the grid stretched to 2·2^e as the BitMoD paper compares it (quant_mx)."),
        Scheme(
            "mx-fp3", .microscaling(bits: 3, .bitmodPaper), groupSize: 32, .exponent8,
            "FP3 with a shared exponent, the grid stretched to 2·2^e as the BitMoD paper compares it (quant_mx)."),
        Scheme(
            "ocp-mxfp4", .microscaling(bits: 4, .ocp), groupSize: 32, .exponent8,
            "MXFP4 of the OCP Microscaling Formats specification v1.0: E2M1 elements, E8M0 scale, saturating."),
    ]

    private static let ant = [3, 4].flatMap { bits in
        [
            Scheme(
                "ant-\(bits)b", .antPerGroup(bits: bits), .int8,
                "ANT types per group, int\(bits) or \(bits == 3 ? "fp3" : "flint4"), as the BitMoD paper compares it "
                    + "(mixed_ant)."),
            Scheme(
                "ant-\(bits)b-channel",
                .antPerChannel(bits: bits, bits == 3 ? [.int, .flint] : SchemeFamily.AntType.allCases), .rowFloat16,
                "ANT's own search: one of int, flint, power-of-two per tensor, a clipped scale per row "
                    + "(Guo et al., MICRO 2022)."),
        ]
    }

    private static let olive = [
        Scheme(
            "olive-4b", .olive(.adaptive), .rowFloat16,
            "OliVe: 4-bit outlier-victim pairs, the better of int and flint per tensor (Guo et al., ISCA 2023)."),
        Scheme(
            "olive-4b-int", .olive(.int), .rowFloat16,
            "OliVe with integers for normal values (Guo et al., ISCA 2023)."),
        Scheme(
            "olive-4b-flint", .olive(.flint), .rowFloat16,
            "OliVe with flint for normal values (Guo et al., ISCA 2023)."),
    ]
}
