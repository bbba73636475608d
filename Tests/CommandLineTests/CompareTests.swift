import Foundation
import Testing
import _TestSupport

@Suite struct CompareTests {
    @Test func `Equal files are equal, and one option is what changed in the request`() throws {
        let folder = try TemporaryFolder()
        for (name, chips) in [("a", "1"), ("b", "2"), ("c", "1")] {
            #expect(try Program.run(quick + ["--chips", chips, "--json", folder.path(name), "--quiet"]).status == 0)
        }
        let equal = try Program.run(["compare", folder.path("a"), folder.path("c")])
        #expect(equal.status == 0 && equal.out == "equal\n")
        let different = try Program.run(["compare", folder.path("a"), folder.path("b")])
        #expect(different.status == 1)
        #expect(different.out.contains("\nrequest\n  request.chips: 1 -> 2 (+100 %)\nresult\n"), "\(different.out)")
        #expect(different.out.contains(" more (--all)\n"))
        let all = try Program.run(["compare", folder.path("a"), folder.path("b"), "--all"])
        #expect(all.out.contains("  totals.latencySeconds: 0.0") && !all.out.contains("--all"))
    }

    @Test func `Stores are compared by request, and by settings where the request has changed`() throws {
        let folder = try TemporaryFolder()
        func store(_ name: String, _ chips: String, bandwidth: String) throws -> String {
            let accelerator = try folder.write("base: bitmod\ndram:\n  bandwidth: \(bandwidth)\n", to: "chip.yaml")
            let text = """
                base: {model: gpt2, prompt: 8, generate: 1, accelerator: "\(accelerator)"}
                axes: {chips: [\(chips)]}
                """
            let store = folder.path(name)
            let sweep = try Program.run(["sweep", folder.write(text, to: "s.yaml"), "--store", store])
            #expect(sweep.status == 0, "\(sweep.err)")
            return store
        }
        let first = try store("a", "1, 2", bandwidth: "32 GB/s")
        let second = try store("b", "1, 2, 4", bandwidth: "32 GB/s")
        let third = try store("c", "1, 2", bandwidth: "64 GB/s")
        #expect(try Program.run(["compare", first, first]).status == 0)
        let more = try Program.run(["compare", first, second])
        #expect(more.status == 1)
        #expect(
            more.out.hasPrefix("2 points equal, 0 changed, 0 only in \(first), 1 only in \(second)\n"), "\(more.out)")
        let faster = try Program.run(["compare", first, third])
        #expect(faster.out.hasPrefix("0 points equal, 2 changed, 0 only in"), "\(faster.out)")
        #expect(faster.out.contains("dram.bandwidth") && faster.out.contains("  totals.latencySeconds: "))
    }

    @Test func `A missing file, one that is no JSON, and a file beside a store are refused`() throws {
        let folder = try TemporaryFolder()
        let good = try folder.write("{\"a\": 1}\n", to: "a.json")
        let bad = try folder.write("{\"a\":\n 1,,}\n", to: "b.json")
        #expect(try Program.run(["compare", good, folder.path("none.json")]).status == 66)
        let result = try Program.run(["compare", good, bad])
        #expect(
            result.status == 65 && result.ownLines.first?.hasPrefix("bitmod-dist: \(bad):2: not valid JSON") == true)
        let store = folder.path("r.sqlite")
        let study = try folder.write("base: {model: gpt2, prompt: 8, generate: 1}\n", to: "s.yaml")
        #expect(try Program.run(["sweep", study, "--store", store]).status == 0)
        #expect(try Program.run(["compare", good, store]).status == 65)
    }
}
