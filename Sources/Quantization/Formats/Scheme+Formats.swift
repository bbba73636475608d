extension Scheme {
    /// The data types a weight can have, indexed by the group's selector, or for ANT per channel and OliVe by the
    /// tensor's type; empty for binary16.
    ///
    /// BitMoD's order is that of the published search: extra resolution positive and negative, then extra asymmetry
    /// positive and negative. Asymmetric integers are listed as the signed integers that the PE sees. Methods that are no
    /// codes of one grid per group have none: see `StoredMatrix`.
    public var formats: [NumberFormat] { Self.formats(family) }

    private static func formats(_ family: SchemeFamily) -> [NumberFormat] {
        switch family {
        case .float16: []
        case .integer(let bits): [.integer(bits: bits)]
        case .asymmetricInteger(let bits): [.offsetInteger(bits: bits)]
        case .grid(let name): [.grid(name)]
        case .bitmod(let bits, let candidates):
            specialValues(bits: bits, candidates).map {
                bits == 3 ? .fp3(special: $0) : .fp4(special: $0)
            }
        case .microscaling(let bits, _): [bits == 3 ? .fp3() : .fp4()]
        case .antPerGroup(let bits): [.integer(bits: bits), bits == 3 ? .fp3() : .flint4]
        case .antPerChannel(let bits, let types):
            types.map { type in
                switch type {
                case .int: .fullInteger(bits: bits)
                case .flint: bits == 3 ? .fp3() : .flint4
                case .powerOfTwo: bits == 3 ? .fp3() : .pot4
                }
            }
        case .olive: [OliveType.int.normal, OliveType.flint.normal]
        case .offsetBitmod(let bits): formats(.bitmod(bits: bits, .all))
        case .spqr, .billm, .oneBit, .bitNet, .slimLLM, .shiftAddLLM: []
        }
    }

    /// Special values in grid units, in the order of the published search.
    static func specialValues(bits: Int, _ candidates: SchemeFamily.BitModCandidates) -> [Int] {
        let resolution = bits == 3 ? [3, -3] : [10, -10]
        let asymmetry = bits == 3 ? [6, -6] : [16, -16]
        return switch candidates {
        case .all: resolution + asymmetry
        case .extraResolution: resolution
        case .extraAsymmetry: asymmetry
        case .special(let values): values
        }
    }
}
