/// How the tokens of a step are spread over the experts of a layer.
///
/// Every layer is taken to route alike: the expert of a number is as popular in one layer as in the next.
public enum ExpertRouting: Hashable, Sendable, Codable {
    /// Evenly: assignments are dealt out one by one, so that loads differ by at most one token.
    case uniform
    /// In proportion to the popularity of each expert.
    case weighted([Double])

    /// The tokens that each expert gets; together `tokens * activeExperts`.
    ///
    /// Weighted loads are apportioned by largest remainders (the first expert wins a tie); no expert gets more than
    /// `tokens`, as a token goes to an expert once, and what is cut off is apportioned among the others again.
    ///
    /// - Precondition: a weight for each expert; not negative, and enough of them positive for a token's choice.
    public func loads(tokens: Int, of mixture: MixtureOfExperts) -> [Int] {
        let assignments = tokens * mixture.activeExperts
        switch self {
        case .uniform:
            let (each, extra) = assignments.quotientAndRemainder(dividingBy: mixture.experts)
            return (0..<mixture.experts).map { each + ($0 < extra ? 1 : 0) }
        case .weighted(let weights):
            precondition(weights.count == mixture.experts, "a weight for each expert")
            return Self.apportion(assignments, by: weights, atMost: tokens)
        }
    }

    private static func apportion(_ total: Int, by weights: [Double], atMost cap: Int) -> [Int] {
        var loads = Array(repeating: 0, count: weights.count)
        var open = weights.indices.filter { weights[$0] > 0 }
        var rest = total
        // Experts whose share is more than all tokens are full; the rest is shared by the others.
        while rest > 0 {
            let sum = open.reduce(0) { $0 + weights[$1] }
            let full = open.filter { weights[$0] / sum * Double(rest) >= Double(cap) }
            guard !full.isEmpty, full.count < open.count || full.count * cap == rest else { break }
            for expert in full { loads[expert] = cap }
            rest -= full.count * cap
            open.removeAll(where: full.contains)
        }
        guard rest > 0 else { return loads }
        let sum = open.reduce(0) { $0 + weights[$1] }
        let shares = open.map { weights[$0] / sum * Double(rest) }
        for (expert, share) in zip(open, shares) { loads[expert] = min(cap, Int(share)) }
        var missing = rest - open.reduce(0) { $0 + loads[$1] }
        let byRemainder = open.indices.sorted {
            let (left, right) = (shares[$0] - shares[$0].rounded(.down), shares[$1] - shares[$1].rounded(.down))
            return left != right ? left > right : $0 < $1
        }
        // Rounding can leave more than one for an expert that is not full yet.
        while missing > 0 {
            for index in byRemainder where missing > 0 && loads[open[index]] < cap {
                loads[open[index]] += 1
                missing -= 1
            }
        }
        return loads
    }
}
