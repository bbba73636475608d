/// What error feedback needs of the damped Hessian H = 2 · second moment of a layer's inputs: the upper triangular U with
/// Uᵀ U = H⁻¹ (Frantar et al., GPTQ, ICLR 2023).
///
/// When column j is quantised with the error e = (w − ŵ) / U_jj, a later column k makes up for it by − e U_jk. Made once and
/// used for all matrices with the same input. Computed in binary64; off the diagonal kept in binary32, in which the
/// published code computes.
public struct HessianFactor: Sendable, Hashable {
    /// What is added to the diagonal of H.
    public enum Damping: Sendable, Hashable {
        /// A part of the diagonal's mean, of which each dead column makes 1 (GPTQ, BiLLM, SliM-LLM).
        case relative(Double)
        /// A part of the diagonal's mean, of which each dead column makes 0; its own element stays 1 (SpQR).
        case relativeToLive(Double)
        /// A number (SliM-LLM when it allocates widths).
        case absolute(Double)
    }

    /// In which order columns are quantised.
    public enum Order: Sendable, Hashable {
        /// As they are.
        case given
        /// By descending diagonal of H, of equal ones the first (`act_order`).
        case descendingDiagonal
        /// Groups of so many columns, which stay together, by the descending sum of their diagonals (ShiftAddLLM); what is
        /// left over for a whole group comes last.
        case descendingGroups(of: Int)

        /// The column at each position for a diagonal; nil for the given order.
        func permutation(_ diagonal: [Double]) -> [Int]? {
            let size: Int
            switch self {
            case .given: return nil
            case .descendingDiagonal: size = 1
            case .descendingGroups(of: let columns): size = columns
            }
            let sums = (0..<diagonal.count / size).map { diagonal[$0 * size..<($0 + 1) * size].reduce(0, +) }
            let groups = sums.indices.sorted { sums[$0] != sums[$1] ? sums[$0] > sums[$1] : $0 < $1 }
            return groups.flatMap { $0 * size..<($0 + 1) * size } + (sums.count * size..<diagonal.count)
        }
    }

    /// Input channels.
    public let columns: Int
    /// The column at each position; nil for the given order.
    public let permutation: [Int]?
    /// Whether the input at each position is always 0; its weights may be anything and become 0.
    public let isDead: [Bool]
    /// The diagonal of U, by position.
    public let diagonal: [Double]
    /// U by position, zeros below the diagonal [columns x columns]; empty if all else is zero too.
    let upper: [Float]

    /// The factor of some second moments.
    ///
    /// - Throws: `CalibrationError.notPositiveDefinite`.
    /// - Complexity: columns³ / 3 multiplications, half of that for the diagonal alone.
    public init(
        _ moment: SecondMoment, damping: Damping, order: Order = .given
    ) throws(CalibrationError) {
        try self.init(moment, damping: damping, order: order, diagonalOnly: false)
    }

    /// The diagonal of U alone where `diagonalOnly`: nothing is fed back.
    init(
        _ moment: SecondMoment, damping: Damping, order: Order, diagonalOnly: Bool
    ) throws(CalibrationError) {
        let count = moment.columns
        let values = moment.values
        let original = (0..<count).map { 2 * values[$0 * count + $0] }
        let permutation = order.permutation(original)
        let columnAt = permutation ?? Array(0..<count)
        let dead = columnAt.map { original[$0] == 0 }
        let damped = Self.damped(columnAt.map { original[$0] }, dead: dead, damping)
        self.columns = count
        self.permutation = permutation
        isDead = dead

        var isDiagonal = true
        var matrix = [Double](repeating: 0, count: count * count)
        for row in 0..<count {
            let source = columnAt[row] * count
            matrix[row * count + row] = damped[row]
            for column in row + 1..<max(count, row + 1) {
                let value = 2 * values[source + columnAt[column]]
                isDiagonal = isDiagonal && value == 0
                matrix[row * count + column] = value
            }
        }
        if isDiagonal {
            if let row = damped.firstIndex(where: { !($0 > 0) }) { throw .notPositiveDefinite(column: columnAt[row]) }
            diagonal = damped.map { 1 / $0.squareRoot() }
            upper = []
            return
        }
        let failure: Int? = matrix.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return nil }
            let factor = TriangularFactor(values: base, count: count)
            if let pivot = factor.decompose() { return pivot }
            if !diagonalOnly { factor.invert() }
            return nil
        }
        if let failure { throw .notPositiveDefinite(column: columnAt[failure]) }
        let pivots = (0..<count).map { matrix[$0 * count + $0] }
        diagonal = diagonalOnly ? pivots.map { 1 / $0 } : pivots
        upper = diagonalOnly ? [] : matrix.indices.map { $0 % count < $0 / count ? 0 : Float(matrix[$0]) }
    }

    /// The factor of H = I before damping: nothing is known but the weights, and nothing is fed back.
    ///
    /// - Precondition: there are columns.
    public init(identity columns: Int, damping: Damping) {
        precondition(columns > 0, "a factor of columns")
        self.columns = columns
        permutation = nil
        isDead = [Bool](repeating: false, count: columns)
        diagonal = Self.damped([Double](repeating: 1, count: columns), dead: isDead, damping)
            .map { 1 / $0.squareRoot() }
        upper = []
    }

    /// The diagonal of H with ones for dead columns and damping.
    private static func damped(_ diagonal: [Double], dead: [Bool], _ damping: Damping) -> [Double] {
        let live = zip(diagonal, dead).map { $1 ? 1 : $0 }
        func mean(_ values: [Double]) -> Double { values.reduce(0) { $0 + $1.magnitude } / Double(values.count) }
        switch damping {
        case .relative(let part):
            let added = part * mean(live)
            return live.map { $0 + added }
        case .relativeToLive(let part):
            let added = part * mean(diagonal)
            return zip(live, dead).map { $1 ? 1 : $0 + added }
        case .absolute(let added):
            return live.map { $0 + added }
        }
    }
}
