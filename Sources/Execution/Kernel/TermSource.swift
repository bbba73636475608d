/// The terms of sixteen rows, step by step.
protocol TermSource {
    /// The four lanes' terms of a step, as binary32 numbers ±2^(w − 126) or 0.
    func terms(step: Int) -> (RowFloats, RowFloats, RowFloats, RowFloats)
}

/// Terms decoded from their words at each use: for a single token, which uses each of them once.
struct PackedTerms: TermSource {
    let words: UnsafePointer<RowBits>

    @inline(__always)
    func terms(step: Int) -> (RowFloats, RowFloats, RowFloats, RowFloats) {
        let word = words[step]
        let mask = RowBits(repeating: TermWord.mask)
        return (
            RowFloats(bitPattern: word & mask),
            RowFloats(bitPattern: (word &<< RowBits(repeating: TermWord.shifts.1)) & mask),
            RowFloats(bitPattern: (word &<< RowBits(repeating: TermWord.shifts.2)) & mask),
            RowFloats(bitPattern: (word &<< RowBits(repeating: TermWord.shifts.3)) & mask)
        )
    }
}

/// Terms decoded once into a buffer [steps x 4] and read for each token.
struct ExpandedTerms: TermSource {
    let lanes: UnsafePointer<RowFloats>

    @inline(__always)
    func terms(step: Int) -> (RowFloats, RowFloats, RowFloats, RowFloats) {
        (lanes[4 &* step], lanes[4 &* step &+ 1], lanes[4 &* step &+ 2], lanes[4 &* step &+ 3])
    }

    /// Decodes `steps` steps of `source` into `buffer`.
    static func expand(_ source: PackedTerms, steps: Int, into buffer: UnsafeMutablePointer<RowFloats>) {
        for step in 0..<steps {
            let terms = source.terms(step: step)
            buffer[4 * step] = terms.0
            buffer[4 * step + 1] = terms.1
            buffer[4 * step + 2] = terms.2
            buffer[4 * step + 3] = terms.3
        }
    }
}
