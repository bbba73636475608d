import Accelerator
import Foundation
import Simulation

/// A run in published fidelity as a person reads it.
public struct PublishedRunReport {
    private let run: PublishedRun
    private let withOperators: Bool

    /// Creates the report.
    ///
    /// - Parameter withOperators: whether it lists every kind of product.
    public init(_ run: PublishedRun, withOperators: Bool) {
        self.run = run
        self.withOperators = withOperators
    }

    /// The whole text.
    public var text: String {
        var table = TextTable("part", ">runs", ">PE array", ">bits", ">cycles each", ">energy each", ">on chip")
        for pass in run.passes {
            let onChip = pass.sum(\.onChipEnergyPicojoules)
            let total = onChip + pass.sum(\.dramEnergyPicojoules)
            table.add(
                pass.task.rawValue, "\(pass.repetitions)", "\(pass.array.rows)x\(pass.array.columns)",
                "\(pass.weightBits)", "\(pass.latencyCycles)", Figures.si(total / 1e12, "J"),
                Figures.si(onChip / 1e12, "J"))
        }
        let heading =
            "\(run.model.name) on \(run.accelerator.name), the paper's analytical model, task \(run.task.rawValue), "
            + "context \(run.context)"
        let total =
            "  total  \(run.latencyCycles) cycles (\(Figures.si(Double(run.latencyCycles) / 1e9, "s")) at 1 GHz), "
            + "\(Figures.si(run.energyPicojoules / 1e12, "J")), "
            + "\(Figures.si(run.onChipEnergyPicojoules / 1e12, "J")) of it on chip"
        let blocks = [heading, table.text(), total] + (withOperators ? [operatorTable] : [])
        return blocks.joined(separator: "\n\n") + "\n"
    }

    private var operatorTable: String {
        var table = TextTable(
            "part", "operator", ">count", ">compute", ">DRAM", ">latency", ">fetches w,i", ">energy")
        for pass in run.passes {
            for (gemm, cost) in pass.rows {
                let energy = cost.onChipEnergyPicojoules + cost.dramEnergyPicojoules
                table.add(
                    pass.task.rawValue, gemm.name, "\(gemm.count)", "\(cost.computeCycles)", "\(cost.dramCycles)",
                    "\(cost.latencyCycles)", "\(cost.weightFetches),\(cost.inputFetches)",
                    Figures.si(energy / 1e12, "J"))
            }
        }
        return table.text()
    }
}
