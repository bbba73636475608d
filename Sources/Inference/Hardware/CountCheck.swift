import Accelerator
import MessagePassing
import Quantization
import Simulation
import Units
import Workload

/// Compares what functional execution counted with what the timing model counted for the same plan and steps.
struct CountCheck {
    /// The runs that functional execution did, and how often each.
    let runs: [(result: RunResult, times: Int)]
    /// The counts of all ranks together.
    let counts: WorkCounts

    /// What the simulation says of the products of a name on a chip.
    private struct Expected {
        var counts = ProductCounts()
        var peEnergy = Picojoules.zero
    }

    /// Throws where a number differs.
    ///
    /// - Throws: ``CountMismatch``, for the first difference in the order of phases, chips and operators.
    func check() throws {
        guard let first = runs.first?.result else { return }
        let chipDescription = first.request.chip
        for phase in PhaseStep.Phase.allCases {
            let expected = expectedProducts(phase)
            let found = counts.products[phase] ?? [:]
            for chip in 0..<first.plan.chips {
                let names = Set((expected[chip] ?? [:]).keys).union((found[chip] ?? [:]).keys)
                for name in names.sorted() {
                    let place = "\(phase.rawValue), chip \(chip), \(name)"
                    let own = found[chip]?[name] ?? ProductCounts()
                    let other = expected[chip]?[name] ?? Expected()
                    try compare(own, other.counts, place)
                    if name != "attention" { try compareEnergy(of: own, on: chipDescription, other.peEnergy, place) }
                }
            }
            try compareOutliers(phase)
            try compareExchanges(phase, first.plan)
        }
    }

    /// The timing model takes outliers to be spread evenly over a model's matrices, so that their number is that of the whole
    /// model but for the rounding in each matrix.
    private func compareOutliers(_ phase: PhaseStep.Phase) throws {
        var (expected, matrices) = (0, 0)
        for (result, times) in runs {
            for row in result[phase].operators where row.macs > 0 {
                let chips = result.classOfChip.count { $0 == row.chipClass }
                expected += row.side.outliers * times * chips
                matrices += row.count * times * chips
            }
        }
        let found = (counts.products[phase] ?? [:]).values.reduce(0) { sum, products in
            sum + products.values.reduce(0) { $0 + $1.side.outliers }
        }
        guard abs(found - expected) > matrices else { return }
        throw CountMismatch(
            place: phase.rawValue, quantity: "outliers", functional: "\(found)", simulated: "\(expected)")
    }

    private func expectedProducts(_ phase: PhaseStep.Phase) -> [Int: [String: Expected]] {
        var expected: [Int: [String: Expected]] = [:]
        guard let sideUnits = runs.first?.result.request.chip.sideUnits else { return [:] }
        for (result, times) in runs {
            for row in result[phase].operators where row.macs > 0 {
                let counts = ProductCounts(
                    macs: row.macs * times, activeElementCycles: row.activeElementCycles * times,
                    side: row.side * times,
                    operandBytes: (row.operandBytes - row.side.outliers * StorageLayout.outlierBits / 8) * times)
                for (chip, kind) in result.classOfChip.enumerated() where kind == row.chipClass {
                    expected[chip, default: [:]][row.name, default: Expected()].counts += counts
                    // Outliers are compared for the whole model, and not for each operator.
                    expected[chip, default: [:]][row.name, default: Expected()].peEnergy +=
                        (row.energy.pe - sideUnits.gatherEnergy * Double(row.side.outlierProducts)) * Double(times)
                }
            }
        }
        return expected
    }

    /// The energy of the PEs, which follows from cycles and sums of groups: equal but for the rounding of sums.
    private func compareEnergy(
        of found: ProductCounts, on chip: Chip, _ expected: Picojoules, _ place: String
    ) throws {
        var side = found.side
        side.outlierProducts = 0
        let own =
            chip.array.energyPerActiveCycle * Double(found.activeElementCycles)
            + chip.array.accumulateEnergy * Double(found.groupSums) + chip.sideUnits.energy(of: side)
        guard abs(own.value - expected.value) > 1e-9 * expected.value else { return }
        throw CountMismatch(
            place: place, quantity: "pJ in PEs", functional: "\(own.value)", simulated: "\(expected.value)")
    }

    private func compareExchanges(_ phase: PhaseStep.Phase, _ plan: Plan) throws {
        var expected = ExchangeCounts()
        for (result, times) in runs {
            let once = ExchangeCounts(result.request, plan: plan, phase: phase)
            for _ in 0..<times { expected += once }
        }
        let found = counts.exchanges[phase] ?? ExchangeCounts()
        let place = "\(phase.rawValue), exchanges"
        for (name, value, other) in [
            ("sums", found.sums, expected.sums), ("elements of sums", found.sumElements, expected.sumElements),
            ("logits put together", found.gatherElements, expected.gatherElements),
            ("handovers", found.handovers, expected.handovers),
            ("elements handed over", found.handoverElements, expected.handoverElements),
        ] where value != other {
            throw CountMismatch(place: place, quantity: name, functional: "\(value)", simulated: "\(other)")
        }
    }

    private func compare(_ found: ProductCounts, _ expected: ProductCounts, _ place: String) throws {
        for (name, value, other) in [
            ("multiply-adds", found.macs, expected.macs),
            ("active PE cycles", found.activeElementCycles, expected.activeElementCycles),
            ("operand bytes", found.operandBytes, expected.operandBytes),
            ("multiply-adds behind PEs", found.side.multiplyAdds, expected.side.multiplyAdds),
            ("additions beside PEs", found.side.additions, expected.side.additions),
            ("integer additions in PEs", found.side.integerAdditions, expected.side.integerAdditions),
        ] where value != other {
            throw CountMismatch(place: place, quantity: name, functional: "\(value)", simulated: "\(other)")
        }
    }
}

/// Functional execution and the timing model did not count the same: a mistake in this program.
public struct CountMismatch: Error, Hashable, Sendable, CustomStringConvertible {
    /// Where: phase, chip and operator.
    public let place: String
    /// What is counted.
    public let quantity: String
    /// What functional execution counted.
    public let functional: String
    /// What the simulation counted.
    public let simulated: String

    /// One line.
    public var description: String {
        "functional execution and simulation disagree: \(place): \(functional) \(quantity), the simulation has "
            + "\(simulated); please report this with the command line"
    }
}
