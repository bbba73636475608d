import Foundation
import Simulation
import Testing
import _SimulationTestSupport

@testable import Reporting

@Suite struct StudyPageTests {
    private typealias Settings = [(key: String, value: String)]

    private func point(
        _ settings: Settings, study: String? = "s", state: String = "done", error: String? = nil,
        document: String? = nil
    ) -> StudyPagePoint {
        StudyPagePoint(study: study, settings: settings, state: state, error: error, document: document)
    }

    private func document(chips: Int = 1, scheme: String? = nil, batch: Int = 1, generate: Int = 2) throws -> String {
        let request = try RunRequest.sample("gpt2", scheme: scheme, chips: chips, generate: generate, batch: batch)
        return String(decoding: try JSONText.encode(RunDocument(request.run(), detail: .phases)), as: UTF8.self)
    }

    private func check(_ points: [StudyPagePoint]) -> (page: StudyPage, reader: PageReader) {
        let page = StudyPage(points, title: "a <b> & \"c\"")
        let reader = PageReader(page.html)
        reader.check(page.html)
        for drawing in page.drawings { PageReader(drawing.svg).check(drawing.svg, "\(drawing.name)") }
        #expect(reader.text.contains("a <b> & \"c\""))
        return (page, reader)
    }

    @Test func `Over chips there are scaling curves with the ideal, and efficiency`() throws {
        let points = try [1, 2, 4].map { try point([("chips", "\($0)")], document: document(chips: $0)) }
        let (page, reader) = check(points)
        #expect(
            page.drawings.map(\.name) == [
                "s-throughput", "s-efficiency", "s-first-token", "s-energy-per-token", "s-token-breakdown",
                "s-prefill-breakdown", "s-energy-breakdown", "s-pareto", "s-roofline",
            ])
        #expect(page.drawings[0].svg.contains("class=\"thin l0\"") && page.drawings[0].svg.contains(">ideal</text>"))
        #expect(page.drawings[0].svg.contains(">Chips</text>"))
        // On the fewest chips the efficiency is whole.
        #expect(page.drawings[1].svg.contains("1 chips: 100 %"))
        #expect(reader.elements["table"] == 1 && reader.elements["tr"] == 4)
    }

    @Test func `Over schemes there are bars, over two numbers a family of curves`() throws {
        let schemes = try ["int6", "bitmod-4b"].map {
            try point([("scheme", $0)], document: document(scheme: $0))
        }
        #expect(!check(schemes).page.drawings.contains { $0.name == "s-throughput" })
        let family = try [1, 2, 3].flatMap { batch in
            try [1, 2].map { chips in
                try point(
                    [("batch", "\(batch)"), ("chips", "\(chips)")], document: document(chips: chips, batch: batch))
            }
        }
        let drawings = check(family).page.drawings
        #expect(drawings.first?.name == "s-throughput")
        #expect(drawings.first?.svg.contains(">Batch, sequences</text>") == true)
        #expect(drawings.first?.svg.contains(">2 chips</text>") == true)
    }

    @Test func `A store of one point has bars, a roofline and a table`() throws {
        let (page, reader) = check([point([("chips", "1")], document: try document())])
        #expect(page.drawings.map(\.name).contains("s-roofline") && !page.drawings.map(\.name).contains("s-pareto"))
        #expect(reader.elements["table"] == 1)
    }

    @Test func `Failed points are listed with why, points to do are counted, and neither is drawn`() throws {
        let (_, reader) = check([
            point([("chips", "1")], document: try document()),
            point([("chips", "13")], state: "failed", error: "13 chips cannot <share> it"),
            point([("chips", "2")], state: "pending"),
        ])
        #expect(reader.text.contains("13 chips cannot <share> it") && reader.text.contains("to do"))
        #expect(check([point([], state: "failed", error: "no")]).page.drawings.isEmpty)
        #expect(check([point([], study: nil, state: "pending")]).reader.text.contains("no study has any more"))
    }

    @Test func `Points without decode steps are drawn without tokens`() throws {
        let points = try [1, 2, 4].map { try point([("chips", "\($0)")], document: document(chips: $0, generate: 0)) }
        let names = check(points).page.drawings.map(\.name)
        #expect(names.contains("s-first-token") && names.contains("s-energy") && names.contains("s-efficiency"))
        #expect(!names.contains("s-throughput") && !names.contains("s-pareto"))
    }

    @Test func `A result that cannot be read is left out and counted`() throws {
        let reader = check([point([("chips", "1")], document: "{}"), point([("chips", "2")], document: try document())])
            .reader
        #expect(reader.text.contains("The results of 1 points cannot be read"))
    }

    @Test func `Hundreds of points in many studies make a page of bounded figures`() throws {
        let document = try document()
        var points: [StudyPagePoint] = []
        for study in ["a b", "a-b"] {
            for number in 0..<300 {
                points.append(
                    point(
                        [
                            ("prompt", "\(number % 20 + 1)"), ("scheme", "x\(number / 20 % 3)"),
                            ("set.dram.bandwidth", "\(number / 60 + 1) GB/s"),
                        ], study: study, document: document))
            }
        }
        let (page, reader) = check(points)
        #expect(reader.elements["tr"] == 602)
        #expect(page.drawings.count < 80)
        #expect(page.html.utf8.count < 4_000_000)
    }

    @Test func `Settings that follow from others are no axes of their own`() {
        let pairs = [("p", "a"), ("q", "a"), ("r", "b")].flatMap { pair in [1, 2].map { (pair.0, pair.1, "\($0)") } }
        let axes = StudyAxes(
            pairs.map { scheme, accelerator, chips in
                point([("chips", chips), ("batch", chips), ("accelerator", accelerator), ("scheme", scheme)])
            })
        #expect(axes.x?.key == "chips" && axes.series?.key == "scheme" && axes.panels.isEmpty)
        #expect(axes.tied.map(\.key).sorted() == ["accelerator", "batch"])
    }

    @Test func `Numbers with units are axes in their base unit`() {
        let axes = StudyAxes(["16 GB/s", "1 TB/s"].map { point([("set.dram.bandwidth", $0)]) })
        #expect(axes.x?.unit == "B/s" && axes.x?.numbers?["1 TB/s"] == 1e12 && axes.x?.title == "DRAM bandwidth")
    }

    @Test func `The front has what nothing else beats in both`() {
        func entry(_ name: String, _ seconds: Double, _ joules: Double) -> ParetoFront.Entry {
            ParetoFront.Entry(name: name, series: 0, seconds: seconds, joules: joules)
        }
        let entries = [entry("a", 1, 5), entry("b", 2, 3), entry("c", 2, 4), entry("d", 3, 3), entry("e", 4, 1)]
        #expect(ParetoFront.front(entries).map(\.name) == ["a", "b", "e"])
    }
}
