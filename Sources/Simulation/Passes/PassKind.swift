/// A micro-batch's way through a stage of a domain, but for the step: equal ones take equally long.
struct PassKind: Hashable, Sendable {
    /// The first stage with such layers.
    var stage: Int
    /// Sequences of the micro-batch in each replica of the domain.
    var batches: [Int]
}

/// A chip of a domain in a pass: chips with equal seats and equal batches do the same.
struct PassMember: Hashable, Sendable {
    /// The first seat equal to the chip's.
    var seat: Int
    /// Sequences of its replica in the micro-batch.
    var batch: Int
}
