import Foundation
import Testing
import _TestSupport

@Suite struct FidelityTests {
    private func published(_ arguments: String...) throws -> CommandResult {
        try Program.run(arguments + ["--model-fidelity", "published"])
    }

    @Test func `The options of the published model select its cases`() throws {
        let result = try published(
            "llama-2-7b", "--accelerator", "bitmod-lossy", "--task", "discriminative", "--detail", "operators",
            "--json", "-")
        let document = try #require(try result.json())
        let rows = try #require(document["operators"] as? [[String: Any]])
        #expect(
            rows.compactMap { $0["name"] as? String } == [
                "q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj", "lm_head", "attn_qk",
                "attn_v",
            ])
        let down = try #require(rows.first { $0["name"] as? String == "down_proj" })
        #expect(down["latencyCycles"] as? Int == 8_112_384 && down["weightFetches"] as? Int == 11)
        let totals = try #require(document["totals"] as? [String: Any])
        #expect(totals["latencyCycles"] as? Int == 1_202_921_472)
    }

    @Test func `Array, bits and context replace the paper's, and giving the paper's changes nothing`() throws {
        func cycles(_ arguments: String...) throws -> Int {
            let result = try Program.run(
                ["opt-1.3b", "--model-fidelity", "published", "--task", "decode-step", "--json", "-"] + arguments)
            let totals = try #require(try result.json()?["totals"] as? [String: Any])
            return try #require(totals["latencyCycles"] as? Int)
        }
        let paper = try cycles()
        #expect(paper == 15_857_750)
        #expect(
            try cycles(
                "--weight-bits", "3.0625", "--pe-array", "64x16", "--context", "256", "--accelerator", "bitmod-lossy")
                == paper)
        #expect(try cycles("--weight-bits", "6.0625") > paper)
        #expect(try cycles("--context", "4096") > paper)
        #expect(try cycles("--pe-array", "32x32") >= paper)
    }

    @Test func `The generative task takes a number of steps`() throws {
        func cycles(_ steps: String) throws -> Int {
            let result = try published("opt-1.3b", "--generate", steps, "--json", "-")
            let totals = try #require(try result.json()?["totals"] as? [String: Any])
            return try #require(totals["latencyCycles"] as? Int)
        }
        #expect(try cycles("20") == 233_070_592 + 20 * 15_857_750)
        #expect(try cycles("0") == 233_070_592)
    }

    @Test(arguments: [
        ["--chips", "2"], ["--topology", "ring"], ["--parallel", "tp1"], ["--set", "clock=2 GHz"],
        ["--scheme", "int8"],
        ["--group-size", "64"], ["--kv-scheme", "int8"], ["--prompt", "3"], ["--batch", "2"],
        ["--head-positions", "all"],
        ["--partial-sum-bits", "16"], ["--mapping-objective", "traffic"], ["--tile-simulation", "event"],
        ["--csv", "x.csv"],
        ["--detail", "layers"],
    ])
    func `Options of the tile model are refused, not ignored`(option: [String]) throws {
        let result = try Program.run(["opt-1.3b", "--model-fidelity", "published"] + option)
        let name = option[0] == "--detail" ? "--detail layers" : option[0]
        #expect(result.status == 64 && result.out.isEmpty)
        #expect(result.err.hasPrefix("bitmod-dist: \(name): is not part of the paper's model"), "\(result.err)")
    }

    @Test(arguments: [
        (
            ["--accelerator", "bitmod"],
            "--accelerator: found \"bitmod\" with --model-fidelity published; expected one of fp16"
        ),
        (["--pe-array", "8"], "--pe-array: found \"8\"; expected rows x columns such as 64x16"),
        (["--pe-array", "0x8"], "--pe-array: found \"0x8\""),
        (["--context", "0"], "--context: found 0; expected 1 to"),
        (["--task", "decode-step", "--generate", "3"], "--generate: belongs to --task generative"),
        (["--generate=-1"], "--generate: found -1"), (["--weight-bits", "17"], "--weight-bits: found 17.0"),
        (["--task", "prefill"], "The value 'prefill' is invalid for '--task"),
    ])
    func `Values that the published model does not have are refused`(arguments: [String], message: String) throws {
        let result = try Program.run(["opt-1.3b", "--model-fidelity", "published"] + arguments)
        #expect(result.status == 64 && result.out.isEmpty && result.ownLines.count == 1)
        #expect(result.err.hasPrefix("bitmod-dist: \(message)"), "\(result.err)")
    }

    @Test func `The event simulation gives the bytes of the fast path`() throws {
        let fast = try Program.run(quick + ["--detail", "operators", "--json", "-"])
        let event = try Program.run(quick + ["--detail", "operators", "--json", "-", "--tile-simulation", "event"])
        #expect(fast.out == event.out && fast.status == 0)
    }

    @Test(.timeLimit(.minutes(10))) func `Reproduce writes 60 equal points and exits 0`() throws {
        let result = try Program.run(["reproduce", "--json", "-"], timeLimit: .seconds(100))
        #expect(result.status == 0 && result.err.isEmpty)
        let document = try #require(try result.json())
        #expect(document["schema"] as? String == "bitmod-dist.reproduce/1")
        let points = try #require(document["points"] as? [[String: Any]])
        #expect(points.count == 60 && points.allSatisfy { $0["equalsPublishedDigits"] as? Bool == true })
        let figures = try #require(document["figures"] as? [[String: Any]])
        // Tile fidelity: BitMoD is faster than the baseline, ANT and OliVe on both tasks, and takes less energy.
        func mean(_ accelerator: String, _ task: String, _ key: String) -> Double {
            let series = figures.first { $0["accelerator"] as? String == accelerator && $0["task"] as? String == task }
            return series?[key] as? Double ?? .nan
        }
        for task in ["discriminative", "generative"] {
            #expect(mean("fp16", task, "tileMeanSpeedup") == 1)
            for other in ["fp16", "ant", "olive"] {
                #expect(mean("bitmod-lossy", task, "tileMeanSpeedup") > mean(other, task, "tileMeanSpeedup"))
                #expect(
                    mean("bitmod-lossy", task, "tileMeanNormalizedEnergy")
                        < mean(other, task, "tileMeanNormalizedEnergy"))
            }
        }
    }
}
