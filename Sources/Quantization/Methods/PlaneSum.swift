/// A stored matrix as PEs and the units beside them multiply it: several matrices of codes, one after the other, and what is
/// added to their products.
///
/// With activations x a row's result, in binary32 and in this order, is
///
///     y = o · ( Σ planes  Σ groups  scale · P(plane, group)  +  Σ offsets  Σ groups  factor · S(group)  +  Σ outliers  value · x )
///
/// P is the PE's partial sum, S the sum of a group's activations, or of the chosen ones among them. What a plane costs is not
/// seen here: planes of signs may be bits that one pass takes together (`Scheme.cyclesPerStep`).
public struct PlaneSum: Sendable {
    /// Output channels.
    public let rows: Int
    /// Input channels.
    public let columns: Int
    /// Weights that share a scale, in all planes.
    public let groupSize: Int
    /// Codes with scales in binary32, each [rows x columns].
    public var planes: [QuantizedTensor]
    /// What is multiplied with sums of activations.
    public var offsets: [GroupOffsets]
    /// Single weights, added to what the planes have in their places.
    public var outliers: SparseRows
    /// What every row's sum is multiplied with at last [rows]; empty for 1.
    public var outputFactors: [Float]

    /// Factors of sums of activations.
    public struct GroupOffsets: Sendable, Hashable {
        /// [rows x groups]
        public var factors: [Float]
        /// Which columns are added up [columns]; empty for all.
        public var members: [Bool]

        /// Factors, by default of the sums of all activations.
        public init(factors: [Float], members: [Bool] = []) {
            self.factors = factors
            self.members = members
        }
    }

    /// A sum without offsets, outliers and output factors.
    ///
    /// - Precondition: all planes have the same shape and group size, and scales in binary32.
    public init(planes: [QuantizedTensor], rows: Int, columns: Int, groupSize: Int) {
        precondition(
            planes.allSatisfy {
                $0.rows == rows && $0.columns == columns && $0.scheme.groupSize == groupSize
                    && $0.scheme.scaleEncoding == .float32
            }, "planes of one shape with scales in binary32")
        self.planes = planes
        self.rows = rows
        self.columns = columns
        self.groupSize = groupSize
        offsets = []
        outliers = SparseRows(rows: rows)
        outputFactors = []
    }

    /// Groups of a row.
    public var groupsPerRow: Int { (columns + groupSize - 1) / groupSize }

    /// Some rows and groups, with what they have in the whole.
    public func slice(rows: Range<Int>, groups: Range<Int>) -> PlaneSum {
        let first = groups.lowerBound * groupSize..<min(groups.upperBound * groupSize, columns)
        var part = PlaneSum(
            planes: planes.map { $0.slice(rows: rows, groups: groups) }, rows: rows.count, columns: first.count,
            groupSize: groupSize)
        part.offsets = offsets.map { offset in
            GroupOffsets(
                factors: rows.flatMap {
                    offset.factors[$0 * groupsPerRow + groups.lowerBound..<$0 * groupsPerRow + groups.upperBound]
                },
                members: offset.members.isEmpty ? [] : Array(offset.members[first]))
        }
        part.outliers = outliers.slice(rows: rows, columns: first)
        part.outputFactors = outputFactors.isEmpty ? [] : Array(outputFactors[rows])
        return part
    }

    /// The same with the weight 0 outside some columns; see `QuantizedTensor.masked(to:)`. Activations from outside must be
    /// 0, so that offsets and outliers need no change.
    public func masked(to columns: Range<Int>) -> PlaneSum {
        var part = self
        part.planes = planes.map { $0.masked(to: columns) }
        part.outliers = outliers.masked(to: columns)
        return part
    }
}

/// Single weights of a matrix, row by row.
public struct SparseRows: Sendable, Hashable {
    /// Where the weights of each row begin [rows + 1].
    public private(set) var starts: [Int]
    /// Their columns, ascending in each row.
    public private(set) var columns: [Int32]
    /// Their values.
    public private(set) var values: [Float]

    /// No weights.
    public init(rows: Int) {
        starts = [Int](repeating: 0, count: rows + 1)
        columns = []
        values = []
    }

    /// Weights by row.
    public init(_ rows: [[(column: Int, value: Float)]]) {
        self.init(rows: rows.count)
        for (row, entries) in rows.enumerated() {
            columns += entries.map { Int32($0.column) }
            values += entries.map(\.value)
            starts[row + 1] = columns.count
        }
    }

    /// How many there are.
    public var count: Int { values.count }

    /// Some rows and columns, counted anew.
    func slice(rows: Range<Int>, columns range: Range<Int>) -> SparseRows {
        SparseRows(
            rows.map { row in
                (starts[row]..<starts[row + 1]).filter { range.contains(Int(columns[$0])) }
                    .map { (Int(columns[$0]) - range.lowerBound, values[$0]) }
            })
    }

    /// Those of some columns.
    func masked(to range: Range<Int>) -> SparseRows {
        SparseRows(
            (0..<starts.count - 1).map { row in
                (starts[row]..<starts[row + 1]).filter { range.contains(Int(columns[$0])) }
                    .map { (Int(columns[$0]), values[$0]) }
            })
    }
}
