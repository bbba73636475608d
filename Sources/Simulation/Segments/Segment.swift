import Fabric
import Units
import Workload

/// What a chip does between two exchanges with others.
struct Segment: Sendable {
    /// The part of the model it belongs to.
    enum Part: String, Sendable, Codable, CaseIterable {
        case embedding
        case attention
        case feedForward
        case residual
        case head
    }

    /// The part of the model it belongs to.
    var part: Part
    /// The operators in order.
    var operators: [Operator]
    /// How many equal ones the stage has, one for each layer.
    var repetitions: Int
    /// What the group exchanges afterwards.
    var exchange: Exchange?
    /// The first operator that can be cut along its outputs, with all after it, so that parts of the exchange run while
    /// the rest is computed; nil where the exchange needs all of it first.
    var cut: Int?

    /// The same with the pairs of blocks that matrices have, by the operators' names.
    func with(blockPairs: [String: Int]) -> Segment {
        guard !blockPairs.isEmpty else { return self }
        var segment = self
        for index in operators.indices {
            guard case .linear(var linear) = operators[index].kind else { continue }
            linear.blockPairs = blockPairs[operators[index].name]
            segment.operators[index].kind = .linear(linear)
        }
        return segment
    }
}

/// What the chips of a group exchange, all groups of a kind at the same time.
struct Exchange: Hashable, Sendable {
    /// Which chips form a group.
    enum Scope: Hashable, Sendable {
        /// The tensor-parallel group.
        case tensor
        /// Those of it that share the inputs of narrowing matrices.
        case row
        /// Those of it that share the outputs of widening matrices.
        case column
        /// The chips of a stage of all replicas of a domain.
        case domain
    }

    var scope: Scope
    var collective: Collective
    /// The vector of the chip that sends or receives most, where vectors differ and `collective` has their mean: it
    /// decides the time, the mean what the links carry.
    var busiest: Bytes?

    init(
        _ operation: Collective.Operation, _ scope: Scope, bytes: Int, elementBytes: Int, busiest: Bytes? = nil
    ) {
        self.scope = scope
        collective = Collective(operation, bytes: Bytes(bytes), elementBytes: elementBytes)
        self.busiest = busiest
    }
}
