import Accelerator
import Fabric
import Units
import Workload

/// What one kind of chip takes for the segments of every step of a phase, before chips wait for each other.
struct SegmentCosts: Sendable {
    /// One segment of one step.
    struct Entry: Sendable {
        var part: Segment.Part
        var repetitions: Int
        /// From the start of the segment to its end on this chip.
        var duration: Picoseconds
        /// What the group exchanges afterwards.
        var exchange: CollectiveCost
    }

    /// Segments of all steps, step by step; every step has the same number.
    var entries: [Entry] = []
    /// Segments of a step.
    var entriesPerStep = 0
    /// Everything that the chip does in the phase, in order.
    var total = OperatorCost()
    /// The chip's share of exchanges with its group, summed over the phase.
    var exchanges = CollectiveCost.none
    /// Costs by operator over all steps, in order of appearance; empty unless asked for.
    var operators: [OperatorTotal] = []

    /// Costs all segments of a phase.
    ///
    /// - Parameters:
    ///   - simulator: keeps costs of equal work between phases.
    ///   - withOperators: whether to keep costs by operator.
    ///   - progress: called after each step.
    static func simulate(
        _ chipClass: Plan.ChipClass, in plan: Plan, request: RunRequest, phase: PhaseStep.Phase,
        simulator: inout ChipSimulator, withOperators: Bool, progress: () throws -> Void
    ) throws -> SegmentCosts {
        var costs = SegmentCosts()
        var operatorIndex: [OperatorTotal.Key: Int] = [:]
        let clock = simulator.chip.clock
        var elapsed = 0.0
        for step in request.steps(of: phase) {
            let segments = request.model.segments(
                of: chipClass, in: plan, step: step, partialSumBytes: request.partialSumBits / 8)
            costs.entriesPerStep = segments.count
            for segment in segments {
                var cost = OperatorCost()
                for operation in segment.operators {
                    let part = try simulator.cost(of: operation)
                    cost += part
                    // Softmax and values are costed with the scores, as one attention block.
                    guard withOperators, part.latencyCycles > 0 else { continue }
                    let key = OperatorTotal.Key(part: segment.part, name: operation.reportName)
                    let index = operatorIndex[key] ?? costs.operators.count
                    if index == costs.operators.count {
                        operatorIndex[key] = index
                        costs.operators.append(OperatorTotal(key: key, count: 0, cost: OperatorCost()))
                    }
                    costs.operators[index].count += segment.repetitions * operation.count
                    costs.operators[index].cost += part * segment.repetitions
                }
                let exchange = segment.exchange.map { request.fabric.cost(of: $0, among: plan.tensorParallel) } ?? .none
                let duration = clock.duration(of: Cycles(cost.latencyCycles))
                elapsed += (Double(duration.count) + Double(exchange.time.count)) * Double(segment.repetitions)
                try UncountableTime.check(elapsed)
                costs.entries.append(
                    Entry(
                        part: segment.part, repetitions: segment.repetitions, duration: duration, exchange: exchange))
                costs.total += cost * segment.repetitions
                costs.exchanges += exchange * segment.repetitions
            }
            try progress()
        }
        return costs
    }
}

extension Operator {
    /// The name of its row in reports: scores, softmax and values run as one.
    fileprivate var reportName: String {
        if case .attentionScores = kind { "attention" } else { name }
    }
}

/// What one operator takes on a chip over all layers and steps of a phase.
struct OperatorTotal: Sendable {
    /// Operators of one name in one part of the model belong together.
    struct Key: Hashable, Sendable {
        var part: Segment.Part
        var name: String
    }

    var key: Key
    var count: Int
    var cost: OperatorCost
}
