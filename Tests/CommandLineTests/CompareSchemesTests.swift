import Foundation
import Testing
import _TestSupport

@Suite struct CompareSchemesTests {
    private static let few = [
        "compare-schemes", "gpt2", "--schemes", "fp16,bitmod-4b,billm,onebit", "--prompt", "8", "--generate", "2",
        "--chips", "2",
    ]

    @Test func `Every scheme has its figures on both systems, and published ones stand apart`() throws {
        let folder = try TemporaryFolder()
        let (json, html) = (folder.path("c.json"), folder.path("c.html"))
        let result = try Program.run(Self.few + ["--json", json, "--html", html, "--svg", folder.path("plots")])
        #expect(result.status == 0, "\(result.err)")
        for word in ["fp16", "bitmod-4b", "billm", "2.87", "1.08", "not measured here", "Huang et al., ICML 2024"] {
            #expect(result.out.contains(word), "\(word) in \(result.out)")
        }
        let root = try #require(
            JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: json))) as? [String: Any])
        #expect(root["schema"] as? String == "bitmod-dist.compare-schemes/1")
        let rows = try #require(root["rows"] as? [[String: Any]])
        #expect(rows.compactMap { $0["scheme"] as? String } == ["fp16", "bitmod-4b", "billm", "onebit"])
        for row in rows {
            let systems = try #require(row["systems"] as? [[String: Any]])
            #expect(systems.compactMap { $0["chips"] as? Int } == [1, 2])
            #expect((row["areaSquareMillimeters"] as? Double ?? 0) > 1)
        }
        // Masked accumulators and multiply-adds take area and energy that BitMoD does not need.
        func number(_ row: Int, _ key: String) -> Double { rows[row][key] as? Double ?? 0 }
        #expect(number(2, "areaSquareMillimeters") > number(1, "areaSquareMillimeters"))
        let side = rows.map { ($0["systems"] as? [[String: Any]])?[0]["sideUnitEnergyPerTokenJoules"] as? Double ?? -1 }
        #expect(side[0] == 0 && side[1] == 0 && side[2] > 0)
        let page = try String(contentsOfFile: html, encoding: .utf8)
        #expect(page.contains("id=\"bits\"") && page.contains("id=\"area\""))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("plots")).count >= 3)
    }

    @Test func `Pruned models and other caches stand beside whole ones`() throws {
        let schemes = [
            "bitmod-4b", "bitmod-4b --prune 0.5 --prune-layers 0..11", "bitmod-4b --kv-scheme bitmod-3b",
        ]
        let result = try Program.run([
            "compare-schemes", "gpt2", "--schemes", schemes.joined(separator: ","), "--prompt", "512", "--generate",
            "2",
            "--chips", "1", "--json", "-",
        ])
        #expect(result.status == 0, "\(result.err)")
        let root = try #require(JSONSerialization.jsonObject(with: Data(result.out.utf8)) as? [String: Any])
        let rows = try #require(root["rows"] as? [[String: Any]])
        #expect(rows.compactMap { $0["scheme"] as? String } == schemes)
        let times = rows.compactMap {
            ($0["systems"] as? [[String: Any]])?[0]["timePerOutputTokenSeconds"] as? Double
        }
        // Half of all layers' weights, and the whole head.
        #expect(times.count == 3 && times[1] < 0.8 * times[0] && times[1] > 0.5 * times[0], "\(times)")
        // Fewer bytes of keys and values.
        #expect(times[2] < times[0], "\(times)")
        for wrong in ["bitmod-4b --prune 2", "bitmod-4b --chips 2", "bitmod-4b --prune-layers 0..3"] {
            let refused = try Program.run(["compare-schemes", "gpt2", "--schemes", wrong])
            #expect(refused.status == 64 && refused.err.hasPrefix("bitmod-dist: --"), "\(wrong): \(refused.err)")
        }
    }

    @Test func `It is the same bytes on any number of ranks`() throws {
        let one = try Program.run(Self.few + ["--json", "-"])
        for ranks in [2, 3] {
            let other = try Program.run(ranks: ranks, Self.few + ["--json", "-"])
            #expect(other.status == 0 && other.out == one.out, "\(ranks) ranks")
        }
    }

    @Test func `Perplexities come from a file of measured ones, and wrong files and options are refused`() throws {
        let folder = try TemporaryFolder()
        let measured = try folder.write(
            """
            {"schema": "bitmod-dist.measured/1", "model": "tiny", "text": "book", "tokens": 512,
             "schemes": [{"scheme": "billm", "perplexity": 123.5, "calibratedPerplexity": 77.25}]}
            """, to: "m.json")
        let result = try Program.run(Self.few + ["--measured", measured])
        #expect(result.status == 0 && result.out.contains("123.50") && result.out.contains("77.25"), "\(result.err)")
        #expect(result.out.contains("tiny on \"book\", 512 tokens"))
        let bad = try folder.write("{}", to: "bad.json")
        #expect(try Program.run(Self.few + ["--measured", bad]).status == 65)
        #expect(try Program.run(["compare-schemes", "gpt2", "--schemes", "nonsense"]).status == 64)
        let refused = try Program.run([
            "compare-schemes", "gpt2", "--schemes", "billm", "--accelerator", "ant", "--chips", "1",
        ])
        #expect(
            refused.status == 0 && refused.out.contains("billm on ant: its PEs take weights that decode to INT8 only"))
    }
}
