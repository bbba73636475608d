extension Scheme {
    /// What is stored for a matrix under this scheme.
    ///
    /// Zero points take 8 bits whatever the code width, as the BitMoD paper counts them (4.1875 bits per weight for
    /// INT4-asym at group size 128).
    public var storage: StorageLayout {
        StorageLayout(
            codeBits: codeBits,
            groupSize: groupSize,
            scaleBits: groupScaleBits,
            zeroPointBits: hasZeroPoints ? 8 : 0,
            selectorBits: selectorBits,
            rowBits: rowScaleCount * (scaleEncoding == .rowFloat32 ? 32 : 16),
            tensorBits: tensorBits
        )
    }

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
        case .bitmod, .antPerGroup: Int.bitWidth - (formats.count - 1).leadingZeroBitCount
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
