import Accelerator
import Foundation
import Simulation
import Units
import Workload

/// A run as a person reads it at a glance.
public struct RunReport {
    private let result: RunResult
    private let chip: Chip
    private let detail: SystemSimulation.Detail

    /// Creates the report of a result.
    public init(_ result: RunResult, detail: SystemSimulation.Detail) {
        self.result = result
        self.detail = detail
        chip = result.request.chip
    }

    /// The whole text.
    public var text: String {
        var blocks = [heading, figures, phaseTable, breakdown]
        if let hidden { blocks.append(hidden) }
        if let table = chipTable { blocks.append(table) }
        if let table = PlanText.alternatives(result.plan) { blocks.append(table.text()) }
        if detail != .phases { blocks.append(operatorTable) }
        if let note { blocks.append(note) }
        return blocks.joined(separator: "\n\n") + "\n"
    }

    private var heading: String {
        let request = result.request
        let link = request.fabric.link
        var lines = [
            "\(request.model.name) on \(request.chips) x \(request.accelerator.name), "
                + "\(request.scheme.name) weights, "
                + (request.headScheme.map { "\($0.name) head, " } ?? "") + "\(request.kvScheme.name) KV cache",
            "",
        ]
        if let pruning = PruningText.short(request.model), let shape = PruningText.shape(request.model),
            let parameters = PruningText.parameters(request.model)
        {
            lines += ["  pruning    LLM-Pruner, \(pruning): \(shape)", "             \(parameters)"]
        }
        lines += [
            "  request    prompt \(request.promptTokens), generate \(request.generatedTokens), batch \(request.batch)",
            "  plan       \(PlanText.summary(result.plan))",
        ]
        if let details = PlanText.details(result.plan) { lines.append("             \(details)") }
        if request.chips > 1 {
            lines.append(
                "  network    \(request.fabric.topology.kind), \(link.name): \(Figures.si(link.bytesPerSecond, "B/s")) "
                    + "per direction, \(Figures.si(link.latency.seconds, "s")) per hop")
        }
        let fullest = result.memory.max { $0.total < $1.total }
        if let fullest {
            lines.append(
                "  memory     \(Figures.bytes(fullest.total.count)) of \(Figures.bytes(chip.dram.capacity.count)) on the "
                    + "fullest chip (weights \(Figures.bytes(fullest.weights.count)), "
                    + "KV cache \(Figures.bytes(fullest.keyValueCache.count)))")
        }
        return lines.joined(separator: "\n")
    }

    private var figures: String {
        let summary = RunSummary(result, chip: chip)
        var left = [("time to first token", Figures.si(result[.prefill].latency.seconds, "s"))]
        if let time = summary.timePerOutputTokenSeconds, let rate = summary.tokensPerSecond {
            left.append(("time per output token", Figures.si(time, "s")))
            left.append(("tokens per second", Figures.threeDigits(rate)))
        }
        left.append(("total latency", Figures.si(result.latency.seconds, "s")))
        var right = [("energy", Figures.si(summary.energy.total.joules, "J"))]
        if let perToken = summary.energyPerTokenJoules {
            right.append(("energy per output token", Figures.si(perToken, "J")))
        }
        right.append(("on-chip energy", Figures.si(summary.energy.onChip.joules, "J")))
        right.append(("area per chip", "\(Figures.threeDigits(chip.areaSquareMillimeters)) mm2"))
        return (0..<max(left.count, right.count)).map { row in
            let first = row < left.count ? left[row] : ("", "")
            let second = row < right.count ? right[row] : ("", "")
            return "  \(first.0.padded(to: 22)) \(first.1.leftPadded(to: 9))     "
                + "\(second.0.padded(to: 24)) \(second.1.leftPadded(to: 9))"
        }.joined(separator: "\n")
    }

    private var phases: [PhaseStep.Phase] { PhaseStep.Phase.allCases.filter { result[$0].steps > 0 } }

    private var phaseTable: String {
        var table = TextTable("phase", ">steps", ">latency", ">energy", ">DRAM", ">links", ">PE use", "bound by")
        for phase in phases {
            let outcome = result[phase]
            let summary = PhaseSummary(result, phase, chip: chip)
            let moved = outcome.total.dramReadBytes + outcome.total.dramWriteBytes
            table.add(
                phase.rawValue, "\(outcome.steps)", Figures.si(outcome.latency.seconds, "s"),
                Figures.si(outcome.total.energy.total.joules, "J"), Figures.bytes(moved.count),
                Figures.bytes(outcome.total.linkBytes.count), Figures.percent(summary.utilization),
                summary.bound.rawValue)
        }
        return table.text()
    }

