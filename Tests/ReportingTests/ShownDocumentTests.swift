import Accelerator
import Fabric
import Foundation
import Quantization
import Simulation
import Testing
import Workload
import _SimulationTestSupport

@testable import Reporting

@Suite struct ShownDocumentTests {
    @Test func `Everything that can be shown has text, and JSON under the name of its kind`() throws {
        let request = try RunRequest.sample("gpt2", chips: 5)
        let plan = PlanOverview(request, try Planner(request).plan())
        let documents: [(ShownDocument, String, Int?)] = try [
            (.models(ModelRegistry.all), "models", ModelRegistry.all.count),
            (.model(ModelRegistry.model(named: "gpt2")), "models", 1),
            (.accelerators(AcceleratorPresets.all), "accelerators", 5),
            (.accelerator(AcceleratorPresets.fp16), "accelerators", 1),
            (.schemes(Scheme.all), "schemes", Scheme.all.count),
            (.scheme(Scheme.named("bitmod-3b")), "schemes", 1),
            (.topologies(Fabric.presets), "topologies", Fabric.presets.count),
            (.topology(Fabric.presets[0], nil), "topologies", 1), (.plan(plan), "plan", nil),
        ]
        for (document, key, count) in documents {
            #expect(document.text.hasSuffix("\n") && !document.text.lowercased().contains("nan "), "\(key)")
            let data = try JSONText.encode(document)
            let object = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
            #expect(Set(object.keys) == ["schema", key] && object["schema"] as? String == "bitmod-dist.show/1")
            #expect((object[key] as? [Any])?.count == count)
        }
    }

    @Test func `The energy reference table has a row per constant with value, unit, source and confidence`() throws {
        let data = try JSONText.encode(ShownDocument.accelerator(AcceleratorPresets.bitmod))
        let paths = try JSONShape.paths(data)
        let expected = JSONShape.under("accelerators[]", "name summary processingElement areaSquareMillimeters").union(
            JSONShape.under("accelerators[].constants[]", "key value unit text meaning source confidence"))
        #expect(paths == expected.union(["schema"]))
        for key in AcceleratorPresets.bitmod.parameterKeys {
            let name = key.rawValue.split(separator: ".").last ?? ""
            #expect(ShownDocument.accelerator(AcceleratorPresets.bitmod).text.contains("\(name): "), "\(key.rawValue)")
        }
    }

    @Test func `A plan shows every chip in one kind, and what it holds`() throws {
        let request = try RunRequest.sample("smollm2-135m", chips: 10, parallel: "tp5,pp2")
        let data = try JSONText.encode(ShownDocument.plan(PlanOverview(request, Planner(request).plan())))
        let document = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
        let plan = try #require(document["plan"] as? [String: Any])
        let kinds = try #require(plan["kinds"] as? [[String: Any]])
        #expect(kinds.flatMap { $0["chips"] as? [Int] ?? [] }.sorted() == Array(0..<10))
        #expect(
            kinds.allSatisfy { ($0["weightBytes"] as? Int ?? 0) > 0 && ($0["keyValueCacheBytes"] as? Int ?? 0) > 0 })
        #expect(plan["capacityBytesPerChip"] as? Int == 34_359_738_368)
    }
}
