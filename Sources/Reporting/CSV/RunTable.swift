import Accelerator
import Simulation
import Units
import Workload

/// A run as CSV: a row for each phase, or with operators a row for each of them; the unit is in the column's name.
public struct RunTable {
    private let result: RunResult
    private let detail: SystemSimulation.Detail

    /// Creates the table of a result.
    public init(_ result: RunResult, detail: SystemSimulation.Detail) {
        self.result = result
        self.detail = detail
    }

    /// The whole text, header first.
    public var text: String {
        let rows = detail == .phases ? phaseRows : operatorRows
        return rows.map { $0.map(Self.field).joined(separator: ",") }.joined(separator: "\n") + "\n"
    }

    private var identification: [(String, String)] {
        let request = result.request
        return [
            ("model", request.model.name), ("accelerator", request.accelerator.name), ("scheme", request.scheme.name),
            ("kvScheme", request.kvScheme.name), ("chips", "\(request.chips)"), ("topology", request.fabric.name),
            ("tensorParallel", "\(result.plan.tensorParallel)"),
            ("pipelineParallel", "\(result.plan.pipelineParallel)"), ("dataParallel", "\(result.plan.dataParallel)"),
            ("expertParallel", "\(result.plan.expertParallel)"),
            ("sequenceParallel", "\(result.plan.degrees.isSequenceParallel)"),
            ("gemmPartition", result.plan.gemmPartition), ("microBatches", "\(result.plan.microBatches)"),
            ("overlapChunks", "\(result.plan.overlapChunks)"), ("promptTokens", "\(request.promptTokens)"),
            ("generatedTokens", "\(request.generatedTokens)"), ("batch", "\(request.batch)"),
            ("pruning", PruningText.short(request.model) ?? ""),
        ]
    }

    private func table<Row>(_ rows: [Row], _ columns: [(String, (Row) -> String)]) -> [[String]] {
        let fixed = identification
        return [fixed.map(\.0) + columns.map(\.0)] + rows.map { row in fixed.map(\.1) + columns.map { $0.1(row) } }
    }

    private var phaseRows: [[String]] {
        let chip = result.request.chip
        let phases = PhaseStep.Phase.allCases.filter { result[$0].steps > 0 }
        func seconds(_ part: @escaping (PhaseCost) -> Picoseconds) -> (PhaseStep.Phase) -> String {
            { phase in "\(Double(part(result[phase].total).count) / Double(result.plan.chips) / 1e12)" }
        }
        func joules(_ part: @escaping (EnergyBreakdown) -> Picojoules) -> (PhaseStep.Phase) -> String {
            { phase in "\(part(result[phase].total.energy).joules)" }
        }
        return table(
            phases,
            [
                ("phase", { $0.rawValue }), ("steps", { "\(result[$0].steps)" }),
                ("latencySeconds", { "\(result[$0].latency.seconds)" }),
                ("latencyCycles", { "\(PhaseSummary(result, $0, chip: chip).latencyCycles)" }),
                ("computeSeconds", seconds(\.compute)), ("memorySeconds", seconds(\.memory)),
                ("vectorSeconds", seconds(\.vector)), ("communicationExposedSeconds", seconds(\.communication)),
                ("idleSeconds", seconds(\.idle)), ("dramBusySeconds", seconds(\.dramBusy)),
                ("communicationSeconds", seconds(\.communicationTotal)), ("bubbleSeconds", seconds(\.bubble)),
                ("energyJoules", joules(\.total)), ("peJoules", joules(\.pe)),
                ("weightBufferJoules", joules(\.weightBuffer)),
                ("activationBufferJoules", joules(\.activationBuffer)), ("dramJoules", joules(\.dram)),
                ("vectorJoules", joules(\.vector)), ("linkJoules", joules(\.link)), ("staticJoules", joules(\.static)),
                ("dramReadBytes", { "\(result[$0].total.dramReadBytes.count)" }),
                ("dramWriteBytes", { "\(result[$0].total.dramWriteBytes.count)" }),
                ("linkBytes", { "\(result[$0].total.linkBytes.count)" }), ("macs", { "\(result[$0].total.macs)" }),
                ("utilization", { "\(PhaseSummary(result, $0, chip: chip).utilization)" }),
                ("bound", { PhaseSummary(result, $0, chip: chip).bound.rawValue }),
            ])
    }

    private var operatorRows: [[String]] {
        let rows = PhaseStep.Phase.allCases.flatMap { phase in result[phase].operators.map { (phase, $0) } }
        return table(
            rows,
            [
                ("phase", { $0.0.rawValue }),
                ("chip", { "\(result.classOfChip.firstIndex(of: $0.1.chipClass) ?? 0)" }), ("part", { $0.1.part }),
                ("name", { $0.1.name }), ("count", { "\($0.1.count)" }),
                ("latencyCycles", { "\($0.1.latencyCycles)" }), ("computeCycles", { "\($0.1.computeCycles)" }),
                ("vectorCycles", { "\($0.1.vectorCycles)" }), ("memoryCycles", { "\($0.1.memoryCycles)" }),
                ("macs", { "\($0.1.macs)" }), ("dramReadBytes", { "\($0.1.dramReadBytes)" }),
                ("dramWriteBytes", { "\($0.1.dramWriteBytes)" }), ("energyJoules", { "\($0.1.energy.total.joules)" }),
            ])
    }

    /// A field, quoted where it must be (RFC 4180).
    private static func field(_ text: String) -> String {
        guard text.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return text }
        return "\"\(text.replacing("\"", with: "\"\""))\""
    }
}
