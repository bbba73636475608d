extension Algorithm {
    /// Whether the algorithm carries out an operation among participants that lie so.
    func applies(to operation: Collective.Operation, _ layout: GroupLayout) -> Bool {
        let p = layout.participants
        let isReduction = [.allReduce, .reduceScatter, .allGather].contains(operation)
        let isPowerOfTwo = p.nonzeroBitCount == 1
        return switch self {
        case .ring: operation != .pointToPoint
        case .bidirectionalRing: isReduction && p > 2
        case .recursiveDoubling: operation == .allReduce || (operation == .allGather && isPowerOfTwo)
        case .halvingDoubling: operation == .allReduce || (operation == .reduceScatter && isPowerOfTwo)
        case .binomialTree: operation == .allReduce || operation == .broadcast
        case .doubleBinaryTree: operation == .allReduce && p > 2
        case .direct: true
        case .hierarchical: (isReduction || operation == .allToAll) && (2..<p).contains(layout.nodeSize)
        case .perDimension: (isReduction || operation == .allToAll) && layout.extents.count > 1
        case .bidirectionalPerDimension:
            isReduction && layout.extents.count > 1 && layout.extents.indices.contains { layout.walk($0) == .ring }
        }
    }

    /// About how many messages that takes: what it costs to evaluate.
    func messageEstimate(for operation: Collective.Operation, _ layout: GroupLayout) -> Int {
        let p = layout.participants
        let passes = operation == .allReduce ? 2 : 1
        let logarithm = Int.bitWidth - 1 - p.leadingZeroBitCount
        let core = 1 << logarithm
        return switch self {
        case .ring where operation == .broadcast, .direct where operation == .broadcast: p
        case .direct where operation == .pointToPoint: 1
        case .ring, .direct: passes * p * (p - 1)
        case .bidirectionalRing: 2 * passes * p * (p - 1)
        case .recursiveDoubling: core * logarithm + 2 * (p - core)
        case .halvingDoubling: passes * core * logarithm + 2 * (p - core)
        case .binomialTree, .doubleBinaryTree: 2 * passes * p
        case .hierarchical: passes * p * (layout.nodeSize + p / layout.nodeSize)
        case .perDimension: passes * p * layout.extents.reduce(0, +)
        case .bidirectionalPerDimension: 2 * passes * p * layout.extents.reduce(0, +)
        }
    }
}
