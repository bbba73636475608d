import Accelerator
import Documents
import Units
import Workload

/// Costs operators on one kind of chip; equal work is costed once.
struct ChipSimulator {
    let chip: Chip
    private let search: MappingSearch
    private let lowering: Lowering
    private var costs: [ChipWork: OperatorCost] = [:]

    /// - Parameter costs: of the same accelerator, objective and evaluator.
    init(_ request: RunRequest, costs: [ChipWork: OperatorCost] = [:]) {
        self.costs = costs
        chip = request.chip
        search = MappingSearch(
            chip: chip, objective: request.mappingObjective, evaluator: request.tileSimulation)
        lowering = Lowering(request, chip: chip)
    }

    /// What an operator takes, all its `count` instances together.
    ///
    /// - Throws: ``InputError`` where no tile of it fits the buffers.
    mutating func cost(of operation: Operator) throws -> OperatorCost {
        var total = OperatorCost()
        for work in lowering.work(of: operation) {
            if let known = costs[work] {
                total += known
            } else {
                guard let cost = cost(of: work) else {
                    throw InputError(
                        .usage, key: "--accelerator",
                        problem: "the buffers of \(chip.name) hold not even the smallest tile of \(operation.name)",
                        expected: "a larger weight-buffer.capacity or activation-buffer.capacity")
                }
                costs[work] = cost
                total += cost
            }
        }
        return operation.count == 1 ? total : total * operation.count
    }

    /// What is known, which this one forgets: two owners would copy it at the next change.
    mutating func takeCosts() -> [ChipWork: OperatorCost] {
        defer { costs = [:] }
        return costs
    }

    private func cost(of work: ChipWork) -> OperatorCost? {
        switch work {
        case .gemm(let gemm): search.best(for: gemm)?.cost
        case .attention(let block): search.best(for: block)?.cost
        case .streaming(let streaming): streaming.cost(on: chip)
        }
    }
}
