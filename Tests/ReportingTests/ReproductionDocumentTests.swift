import Accelerator
import Foundation
import Simulation
import Testing
import Workload

@testable import Reporting

@Suite struct ReproductionDocumentTests {
    @Test func `The document has the documented keys, 60 points and ten series`() throws {
        let models = try Dictionary(
            uniqueKeysWithValues: PublishedAccelerator.models.map { ($0, try ModelRegistry.model(named: $0)) })
        let reproduction = try Reproduction(models: models)
        // Any figures do for the tile columns: what they hold is another test's matter.
        let tile = FigureSet { name, task, _ in
            FigureSet.Cost(cycles: name == "fp16" ? 2 : 1, onChip: 1, total: task == .decodeStep ? 3 : 4)
        }
        let data = try JSONText.encode(ReproductionDocument(reproduction, tile: tile))
        var expected: Set<String> = ["schema", "headline.derivation"]
        expected.formUnion(
            JSONShape.under(
                "points[]",
                """
                accelerator task model latencyCycles publishedLatencyCycles onChipEnergyMicrojoules
                publishedOnChipEnergyMicrojoules energyMicrojoules publishedEnergyMicrojoules equalsPublishedDigits
                """))
        expected.formUnion(
            JSONShape.under(
                "figures[]",
                """
                accelerator task models[] speedup[] publishedSpeedup[] tileSpeedup[] meanSpeedup publishedMeanSpeedup
                tileMeanSpeedup normalizedEnergy[] publishedNormalizedEnergy[] tileNormalizedEnergy[] meanNormalizedEnergy
                publishedMeanNormalizedEnergy tileMeanNormalizedEnergy
                """))
        expected.formUnion(
            JSONShape.under(
                "headline.averages[]",
                "over discriminative generative mean meanOfRoundedRatios published tileMean"))
        #expect(try JSONShape.paths(data).symmetricDifference(expected) == [])

        let document = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect(document["schema"] as? String == "bitmod-dist.reproduce/1")
        let points = try #require(document["points"] as? [[String: Any]])
        #expect(points.count == 60 && points.allSatisfy { $0["equalsPublishedDigits"] as? Bool == true })
        #expect(Set(points.compactMap { $0["task"] as? String }) == ["discriminative", "decode-step"])
        let figures = try #require(document["figures"] as? [[String: Any]])
        #expect(figures.count == 10)
        let other = figures.filter { $0["accelerator"] as? String != "fp16" }
        #expect(other.allSatisfy { $0["tileMeanSpeedup"] as? Double == 2 })

        let report = ReproductionReport(reproduction, tile: tile).text
        #expect(report.contains("60 of 60 equal in every printed digit"))
        for line in report.split(separator: "\n") { #expect(line.count <= 128, "\(line)") }
    }
}
