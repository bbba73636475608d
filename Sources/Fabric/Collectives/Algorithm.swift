/// How a group carries out a collective.
public enum Algorithm: String, Hashable, Sendable, Codable, CaseIterable {
    /// Around a ring in one direction.
    case ring
    /// Around a ring in both directions, half of the vector each.
    case bidirectionalRing = "bidirectional-ring"
    /// Whole vectors, or all that is there, between partners at twice the distance each time.
    case recursiveDoubling = "recursive-doubling"
    /// Half of what is left to partners at half the distance each time, then back (Rabenseifner).
    case halvingDoubling = "halving-doubling"
    /// Along a binomial tree.
    case binomialTree = "binomial-tree"
    /// Along two binary trees at the same time, half of the vector each; made for several chunks.
    case doubleBinaryTree = "double-binary-tree"
    /// Every part straight to whom it is for.
    case direct
    /// Within each node, then between nodes, then within nodes again.
    case hierarchical
    /// Along each dimension of the topology, one after the other.
    case perDimension = "per-dimension"
    /// The same in both directions of the rings, half of the vector each.
    case bidirectionalPerDimension = "bidirectional-per-dimension"

    /// The schedules that carry out a collective at the same time.
    ///
    /// - Precondition: the algorithm applies.
    /// - Parameters:
    ///   - elements: of the vector.
    ///   - layout: how the participants lie in the topology.
    func schedules(
        for operation: Collective.Operation, elements: Int, elementBytes: Int, layout: GroupLayout
    ) -> [Schedule] {
        let builder = ScheduleBuilder(
            operation: operation, elements: elements, elementBytes: elementBytes, layout: layout)
        return switch self {
        case .ring: builder.ring()
        case .bidirectionalRing: builder.bidirectionalRing()
        case .recursiveDoubling: builder.recursiveDoubling()
        case .halvingDoubling: builder.halvingDoubling()
        case .binomialTree: builder.binomialTree()
        case .doubleBinaryTree: builder.doubleBinaryTree()
        case .direct: builder.direct()
        case .hierarchical: builder.hierarchical()
        case .perDimension: builder.perDimension()
        case .bidirectionalPerDimension: builder.bidirectionalPerDimension()
        }
    }
}
