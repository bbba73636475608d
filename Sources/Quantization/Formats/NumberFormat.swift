/// A data type of at most 8 bits: what each code means and which values a quantiser may choose.
///
/// Values are integers in units of the format (FP4 counts halves, so that 6.0 is 12); a scale turns units into weights,
/// so that only ratios within one format matter.
public struct NumberFormat: Sendable, Hashable {
    /// A short lower-case name, with the special value for BitMoD variants: `fp4+10`.
    public let name: String
    /// Bits per code.
    public let bits: Int
    /// The value of each code, indexed by the code [2^bits].
    public let codeValues: [Int]
    /// The values a quantiser may choose, ascending, each once.
    public let grid: [Int]
    /// How values become bit-serial terms.
    public let termRule: TermRule
    /// The terms of a value sum to the value times this: 2 for FP3, whose terms count halves of its unit, else 1.
    public let termScale: Int

    /// The largest magnitude of the grid.
    public let maximumMagnitude: Int

    /// A format from the meaning of its codes.
    ///
    /// - Parameters:
    ///   - codeValues: the value of every code; a value that several codes have is encoded by the first of them.
    ///   - reserved: codes that a quantiser never produces although they can be decoded.
    ///   - significantBits: the precision of the basic grid, whose integers below 2^significantBits are all values.
    init(
        _ name: String, bits: Int, codeValues: [Int], reserved: Set<Int> = [], significantBits: Int,
        termRule: TermRule, termScale: Int = 1
    ) {
        precondition(codeValues.count == 1 << bits, "a value for every code")
        self.name = name
        self.bits = bits
        self.codeValues = codeValues
        let chosen = codeValues.indices.filter { !reserved.contains($0) }.map { codeValues[$0] }
        grid = Set(chosen).sorted()
        maximumMagnitude = grid.map(abs).max() ?? 0
        self.significantBits = significantBits
        self.termRule = termRule
        self.termScale = termScale
        codeOfGridIndex = grid.map { value in
            UInt8(codeValues.indices.first { codeValues[$0] == value && !reserved.contains($0) } ?? 0)
        }
    }

    /// Significant bits of the basic grid, special values aside: 2 for FP4, 1 for FP3.
    let significantBits: Int

    /// The code of each grid value, in the order of `grid`.
    let codeOfGridIndex: [UInt8]

    /// The code of a value of the grid, or `nil` for any other value.
    public func code(of value: Int) -> UInt8? {
        grid.firstIndex(of: value).map { codeOfGridIndex[$0] }
    }

    /// Half-way points between neighbours of the grid [grid.count − 1], exact in binary16.
    public var midpoints: [Float] {
        zip(grid, grid.dropFirst()).map { Float($0 + $1) / 2 }
    }
}
