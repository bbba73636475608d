import MessagePassing
import Simulation
import Workload

/// Compares what functional execution counted with what the timing model counted for the same plan and steps.
struct CountCheck {
    /// The runs that functional execution did, and how often each.
    let runs: [(result: RunResult, times: Int)]
    /// The counts of all ranks together.
    let counts: WorkCounts

    /// Throws where a number differs.
    ///
    /// - Throws: ``CountMismatch``, for the first difference in the order of phases, chips and operators.
    func check() throws {
        guard let plan = runs.first?.result.plan else { return }
        for phase in PhaseStep.Phase.allCases {
            let expected = expectedProducts(phase)
            let found = counts.products[phase] ?? [:]
            for chip in 0..<plan.chips {
                let names = Set((expected[chip] ?? [:]).keys).union((found[chip] ?? [:]).keys)
                for name in names.sorted() {
                    try compare(
                        found[chip]?[name] ?? ProductCounts(), expected[chip]?[name] ?? ProductCounts(),
                        "\(phase.rawValue), chip \(chip), \(name)")
                }
            }
            try compareExchanges(phase, plan)
        }
    }

    private func expectedProducts(_ phase: PhaseStep.Phase) -> [Int: [String: ProductCounts]] {
        var expected: [Int: [String: ProductCounts]] = [:]
        for (result, times) in runs {
            for row in result[phase].operators where row.macs > 0 {
                let counts = ProductCounts(
                    macs: row.macs * times, activeElementCycles: row.activeElementCycles * times,
                    operandBytes: row.operandBytes * times)
                for (chip, kind) in result.classOfChip.enumerated() where kind == row.chipClass {
                    expected[chip, default: [:]][row.name, default: ProductCounts()] += counts
                }
            }
        }
        return expected
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
            throw CountMismatch(place: place, quantity: name, functional: value, simulated: other)
        }
    }

    private func compare(_ found: ProductCounts, _ expected: ProductCounts, _ place: String) throws {
        for (name, value, other) in [
            ("multiply-adds", found.macs, expected.macs),
            ("active PE cycles", found.activeElementCycles, expected.activeElementCycles),
            ("operand bytes", found.operandBytes, expected.operandBytes),
        ] where value != other {
            throw CountMismatch(place: place, quantity: name, functional: value, simulated: other)
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
    public let functional: Int
    /// What the simulation counted.
    public let simulated: Int

    /// One line.
    public var description: String {
        "functional execution and simulation disagree: \(place): \(functional) \(quantity), the simulation has "
            + "\(simulated); please report this with the command line"
    }
}
