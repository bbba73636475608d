/// The 2^q sums of signed scales that a weight of a group may be, and which of them is nearest.
struct SignedSums: Sendable {
    /// The sum for each code, bit i of which is plane i and 1 for −1 [2^planes].
    let values: [Float]
    /// The codes by rising sum.
    private let order: [UInt8]
    /// Half-way between neighbours [2^planes − 1].
    private let middles: [Float]

    /// The sums of scales.
    init(_ alphas: [Float]) {
        let values = (0..<1 << alphas.count).map { code in
            alphas.indices.reduce(Float(0)) { code >> $1 & 1 == 0 ? $0 + alphas[$1] : $0 - alphas[$1] }
        }
        // A stable order: of equal sums the one with more positive leading planes first, as in the published code.
        let order = values.indices.sorted {
            values[$0] != values[$1] ? values[$0] < values[$1] : Self.isPublished($0, before: $1)
        }
        self.values = values
        self.order = order.map { UInt8($0) }
        middles = zip(order, order.dropFirst()).map { (values[$0] + values[$1]) / 2 }
    }

    /// The code of the sum nearest to a weight, half-way the upper one.
    func code(nearest weight: Float) -> UInt8 {
        var position = 0
        for middle in middles where !(weight < middle) { position += 1 }
        return order[position]
    }

    /// Whether the published list of sign vectors has one code before another: the first plane counts most.
    private static func isPublished(_ first: Int, before second: Int) -> Bool {
        let difference = first ^ second
        guard difference != 0 else { return false }
        return first >> difference.trailingZeroBitCount & 1 == 0
    }
}
