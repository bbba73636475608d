import Accelerator
import Simulation
import Testing
import Workload
import _SimulationTestSupport

@testable import Reporting

@Suite struct RunReportTests {
    @Test(
        arguments: [
            ("smollm2-135m", 1, "auto", 2), ("smollm2-135m", 9, "tp9", 0), ("gpt2", 5, "pp5", 1),
            ("mixtral-8x7b", 8, "tp4,pp2", 1), ("llama-3.1-405b", 126, "pp126", 1), ("qwen2.5-7b", 1, "auto", 40_000),
        ], SystemSimulation.Detail.allCases)
    func `The report fits 100 columns and has no number that is none`(
        run: (model: String, chips: Int, parallel: String, generate: Int), detail: SystemSimulation.Detail
    ) throws {
        // Long decodes are cheap to describe and slow to simulate in debug builds: once is enough.
        guard run.generate < 1000 || detail == .phases else { return }
        let generate = run.generate < 1000 ? run.generate : 3
        let request = try RunRequest.sample(
            run.model, chips: run.chips, parallel: run.parallel, prompt: run.generate < 1000 ? 20 : 32_768,
            generate: generate)
        let text = try RunReport(request.run(detail: detail), detail: detail).text
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            #expect(line.count <= 100, "\(line)")
            #expect(!line.hasSuffix(" "), "\"\(line)\"")
        }
        let words = text.lowercased().split { !$0.isLetter }
        #expect(!words.contains("nan") && !words.contains("inf") && !words.contains("nil"))
        #expect(text.hasPrefix("\(run.model) on \(run.chips) x bitmod, bitmod-4b weights, int8 KV cache\n"))
        #expect(text.contains("time to first token"))
        #expect(text.contains("tokens per second") == (generate > 0))
        #expect(text.contains("chips  ") == (run.chips > 1 && run.parallel != "auto"))
    }

    @Test func `Positions beyond the model's are noted`() throws {
        var model = try ModelRegistry.model(named: "smollm2-135m")
        model.maximumPositions = 18
        #expect(try !RunReport(RunRequest.sample(model, generate: 2).run(), detail: .phases).text.contains("note"))
        let text = try RunReport(RunRequest.sample(model, generate: 3).run(), detail: .phases).text
        #expect(text.contains("note       19 tokens exceed the 18 positions that smollm2-135m was trained for"))
    }

    @Test(arguments: [
        (0.0, "0 s"), (1, "1.00 s"), (0.0123, "12.3 ms"), (999.4, "999 s"), (999.6, "1.00 ks"), (1e-15, "0.00 ps"),
        (0.000_999_6, "1.00 ms"), (-0.5, "-500 ms"), (4.5e-9, "4.50 ns"),
    ])
    func `Figures have three digits and the prefix of their size`(value: Double, text: String) {
        #expect(Figures.si(value, "s") == text)
    }

    @Test(arguments: [(0, "0 B"), (1023, "1023 B"), (1024, "1.00 KiB"), (1_047_000, "1022 KiB"), (1 << 40, "1.00 TiB")])
    func `Bytes are in binary units`(count: Int, text: String) { #expect(Figures.bytes(count) == text) }

    @Test func `A bar is as long as its share, in eighths of a character`() {
        #expect(Figures.bar(0, width: 4) == "    " && Figures.bar(1, width: 4) == "████")
        #expect(Figures.bar(0.5, width: 4) == "██  " && Figures.bar(1.0 / 32, width: 4) == "▏   ")
        #expect(Figures.bar(7, width: 2) == "██" && Figures.bar(-1, width: 2) == "  ")
    }
}
