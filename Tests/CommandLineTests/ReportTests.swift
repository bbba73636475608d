import Foundation
import Testing
import _TestSupport

@Suite struct ReportTests {
    private static let study = "base: {model: gpt2, prompt: 8, generate: 2}\naxes: {chips: [1, 2, 4, 13]}\n"

    private func store(_ folder: TemporaryFolder, ranks: Int = 0) throws -> String {
        let store = folder.path("r\(ranks).sqlite")
        let study = try folder.write(Self.study, to: "s.yaml")
        let sweep = try Program.run(ranks: ranks, ["sweep", study, "--store", store])
        #expect(sweep.status == 1 && sweep.out.hasPrefix("s: 4 points, 3 done, 1 failed"), "\(sweep.err)")
        return store
    }

    @Test func `A store becomes a page, with its plots as files`() throws {
        let folder = try TemporaryFolder()
        let store = try store(folder)
        let result = try Program.run([
            "report", store, "-o", folder.path("p.html"), "--svg", folder.path("plots"), "--title", "Chips",
        ])
        #expect(result.status == 0 && result.out.isEmpty && result.err.isEmpty, "\(result.err)")
        let page = try folder.read("p.html")
        #expect(page.hasPrefix("<!DOCTYPE html>") && page.contains("<title>Chips</title>"))
        #expect(page.contains("Points that failed") && page.contains("13 chips cannot share"))
        let plots = try FileManager.default.contentsOfDirectory(atPath: folder.path("plots")).sorted()
        #expect(plots.contains("s-throughput.svg") && plots.allSatisfy { $0.hasSuffix(".svg") }, "\(plots)")
        let filtered = try Program.run(["report", store, "-o", "-", "--filter", "chips=1"])
        #expect(filtered.status == 0 && filtered.out.contains("<title>Results of r0</title>"))
        #expect(!filtered.out.contains("Points that failed"))
    }

    @Test(.timeLimit(.minutes(5)), .enabled(if: MPIRun.isAvailable, "no MPI launcher"))
    func `Pages are byte-identical for 1, 2 and 3 ranks, and without a launcher`() throws {
        let folder = try TemporaryFolder()
        let arguments = [
            "gpt2", "--prompt", "20", "--generate", "3", "--chips", "4", "--parallel", "tp2,pp2", "--batch", "3",
            "--html", "-",
        ]
        let alone = try Program.run(arguments)
        #expect(alone.status == 0 && alone.out.hasPrefix("<!DOCTYPE html>"), "\(alone.err)")
        let page = try Program.run(["report", store(folder), "-o", "-", "--title", "t"])
        for ranks in 1...3 {
            #expect(try Program.run(ranks: ranks, arguments).out == alone.out, "\(ranks) ranks")
            let store = try store(folder, ranks: ranks)
            let report = try Program.run(ranks: ranks, ["report", store, "-o", "-", "--title", "t"])
            #expect(report.out == page.out, "\(ranks) ranks: \(report.err)")
        }
    }

    @Test func `A run writes page, plots, trace and text together`() throws {
        let folder = try TemporaryFolder()
        let result = try Program.run(
            quick + ["--html", folder.path("r.html"), "--svg", folder.path("f"), "--trace", folder.path("t.json")])
        #expect(try result.status == 0 && result.out == Program.run(quick).out, "\(result.err)")
        #expect(try folder.contents() == ["f", "r.html", "t.json"])
        #expect(try folder.read("r.html") == Program.run(quick + ["--html", "-"]).out)
        let published = try Program.run(["opt-1.3b", "--model-fidelity", "published", "--html", "-"])
        #expect(published.status == 0 && published.out.contains("analytical model"))
    }

    @Test func `A store that is none, is empty, torn or filtered empty is refused in one line`() throws {
        let folder = try TemporaryFolder()
        let empty = folder.path("empty.sqlite")
        _ = try Program.run(["sweep", folder.write(Self.study, to: "s.yaml"), "--store", empty])
        let full = try store(folder)
        let torn = folder.path("torn.sqlite")
        var bytes = try Data(contentsOf: URL(fileURLWithPath: full))
        bytes.replaceSubrange(100..<bytes.count, with: Data(repeating: 0x5A, count: bytes.count - 100))
        try bytes.write(to: URL(fileURLWithPath: torn))
        let text = try folder.write("no store\n", to: "text.sqlite")
        let file = try folder.write("", to: "file")
        let cases: [(arguments: [String], status: Int32, message: String)] = [
            ([folder.path("none.sqlite"), "-o", "-"], 66, "\(folder.path("none.sqlite")): no such file"),
            ([text, "-o", "-"], 65, "\(text): "), ([torn, "-o", "-"], 65, "\(torn): "),
            ([full, "-o", "-", "--filter", "chips=3"], 64, "--filter: none of the 4 points"),
            ([full, "-o", "-", "--filter", "colour=red"], 64, "--filter: no point has \"colour\""),
            ([full, "-o", folder.path("none/p.html")], 73, "\(folder.path("none/p.html")): the folder does not exist"),
            ([full, "-o", "-", "--svg", file], 73, "\(file): is a file; expected a folder"),
            ([full], 64, "Missing expected argument '--output"),
        ]
        for (arguments, status, message) in cases {
            let result = try Program.run(["report"] + arguments)
            #expect(result.status == status && result.out.isEmpty, "\(arguments): \(result.err)")
            #expect(result.ownLines.count == 1 && result.err.hasPrefix("bitmod-dist: \(message)"), "\(result.err)")
        }
    }
}
