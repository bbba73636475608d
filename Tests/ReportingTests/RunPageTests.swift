import Accelerator
import Foundation
import Simulation
import Testing
import Workload
import _SimulationTestSupport

@testable import Reporting

@Suite struct RunPageTests {
    private func page(_ request: RunRequest) throws -> RunPage {
        try RunPage(request.run(timelines: [RunPage.timelineScope]))
    }

    @Test(arguments: [
        ("gpt2", 1, "tp1", "ring", 2), ("smollm2-135m", 5, "tp5", "ring", 0), ("gpt2", 6, "tp2,pp3", "torus-3x2", 3),
        ("gpt2", 4, "tp2,dp2", "fully-connected-4", 1), ("mixtral-8x7b", 8, "tp2,pp2,dp2,ep4", "ring", 1),
    ])
    func `A page is well-formed, needs nothing else and says all there is`(
        run: (model: String, chips: Int, parallel: String, topology: String, generate: Int)
    ) throws {
        let request = try RunRequest.sample(
            run.model, chips: run.chips, topology: run.topology, parallel: run.parallel, prompt: 9,
            generate: run.generate, batch: 3)
        let page = try page(request)
        let reader = PageReader(page.html)
        reader.check(page.html)
        #expect(reader.text.contains("time to first token"))
        #expect(reader.text.contains("tokens per second") == (run.generate > 0))
        #expect(reader.identifiers.contains("timeline") && reader.identifiers.contains("roofline"))
        #expect(reader.identifiers.contains("network-prefill") == (run.chips > 1))
        #expect(reader.identifiers.contains("timeline-decode") == (run.generate > 0))
        for word in ["KV cache", "tp, pp, dp, ep, sp", "MAC", "PE, PE array"] { #expect(reader.text.contains(word)) }
        #expect(page.drawings.count == Set(page.drawings.map(\.name)).count)
        for drawing in page.drawings {
            let picture = PageReader(drawing.svg)
            picture.check(drawing.svg, "\(drawing.name)")
            #expect(picture.elements["title", default: 0] > 0)
        }
    }

    @Test func `The same request gives the same bytes`() throws {
        let request = try RunRequest.sample("gpt2", chips: 2)
        #expect(try page(request).html == page(request).html)
    }

    @Test func `A run in published fidelity has a page without chips over time`() throws {
        let run = try PublishedRun(
            ModelRegistry.model(named: "opt-1.3b"), on: #require(PublishedAccelerator.named("bitmod-lossy")),
            task: .generative)
        let html = try RunPage(run).html
        let reader = PageReader(html)
        reader.check(html)
        #expect(reader.identifiers.contains("latency") && !reader.identifiers.contains("timeline"))
    }

    @Test func `A plan that was searched for shows the other plans beside it`() throws {
        let request = try RunRequest.sample("gpt2", chips: 4, prompt: 20, generate: 3, batch: 4)
        #expect(try page(request).html.contains("Other plans"))
    }

    @Test func `A run with more events than the page takes has one all the same`() throws {
        let request = try RunRequest.sample("gpt2", chips: 2, parallel: "tp2", generate: 3)
        let scope = TimelineScope(detail: .operators, limit: 1000, onlyKinds: true)
        let html = try RunPage(request.run(timelines: [scope])).html
        PageReader(html).check(html)
        #expect(!html.contains("timeline-decode"))
    }
}
