import Accelerator
import Simulation
import Workload

/// What a chip does in products of a name, counted as it is done.
public struct ProductCounts: Sendable, Hashable, Codable {
    /// Multiply-adds.
    public var macs = 0
    /// Cycles of all PEs that work.
    public var activeElementCycles = 0
    /// Partial sums of quantisation groups that are scaled and added to an output; not counted in attention, where the
    /// mapping decides.
    public var groupSums = 0
    /// Use of units beside the PEs.
    public var side = SideCounts()
    /// Bytes of weights, keys and values as they are stored, once for each product, but for outliers.
    public var operandBytes = 0

    /// A product with so many tokens, of whose operands these counts are those with one.
    func with(tokens: Int) -> ProductCounts {
        var side = side * tokens
        side.outliers = self.side.outliers
        return ProductCounts(
            macs: macs * tokens, activeElementCycles: activeElementCycles * tokens, groupSums: groupSums * tokens,
            side: side, operandBytes: operandBytes)
    }

    /// Adds other products.
    static func += (left: inout ProductCounts, right: ProductCounts) {
        left.macs += right.macs
        left.activeElementCycles += right.activeElementCycles
        left.groupSums += right.groupSums
        left.side += right.side
        left.operandBytes += right.operandBytes
    }
}

/// What the chips of a rank do in each phase.
public struct WorkCounts: Sendable, Hashable, Codable {
    /// Products by phase, chip and name of the operator.
    public private(set) var products: [PhaseStep.Phase: [Int: [String: ProductCounts]]] = [:]
    /// Exchanges by phase.
    public internal(set) var exchanges: [PhaseStep.Phase: ExchangeCounts] = [:]
    /// What is going on.
    var phase = PhaseStep.Phase.prefill

    /// Adds a product of a chip in the current phase.
    mutating func add(_ counts: ProductCounts, _ name: String, chip: Int) {
        products[phase, default: [:]][chip, default: [:]][name, default: ProductCounts()] += counts
    }

    /// Changes what is exchanged in the current phase.
    mutating func exchange(_ change: (inout ExchangeCounts) -> Void) {
        change(&exchanges[phase, default: ExchangeCounts()])
    }

    /// The counts of several ranks, each of which has chips of its own; exchanges are counted by the first rank that takes
    /// part in them.
    mutating func merge(_ other: WorkCounts) {
        for (phase, chips) in other.products {
            for (chip, products) in chips {
                for (name, counts) in products {
                    self.products[phase, default: [:]][chip, default: [:]][name, default: ProductCounts()] += counts
                }
            }
        }
        for (phase, counts) in other.exchanges {
            exchanges[phase, default: ExchangeCounts()] += counts
        }
    }
}
