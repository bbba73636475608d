import Documents

/// How the chips of a tensor-parallel group divide a matrix.
public enum GEMMPartition: Hashable, Sendable, Codable {
    /// By outputs, then by inputs, in turn (Megatron-LM): `1d`.
    case oneDimensional
    /// Both ways at once over a grid as square as the number of chips allows: `2d`.
    case square
    /// Both ways over rows x columns of chips: `2d:2x4`.
    case grid(rows: Int, columns: Int)

    /// Reads the text of the option.
    ///
    /// - Throws: ``InputError`` where it is none of the three.
    public init(_ text: String) throws {
        switch text {
        case "1d": self = .oneDimensional
        case "2d": self = .square
        default:
            let sides =
                text.hasPrefix("2d:") ? text.dropFirst(3).split(separator: "x", omittingEmptySubsequences: false) : []
            guard sides.count == 2, let rows = Int(sides[0]), let columns = Int(sides[1]), (1...65536).contains(rows),
                (1...65536).contains(columns)
            else {
                throw InputError(
                    .usage, key: "--gemm-partition", problem: "found \"\(text)\"",
                    expected: "1d, 2d, or 2d:RxC such as 2d:2x4")
            }
            self = .grid(rows: rows, columns: columns)
        }
    }

    /// The text of the option.
    public var text: String {
        switch self {
        case .oneDimensional: "1d"
        case .square: "2d"
        case .grid(let rows, let columns): "2d:\(rows)x\(columns)"
        }
    }

    /// Rows and columns of a group of chips, or nil where matrices are divided one way.
    ///
    /// As square as possible means the largest divisor that is at most the root, as the rows.
    public func sides(chips: Int) -> (rows: Int, columns: Int)? {
        switch self {
        case .oneDimensional: return nil
        case .grid(let rows, let columns): return (rows, columns)
        case .square:
            let rows = (1...chips).last { $0 * $0 <= chips && chips.isMultiple(of: $0) } ?? 1
            return (rows, chips / rows)
        }
    }
}
