/// The seven constants of a row in a block of BiLLM.
public struct BiLLMConstants: Sendable, Hashable {
    /// Mean of the low group.
    public var lowMean: Float = 0
    /// Scale of the low group.
    public var lowScale: Float = 0
    /// Mean of the high group.
    public var highMean: Float = 0
    /// Scale of the high group.
    public var highScale: Float = 0
    /// Mean of the salient columns: the sum of the means of both orders.
    public var salientMean: Float = 0
    /// Scale of the salient columns' first order.
    public var salientScale: Float = 0
    /// Scale of the salient columns' second order.
    public var residualScale: Float = 0

    /// How many there are.
    static let count = 7

    /// Zeros.
    init() {}

    /// The constants in the order of `list`.
    init(_ list: [Float]) {
        precondition(list.count == Self.count, "seven constants")
        lowMean = list[0]
        lowScale = list[1]
        highMean = list[2]
        highScale = list[3]
        salientMean = list[4]
        salientScale = list[5]
        residualScale = list[6]
    }

    /// The constants in the order in which they are stored.
    var list: [Float] { [lowMean, lowScale, highMean, highScale, salientMean, salientScale, residualScale] }

    /// The weight with some signs.
    func weight(isNegative: Bool, isHigh: Bool, isSalient: Bool, residualIsNegative: Bool) -> Float {
        if isSalient {
            return salientMean + (isNegative ? -salientScale : salientScale)
                + (residualIsNegative ? -residualScale : residualScale)
        }
        let (mean, scale) = isHigh ? (highMean, highScale) : (lowMean, lowScale)
        return mean + (isNegative ? -scale : scale)
    }
}