    private var breakdown: String {
        let latency: [(String, (PhaseCost) -> Double)] = [
            ("compute", { Double($0.compute.count) }), ("waiting for DRAM", { Double($0.memory.count) }),
            ("vector", { Double($0.vector.count) }), ("communication", { Double($0.communication.count) }),
            ("idle", { Double($0.idle.count) }),
        ]
        let energy: [(String, (PhaseCost) -> Double)] = [
            ("PEs", { $0.energy.pe.value }), ("weight buffer", { $0.energy.weightBuffer.value }),
            ("activation buffer", { $0.energy.activationBuffer.value }), ("DRAM", { $0.energy.dram.value }),
            ("vector unit", { $0.energy.vector.value }), ("links", { $0.energy.link.value }),
            ("static", { $0.energy.static.value }),
        ]
        return bars("latency", latency) { Double($0.latency.count) } + "\n\n"
            + bars("energy", energy) { $0.energy.total.value }
    }

    /// What the breakdown does not show: communication behind computing, and which idle time is the pipeline's.
    private var hidden: String? {
        let lines = phases.flatMap { phase -> [String] in
            let cost = result[phase].total
            func share(_ time: Picoseconds) -> String {
                Figures.percent(Double(time.count) / Double(max(1, cost.latency.count)))
            }
            var lines: [String] = []
            let isHidden = cost.communicationTotal > cost.communication
            if isHidden {
                lines.append(
                    "  \(phase.rawValue): exchanges take \(share(cost.communicationTotal)), "
                        + "of which \(share(cost.communication)) stick out")
            }
            if cost.bubble > .zero {
                lines.append("  \(phase.rawValue): stages wait for others \(share(cost.bubble)) of the time (bubbles)")
            }
            return lines
        }
        return lines.isEmpty ? nil : lines.joined(separator: "\n")
    }

    private func bars(
        _ title: String, _ parts: [(String, (PhaseCost) -> Double)], total: (PhaseCost) -> Double
    ) -> String {
        let header = "  \(title.padded(to: 18)) " + phases.map { $0.rawValue.padded(to: 29) }.joined()
        let rows = parts.map { name, value in
            "  \(name.padded(to: 18)) "
                + phases.map { phase in
                    let cost = result[phase].total
                    let share = total(cost) > 0 ? value(cost) / total(cost) : 0
                    return "\(Figures.bar(share, width: 18)) \(Figures.percent(share).leftPadded(to: 7))   "
                }.joined()
        }
        return ([header] + rows).map(trimmed).joined(separator: "\n")
    }

    private func trimmed(_ line: String) -> String {
        var line = line
        while line.last == " " { line.removeLast() }
        return line
    }

    /// A row for each kind of chip, where they differ.
    private var chipTable: String? {
        guard result.classes.count > 1 else { return nil }
        var table = TextTable("chips", ">stage", ">memory", ">busy", ">comm.", ">idle", ">energy")
        let shown = result.classes.count > 24 ? 20 : result.classes.count
        var chipsOfClass = result.classes.map { _ in [Int]() }
        for (chip, index) in result.classOfChip.enumerated() { chipsOfClass[index].append(chip) }
        for index in 0..<shown {
            let chips = chipsOfClass[index]
            let costs = phases.map { result[$0].chips[index] }
            func share(_ time: (PhaseCost) -> Picoseconds) -> String {
                let part = costs.reduce(0) { $0 + time($1).count }
                return Figures.percent(Double(part) / Double(max(1, result.latency.count)))
            }
            table.add(
                Self.ranges(chips), "\(result.classes[index].stage)", Figures.bytes(result.memory[index].total.count),
                share { $0.compute + $0.memory + $0.vector }, share(\.communication), share(\.idle),
                Figures.si(costs.reduce(0) { $0 + $1.energy.total.joules }, "J"))
        }
        let rest = result.classes.count - shown
        return table.text() + (rest > 0 ? "\n  ... and \(rest) more kinds of chip (--json has all)" : "")
    }

    /// `0-3,8`: consecutive numbers together.
    private static func ranges(_ chips: [Int]) -> String {
        var parts: [(Int, Int)] = []
        for chip in chips {
            if let last = parts.last, last.1 + 1 == chip {
                parts[parts.count - 1].1 = chip
            } else {
                parts.append((chip, chip))
            }
        }
        let text = parts.map { $0.0 == $0.1 ? "\($0.0)" : "\($0.0)-\($0.1)" }.joined(separator: ",")
        return text.count <= 15 ? text : "\(chips.count) chips"
    }

    private var operatorTable: String {
        var table = TextTable(
            "phase", ">chip", "operator", ">count", ">cycles", ">compute", ">vector", ">DRAM wait", ">energy")
        for phase in phases {
            for row in result[phase].operators {
                table.add(
                    phase.rawValue, "\(result.classOfChip.firstIndex(of: row.chipClass) ?? 0)", row.name,
                    "\(row.count)",
                    "\(row.latencyCycles)", "\(row.computeCycles)", "\(row.vectorCycles)", "\(row.memoryCycles)",
                    Figures.si(row.energy.total.joules, "J"))
            }
        }
        return table.text()
    }

    private var note: String? {
        let last = result.request.promptTokens + result.request.generatedTokens
        guard last > result.request.model.maximumPositions else { return nil }
        return "  note       \(last) tokens exceed the \(result.request.model.maximumPositions) positions that "
            + "\(result.request.model.name) was trained for"
    }
}
