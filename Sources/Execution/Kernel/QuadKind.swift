/// How the exponent match of a quad's steps can be computed.
enum QuadKind: UInt8 {
    /// Products show their lanes' exponents: all significands are normalised, or some lane's exponent exceeds what the
    /// other ones can reach with any term.
    case normalized
    /// Exponents must be matched on their own: small subnormals and zeros, integers.
    case explicit
    /// All significands are zero and the steps provably change no result of the `reference` arithmetic: either the
    /// accumulator's exponent is as large already, or nothing was added yet and the next quad's exponent is larger.
    case zero
}
