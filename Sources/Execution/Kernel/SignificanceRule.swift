/// How dot products get the significance of their terms, chosen at compile time.
protocol SignificanceRule {
    /// The number of terms where it is known at compile time.
    static var termCount: Int? { get }
    /// `sum` times 2^significance of a term.
    ///
    /// - Parameters:
    ///   - term: the index of the term.
    ///   - significances: of each term for each row [terms].
    static func placed(_ sum: RowIntegers, term: Int, _ significances: UnsafePointer<RowBits>) -> RowIntegers
}

/// The two terms of `TermRule.leadingOnes`, of significances 1 and 0: BitMoD, FP3, FP4, Flint, MX.
enum LeadingOnes: SignificanceRule {
    /// The significances in the order of the terms.
    static let significances = [1, 0]

    @inline(__always)
    static var termCount: Int? { 2 }
    @inline(__always)
    static func placed(_ sum: RowIntegers, term: Int, _: UnsafePointer<RowBits>) -> RowIntegers {
        term == 0 ? sum &+ sum : sum
    }
}

/// Any terms.
enum AnySignificances: SignificanceRule {
    @inline(__always)
    static var termCount: Int? { nil }
    @inline(__always)
    static func placed(_ sum: RowIntegers, term: Int, _ significances: UnsafePointer<RowBits>) -> RowIntegers {
        RowIntegers(bitPattern: RowBits(bitPattern: sum) &<< significances[term])
    }
}
