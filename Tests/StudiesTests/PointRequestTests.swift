import Foundation
import Simulation
import Testing
import _SimulationTestSupport

@testable import Studies

@Suite struct PointRequestTests {
    private func identity(_ request: RunRequest) throws -> String {
        PointRequest.identity(ofCanonicalText: try PointRequest.tile(request).canonicalText())
    }

    @Test func `Equal requests have equal texts, also after a way through JSON`() throws {
        let request = PointRequest.tile(try .sample("llama-13b", chips: 8))
        let text = try request.canonicalText()
        #expect(try PointRequest(canonicalText: text) == request)
        #expect(try PointRequest(canonicalText: text).canonicalText() == text)
        // Constants are a mapping with sorted keys, not a list in the order of a hash table.
        #expect(text.contains("\"parameters\":{\"activation-buffer"))
    }

    @Test func `Whatever differs in a request makes another identity`() throws {
        let request = try RunRequest.sample("gpt2")
        var others = [request]
        others.append(try .sample("gpt2", prompt: 17))
        others.append(try .sample("gpt2", scheme: "int6"))
        others.append(try request.setting(["dram.bandwidth": "64 GB/s"]))
        #expect(try Set(others.map(identity)).count == 4)
        #expect(try identity(request).count == 32)
    }

    @Test func `A failure is an outcome of one line`() throws {
        let outcome = PointOutcome(of: .tile(try .sample("gpt2", chips: 13)))
        #expect(outcome.result == nil)
        #expect(outcome.error?.hasPrefix("--chips: gpt2 has 12 heads") == true)
    }
}
