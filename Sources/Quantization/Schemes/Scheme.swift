/// How the weights of a matrix are represented: data types, group size and encoding of the scales.
///
/// A scheme is named on the command line (`bitmod-4b`, `int4-asym`, …); `all` lists the names. Group size and scale
/// encoding start from the scheme's usual ones and can be changed with `with(groupSize:)` and `with(scaleEncoding:)`.
public struct Scheme: Sendable, Hashable {
    /// The name used on the command line and in files.
    public let name: String
    /// The quantisation method.
    public private(set) var family: SchemeFamily
    /// Weights along the input dimension that share a scale; also the span of one partial sum in the PE.
    ///
    /// Rows whose length is no multiple end in a shorter group that is quantised like any other.
    public private(set) var groupSize: Int
    /// How scales are stored.
    public private(set) var scaleEncoding: ScaleEncoding
    /// How the activations come that the weights are multiplied with.
    public let activations: ActivationFormat
    /// What is done to the weights before they are quantised.
    public let preparation: Preparation
    /// One sentence: what it is and where it comes from.
    public let summary: String

    /// A catalogue entry; outside this module schemes are found by name.
    init(
        _ name: String, _ family: SchemeFamily, groupSize: Int = 128, _ scaleEncoding: ScaleEncoding,
        activations: ActivationFormat = .float16, preparation: Preparation = .none, _ summary: String
    ) {
        self.name = name
        self.activations = activations
        self.preparation = preparation
        self.family = family
        self.groupSize = groupSize
        self.scaleEncoding = scaleEncoding
        self.summary = summary
    }

    /// The largest group size: the partial sums and error sums are proved for this many weights.
    public static let maximumGroupSize = 1 << 16

    /// The same scheme with another group size.
    ///
    /// - Throws: `SchemeError.groupSizeOutOfRange` unless 1 ≤ `groupSize` ≤ `maximumGroupSize`.
    public func with(groupSize: Int) throws(SchemeError) -> Scheme {
        guard (1...Self.maximumGroupSize).contains(groupSize) else {
            throw .groupSizeOutOfRange(groupSize)
        }
        guard !hasFixedGroupSize || groupSize == self.groupSize else {
            throw .fixedGroupSize(scheme: name, self.groupSize)
        }
        var copy = self
        copy.groupSize = groupSize
        return copy
    }

    /// The same scheme with another encoding of the scales.
    ///
    /// - Throws: `SchemeError.unsupportedScaleEncoding` if the method has no such scales.
    public func with(scaleEncoding: ScaleEncoding) throws(SchemeError) -> Scheme {
        guard supportedScaleEncodings.contains(scaleEncoding) else {
            throw .unsupportedScaleEncoding(scheme: name, found: scaleEncoding, supported: supportedScaleEncodings)
        }
        var copy = self
        copy.scaleEncoding = scaleEncoding
        return copy
    }

    /// A BitMoD scheme that searches over other special values, in grid units and in the order of the search.
    ///
    /// - Throws: `SchemeError.unusableSpecialValues` if the scheme is not BitMoD, if there are none or more than 16, or
    ///   if one lies on the basic grid or is no sum or difference of two powers of two within the PE's window.
    public func with(specialValues: [Int]) throws(SchemeError) -> Scheme {
        guard case .bitmod(let bits, _) = family, (1...16).contains(specialValues.count),
            specialValues.allSatisfy({ NumberFormat.canBeSpecial($0, bits: bits) })
        else {
            throw .unusableSpecialValues(specialValues, scheme: name)
        }
        var copy = self
        copy.family = .bitmod(bits: bits, .special(specialValues))
        return copy
    }

    /// An ANT per-channel scheme that searches over other types, in the order of the search.
    ///
    /// - Throws: `SchemeError.unusableTypes` if the scheme is not ANT per channel, or if there are none or repeated types.
    public func with(antTypes: [SchemeFamily.AntType]) throws(SchemeError) -> Scheme {
        guard case .antPerChannel(let bits, _) = family, !antTypes.isEmpty, Set(antTypes).count == antTypes.count else {
            throw .unusableTypes(antTypes, scheme: name)
        }
        var copy = self
        copy.family = .antPerChannel(bits: bits, antTypes)
        return copy
    }

    /// The types that ANT per channel searches over, in the order of `formats`; empty for other schemes.
    public var antTypes: [SchemeFamily.AntType] {
        if case .antPerChannel(_, let types) = family { types } else { [] }
    }

    /// The encodings of scales that the scheme's method can have, the usual one first for most.
    public var supportedScaleEncodings: [ScaleEncoding] {
        switch family {
        case .float16: [.none]
        case .integer: [.int8, .float16, .float32, .rowFloat16]
        case .asymmetricInteger, .grid, .bitmod, .antPerGroup: [.int8, .float16, .float32]
        case .microscaling: [.exponent8]
        case .antPerChannel, .olive: [.rowFloat16, .rowFloat32]
        case .offsetBitmod, .spqr, .billm, .slimLLM, .shiftAddLLM, .oneBit, .bitNet: [scaleEncoding]
        }
    }

    /// Whether the group size is part of the method: blocks that its masks, widths or statistics belong to.
    public var hasFixedGroupSize: Bool {
        switch family {
        case .spqr, .billm, .slimLLM, .shiftAddLLM, .oneBit, .bitNet: true
        // I-LLM knows rows only; groups are partial sums.
        default: if case .asymmetricInteger = activations { true } else { false }
        }
    }

    /// Bits of one weight's code.
    public var codeBits: Int {
        switch family {
        case .float16: 16
        case .integer(let bits), .asymmetricInteger(let bits), .bitmod(let bits, _), .microscaling(let bits, _),
            .antPerGroup(let bits), .antPerChannel(let bits, _):
            bits
        case .grid(let name): NumberFormat.grid(name).bits
        case .olive: 4
        case .offsetBitmod(let bits), .spqr(let bits), .slimLLM(let bits): bits
        case .shiftAddLLM(let planes, _): planes
        case .billm, .bitNet: 2
        case .oneBit: 1
        }
    }

    /// Scales per row: with `ScaleEncoding.int8` one per BitMoD family (2 for the full search), else at most 1.
    public var rowScaleCount: Int {
        switch scaleEncoding {
        case .none, .float16, .float32, .exponent8: 0
        case .rowFloat16, .rowFloat32: 1
        case .int8: (rowScaleIndices.max() ?? 0) + 1
        }
    }

    /// For each selector the index of its scale among the row's: BitMoD grids with the same largest magnitude share one.
    public var rowScaleIndices: [Int] {
        guard case .bitmod = family else { return formats.map { _ in 0 } }
        var maxima: [Int] = []
        return formats.map { format in
            if let index = maxima.firstIndex(of: format.maximumMagnitude) { return index }
            maxima.append(format.maximumMagnitude)
            return maxima.count - 1
        }
    }
}
