import Units

/// What the chips of a group exchange.
public struct Collective: Hashable, Sendable, Codable {
    /// The kinds of exchange.
    public enum Operation: String, Hashable, Sendable, Codable, CaseIterable {
        /// Every chip ends up with the sum of all chips' vectors.
        case allReduce = "all-reduce"
        /// Every chip ends up with its part of the sum of all chips' vectors.
        case reduceScatter = "reduce-scatter"
        /// Every chip ends up with all chips' parts.
        case allGather = "all-gather"
        /// Every chip sends a part of its vector to every other.
        case allToAll = "all-to-all"
        /// The first chip of the group sends its vector to all others.
        case broadcast
        /// The first chip of the group sends its vector to the second.
        case pointToPoint = "point-to-point"
    }

    /// What is done.
    public var operation: Operation
    /// n, the whole vector: what each chip holds before an all-reduce, reduce-scatter, all-to-all (the part for itself
    /// included), broadcast or point-to-point, and after an all-gather.
    public var bytes: Bytes
    /// Bytes of an element of the vector, which is never cut.
    public var elementBytes: Int

    /// Creates an exchange of a vector.
    public init(_ operation: Operation, bytes: Bytes, elementBytes: Int) {
        self.operation = operation
        self.bytes = bytes
        self.elementBytes = elementBytes
    }
}
