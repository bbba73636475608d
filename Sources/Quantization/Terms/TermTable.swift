/// The terms of every code of a format: what the decoder in front of the PE puts out.
public struct TermTable: Sendable, Hashable {
    /// The format decoded.
    public let format: NumberFormat
    /// Terms per code, that is cycles per step.
    public let termsPerCode: Int
    /// The significance of each term.
    public let significances: [Int]
    /// Terms by code, then by step [2^bits x termsPerCode].
    public let terms: [BitSerialTerm]

    /// Generates the terms of all codes of `format`; they sum to the code's value times `format.termScale`.
    public init(_ format: NumberFormat) {
        self.format = format
        significances = format.termRule.significances
        termsPerCode = significances.count
        terms = format.codeValues.flatMap { format.termRule.terms(of: $0 * format.termScale) }
    }

    /// The terms of one code, in the order of the steps.
    public subscript(code: UInt8) -> ArraySlice<BitSerialTerm> {
        terms[Int(code) * termsPerCode..<(Int(code) + 1) * termsPerCode]
    }
}

extension Scheme {
    /// The term tables of the scheme's formats, in the order of `formats`; empty where it does not run on the PE.
    public var termTables: [TermTable] { formats.map(TermTable.init) }
}
