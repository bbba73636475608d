/// The terms of sixteen rows, step by step.
protocol TermSource {
    /// The four lanes' terms of a step.
    ///
    /// - Parameters:
    ///   - step: counted from the start of the group.
    ///   - activationSigns: the signs of the quad's activations in the places of a term word.
    /// - Returns: magnitudes of the terms, binary32 numbers 2^(w − 126) or 0, and in bit 31 the signs of the products.
    func terms(step: Int, activationSigns: UInt32) -> (magnitudes: LaneFloats, signs: LaneBits)
}

/// Terms decoded from their words at each use: for few tokens.
struct PackedTerms: TermSource {
    let words: UnsafePointer<RowBits>

    @inline(__always)
    func terms(step: Int, activationSigns: UInt32) -> (magnitudes: LaneFloats, signs: LaneBits) {
        let signs = TermWord.lanes(words[step] ^ RowBits(repeating: activationSigns))
        return (TermWord.magnitudes(signs), signs)
    }
}

/// Terms of which the magnitudes were decoded once into a buffer [steps x 4] and are read for each token.
struct ExpandedTerms: TermSource {
    let words: UnsafePointer<RowBits>
    let magnitudes: UnsafePointer<RowFloats>

    @inline(__always)
    func terms(step: Int, activationSigns: UInt32) -> (magnitudes: LaneFloats, signs: LaneBits) {
        let signs = TermWord.lanes(words[step] ^ RowBits(repeating: activationSigns))
        let first = magnitudes + 4 &* step
        return ((first[0], first[1], first[2], first[3]), signs)
    }

    /// Decodes `steps` steps of `source` into `buffer`.
    static func expand(_ source: PackedTerms, steps: Int, into buffer: UnsafeMutablePointer<RowFloats>) {
        for step in 0..<steps {
            let magnitudes = source.terms(step: step, activationSigns: 0).magnitudes
            buffer[4 * step] = magnitudes.0
            buffer[4 * step + 1] = magnitudes.1
            buffer[4 * step + 2] = magnitudes.2
            buffer[4 * step + 3] = magnitudes.3
        }
    }
}
