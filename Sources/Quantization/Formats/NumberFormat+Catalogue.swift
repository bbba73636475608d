extension NumberFormat {
    /// Two's complement integers without the most negative code: −(2^(bits−1) − 1)…2^(bits−1) − 1.
    public static func integer(bits: Int) -> NumberFormat {
        precondition((1...8).contains(bits), "integers of 1 to 8 bits")
        return integers[bits - 1]
    }

    /// Made once: keys and values are quantised token by token, each time with this format.
    private static let integers = (1...8).map { bits in
        let half = 1 << (bits - 1)
        return NumberFormat(
            "int\(bits)", bits: bits, codeValues: (0..<2 * half).map { $0 < half ? $0 : $0 - 2 * half },
            reserved: [half], significantBits: bits, termRule: .booth(bits: bits))
    }

    /// Two's complement integers with the most negative code, as ANT's `int`.
    public static func fullInteger(bits: Int) -> NumberFormat {
        let half = 1 << (bits - 1)
        return NumberFormat(
            "int\(bits)-full", bits: bits, codeValues: (0..<2 * half).map { $0 < half ? $0 : $0 - 2 * half },
            significantBits: bits, termRule: .booth(bits: bits))
    }

    /// Unsigned codes read as signed: code − 2^(bits−1), so that they fit the Booth decoder of the same width.
    public static func offsetInteger(bits: Int) -> NumberFormat {
        let half = 1 << (bits - 1)
        return NumberFormat(
            "uint\(bits)", bits: bits, codeValues: (0..<2 * half).map { $0 - half }, significantBits: bits,
            termRule: .booth(bits: bits))
    }

    /// FP4 (E2M1) in half units: 0, 1, 2, 3, 4, 6, 8, 12 and negatives; `special` replaces negative zero.
    ///
    /// BitMoD's special values are ±10 (extra resolution) and ±16 (extra asymmetry), in the paper's units ±5 and ±8.
    public static func fp4(special: Int? = nil) -> NumberFormat {
        signMagnitude(
            "fp4", [0, 1, 2, 3, 4, 6, 8, 12], special: special, significantBits: 2,
            termRule: termRule(special: special ?? 0))
    }

    /// FP3 (E2M0): 0, 1, 2, 4 and negatives; `special` replaces negative zero (BitMoD: ±3 and ±6).
    public static func fp3(special: Int? = nil) -> NumberFormat {
        signMagnitude(
            "fp3", [0, 1, 2, 4], special: special, significantBits: 1, termRule: termRule(special: 2 * (special ?? 0)),
            termScale: 2)
    }

    /// Flint with three payload bits (ANT): 0, 1, 2, 3, 4, 6, 8, 16 and negatives, codes in order of magnitude.
    public static let flint4 = signMagnitude(
        "flint4", [0, 1, 2, 3, 4, 6, 8, 16], significantBits: 2, termRule: .leadingOnes)

    /// Powers of two with three payload bits (ANT): 0, 1, 2, 4, …, 64 and negatives.
    public static let pot4 = signMagnitude(
        "pot4", [0, 1, 2, 4, 8, 16, 32, 64], significantBits: 1,
        termRule: .signedDigits(significances: [0, 3], laneExponentBits: 2))

    /// The fixed grids.
    public static func grid(_ name: SchemeFamily.GridName) -> NumberFormat {
        switch name {
        case .fp3: fp3()
        case .fp4: fp4()
        case .flint4: flint4
        case .fp5E2M2: fp5E2M2
        case .fp5E3M1: fp5E3M1
        case .fp6E2M3: fp6E2M3
        case .fp6E3M2: fp6E3M2
        }
    }

    private static let fp5E2M2 = minifloat("fp5-e2m2", exponentBits: 2, mantissaBits: 2, significances: [0, 2])
    private static let fp5E3M1 = minifloat("fp5-e3m1", exponentBits: 3, mantissaBits: 1, significances: [0, 2, 4, 6])
    private static let fp6E2M3 = minifloat("fp6-e2m3", exponentBits: 2, mantissaBits: 3, significances: [0, 2, 4])
    private static let fp6E3M2 = minifloat("fp6-e3m2", exponentBits: 3, mantissaBits: 2, significances: [0, 2, 4, 6])

    /// Magnitudes of a floating-point format with subnormals and no infinities, in units of its smallest value.
    private static func minifloat(
        _ name: String, exponentBits: Int, mantissaBits: Int, significances: [Int]
    ) -> NumberFormat {
        let magnitudes = (0..<1 << (exponentBits + mantissaBits)).map { code in
            let exponent = code >> mantissaBits
            let mantissa = code & ((1 << mantissaBits) - 1)
            return exponent == 0 ? mantissa : (mantissa + 1 << mantissaBits) << (exponent - 1)
        }
        return signMagnitude(
            name, magnitudes, significantBits: mantissaBits + 1,
            termRule: .signedDigits(significances: significances, laneExponentBits: 2))
    }

    /// Sign bit on top, then the index into ascending magnitudes, which for floating-point formats is exponent and
    /// mantissa as they stand.
    private static func signMagnitude(
        _ name: String, _ magnitudes: [Int], special: Int? = nil, significantBits: Int, termRule: TermRule,
        termScale: Int = 1
    ) -> NumberFormat {
        var values = magnitudes + magnitudes.map(-)
        if let special { values[magnitudes.count] = special }
        let suffix = special.map { $0 < 0 ? "\($0)" : "+\($0)" } ?? ""
        return NumberFormat(
            name + suffix, bits: values.count.trailingZeroBitCount, codeValues: values,
            significantBits: significantBits, termRule: termRule, termScale: termScale)
    }

    /// The published decoder where it can split `special` (in units of its terms), else signed digits of its window.
    private static func termRule(special: Int) -> TermRule {
        let magnitude = abs(special)
        return magnitude <= 16 && magnitude.nonzeroBitCount <= 2
            ? .leadingOnes : .signedDigits(significances: [1, 0], laneExponentBits: 2)
    }

    /// Whether FP3 or FP4 can take `value` as a special value: not on its grid, and of at most two terms.
    static func canBeSpecial(_ value: Int, bits: Int) -> Bool {
        let magnitude = abs(value)
        let units = bits == 3 ? 2 * magnitude : magnitude
        let digits = (3 * units ^ units).nonzeroBitCount
        return !(bits == 3 ? fp3() : fp4()).grid.contains(value) && units <= 18 && digits <= 2
    }
}
