extension Scheme {
    /// What is stored for a matrix under this scheme.
    ///
    /// Zero points take 8 bits whatever the code width, as the BitMoD paper counts them (4.1875 bits per weight for
    /// INT4-asym at group size 128).
    public var storage: StorageLayout {
        var layout = StorageLayout(
            codeBits: codeBits,
            groupSize: groupSize,
            scaleBits: groupScaleBits,
            zeroPointBits: hasZeroPoints ? 8 : 0,
            selectorBits: selectorBits,
            rowBits: rowScaleCount * (scaleEncoding == .rowFloat32 ? 32 : 16),
            tensorBits: tensorBits
        )
        switch family {
        case .offsetBitmod: layout.zeroPointBits = 8
        case .spqr:
            // Codes of scale and zero per row and group; their own scales and zeros, four in FP16, for 16 rows together.
            layout.scaleBits = 0
            layout.selectorBits = 6
            layout.bitsPerRowTile = 64
            // Offsets of the rows in the list of outliers, and one for its end.
            layout.rowBits = 32
            layout.tensorBits = 32
            layout.outlierShare = nominalOutlierShare
        case .billm:
            // Seven FP16 constants per row and block; the bitmap of salient columns.
            layout.scaleBits = 7 * 16
            layout.bitsPerColumn = 1
        case .oneBit: layout.bitsPerColumn = 16
        case .bitNet: (layout.rowBits, layout.tensorBits) = (0, 32)
        case .slimLLM(let bits):
            // A zero of the block's width per row, on average as wide as the codes; the width of each block.
            layout.selectorBits = bits
            layout.bitsPerColumnGroup = 2
            // One-bit blocks have a second FP16 number, the mean, in the place of the zero.
            layout.bitsPerLowBlock = bits == 2 ? 15 : 0
        case .shiftAddLLM(let planes, let shifts):
            // A group is some inputs of 16 rows.
            layout.scaleBits = 0
            layout.bitsPerRowTile = planes * 8 * shifts
        default: break
        }
        return layout
    }

    /// The share of weights that SpQR is taken to keep as outliers where no weights are at hand (its paper: about 1 %).
    public var nominalOutlierShare: Double { if case .spqr = family { 0.01 } else { 0 } }

    /// Bits of a group's scale.
    public var groupScaleBits: Int {
        switch scaleEncoding {
        case .none, .rowFloat16, .rowFloat32: 0
        case .int8, .exponent8: 8
        case .float16: 16
        case .float32: 32
        }
    }

    /// Whether groups carry a zero point.
    public var hasZeroPoints: Bool {
        if case .asymmetricInteger = family { true } else { false }
    }

    /// Bits that choose a group's data type: as many as its alternatives need.
    public var selectorBits: Int {
        switch family {
        case .bitmod, .antPerGroup, .offsetBitmod: Int.bitWidth - (formats.count - 1).leadingZeroBitCount
        default: 0
        }
    }

    private var tensorBits: Int {
        switch family {
        case .antPerChannel, .olive: 2
        default: 0
        }
    }
}
