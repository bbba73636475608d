import Accelerator
import ArgumentParser
import Foundation
import Reporting
import Simulation
import Workload

/// `bitmod-dist reproduce`: Figures 7 and 8 of the paper.
struct ReproduceCommand: ParsableCommand, CoordinatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "reproduce",
        abstract: "Recompute Figures 7 and 8 of the paper, beside the published numbers and in tile fidelity.",
        discussion: """
            Exits with 1 if a point differs from the published digits.

            EXAMPLES
              bitmod-dist reproduce
              bitmod-dist reproduce --json figures.json
            """)

    @Option(help: "Write the result as JSON to a file, or - for stdout and nothing else there.")
    var json: String?

    func perform() throws -> Int32 {
        if let json { try OutputFile(path: json).check() }
        let models = try Dictionary(
            uniqueKeysWithValues: PublishedAccelerator.models.map { ($0, try ModelRegistry.model(named: $0)) })
        let reproduction = try Reproduction(models: models)
        let tile = try TileFigures.compute(models: models)
        if let json {
            try OutputFile(path: json).write(JSONText.encode(ReproductionDocument(reproduction, tile: tile)))
        }
        if json != "-" {
            try OutputFile(path: "-").write(Data(ReproductionReport(reproduction, tile: tile).text.utf8))
        }
        return reproduction.points.allSatisfy(\.isEqual) ? 0 : 1
    }
}
