import Quantization

/// The four terms of one step and row in 32 bits, made so that two operations turn a lane into a binary32 number.
///
/// A lane's term ±2^w is the binary32 number ±2^(w − 126): sign in bit 31, w + 1 in bits 23…26 of the exponent field,
/// nothing else; an absent term is +0. Lane i is stored shifted right by `shifts[i]`, which makes the four patterns
/// disjoint, so that
///
///     |term(i)| = (word << shifts[i]) & magnitudeMask,    sign(i) = bit 31 of (word << shifts[i])
///
/// The signs of four activations in the same places (`signs(of:)`) turn those of the terms into those of the products by
/// one exclusive or.
///
/// Two bytes per weight and pair of terms; a table look-up of 4-bit codes would need a byte shuffle, which Swift does
/// not have.
enum TermWord {
    /// The low exponent bits of a binary32 number.
    static let magnitudeMask: UInt32 = 0x0780_0000
    /// Distances of the lanes [4].
    static let shifts: (UInt32, UInt32, UInt32, UInt32) = (0, 4, 13, 17)
    /// The same, to be indexed.
    static let shiftOfLane: [UInt32] = [0, 4, 13, 17]

    /// A term in the place of lane 0.
    ///
    /// - Precondition: lane exponents are at most 7.
    static func field(_ term: BitSerialTerm) -> UInt32 {
        guard term.bit else { return 0 }
        precondition((0...7).contains(term.exponent), "a term word holds lane exponents 0…7")
        return (term.isNegative ? 0x8000_0000 : 0) | UInt32(term.exponent + 1) << 23
    }

    /// The signs of a quad's activations [4] in the places of the terms' signs.
    static func signs(of activations: SIMD4<Float>) -> UInt32 {
        (0..<4).reduce(0) { $0 | (activations[$1].bitPattern & 0x8000_0000) >> shiftOfLane[$1] }
    }

    /// The words shifted so that each lane's sign and exponent are in their places, among bits of other lanes.
    @inline(__always)
    static func lanes(_ word: RowBits) -> LaneBits {
        (
            word, word &<< RowBits(repeating: shifts.1), word &<< RowBits(repeating: shifts.2),
            word &<< RowBits(repeating: shifts.3)
        )
    }

    /// The magnitudes of the lanes' terms.
    @inline(__always)
    static func magnitudes(_ lanes: LaneBits) -> LaneFloats {
        let mask = RowBits(repeating: magnitudeMask)
        return (
            RowFloats(bitPattern: lanes.0 & mask), RowFloats(bitPattern: lanes.1 & mask),
            RowFloats(bitPattern: lanes.2 & mask), RowFloats(bitPattern: lanes.3 & mask)
        )
    }
}
