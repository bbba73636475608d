import Fabric
import Simulation

/// Adds the vectors of a stage's chips in the order in which the simulated network's all-reduce adds them.
final class StageSums {
    private let plan: Plan
    private let partialSumBytes: Int
    /// The network; nil where every layer is on one chip.
    private let network: Interconnect?
    private var orders: [Key: ReductionOrder] = [:]

    private struct Key: Hashable {
        var count: Int
        var stage: Int
        var elementBytes: Int
    }

    /// - Throws: ``InputError`` where the topology joins another number of chips.
    init(_ hardware: SimulatedHardware) throws {
        plan = hardware.plan
        partialSumBytes = hardware.request.partialSumBits / 8
        network =
            plan.tensorParallel > 1
            ? try Interconnect(
                hardware.request.fabric, shape: [plan.tensorParallel, plan.pipelineParallel, plan.dataParallel]) : nil
    }

    /// The sum that the first chip of the stage ends with, as do all others.
    ///
    /// - Parameters:
    ///   - vectors: one chip's behind the other's [chips x count].
    ///   - isEmbedding: whether they are binary16 on their way, and not partial sums.
    func callAsFunction(_ vectors: [Float], count: Int, stage: Int, isEmbedding: Bool) -> [Float] {
        guard let network else { return vectors }
        let key = Key(count: count, stage: stage, elementBytes: isEmbedding ? 2 : partialSumBytes)
        let chips = (0..<plan.tensorParallel).map { plan.chip(replica: 0, stage: stage, index: $0) }
        let order =
            orders[key] ?? network.reductionOrder(elements: count, elementBytes: key.elementBytes, among: chips)
        orders[key] = order
        return Array(order.sums(vectors).prefix(count))
    }
}
