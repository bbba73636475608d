import Foundation
import Testing
import _TestSupport

@Suite struct ShowTests {
    @Test(arguments: [
        ("models", "llama-13b"), ("accelerators", "bitmod-hbm3"), ("schemes", "bitmod-3b"),
        ("topologies", "ring-nvlink4"),
        ("bitmod", "bandwidth: 32 GB/s"), ("olive", "pe: fp16-int8"), ("ring", "ucie-standard    # 32 GB/s"),
        ("int4-asym", "group of 128"),
        ("llama-13b", "13015864320"), ("meta-llama/Llama-2-13b-hf", "llama-2-13b"),
    ])
    func `Every subject has a text and a document`(subject: String, contains: String) throws {
        let text = try Program.run(["show", subject])
        #expect(text.status == 0 && text.err.isEmpty && text.out.contains(contains), "\(text.out)\(text.err)")
        let json = try Program.run(["show", subject, "--json", "-"])
        #expect(try json.status == 0 && json.json()?["schema"] as? String == "bitmod-dist.show/1")
    }

    @Test func `A plan shows how a model is divided, by the options of a run`() throws {
        let result = try Program.run([
            "show", "plan", "llama-13b", "--chips", "12", "--parallel", "tp6,pp2", "--json", "-",
        ])
        let plan = try #require(try result.json()?["plan"] as? [String: Any])
        #expect(
            plan["chips"] as? Int == 12 && plan["tensorParallel"] as? Int == 6 && plan["pipelineParallel"] as? Int == 2)
        #expect(try Program.run(["show", "plan", "llama-13b"]).out.hasPrefix("llama-13b on 1 chips"))
    }

    @Test func `A pruned model shows the published parameters, and its plan two kinds of layer`() throws {
        let text = try Program.run(["show", "llama-7b", "--prune", "0.25"]).out
        #expect(text.contains("pruning      0.25 of layers 4-29: 24 of 32 heads, 8256 of 11008 channels\n"), "\(text)")
        #expect(text.contains("exactly      5422977024 of 6738415616 parameters (80.48 %)\n"), "\(text)")
        let json = try Program.run(["show", "llama-7b", "--prune", "0.25", "--json", "-"]).json()
        let model = try #require((json?["models"] as? [[String: Any]])?.first)
        #expect(model["totalParameters"] as? Int == 5_422_977_024)
        let pruning = try #require((model["configuration"] as? [String: Any])?["pruning"] as? [String: Any])
        #expect(pruning["ratio"] as? Double == 0.25 && pruning["firstLayer"] as? Int == 4)
        let plan = try Program.run(["show", "plan", "llama-7b", "--prune", "0.25", "--chips", "4", "--parallel", "tp4"])
        #expect(plan.out.contains("where a second number is that of a pruned layer"), "\(plan.err)")
        #expect(plan.out.contains("8, 6         8, 6      2752, 2064  8000"), "\(plan.out)")
    }

    @Test(arguments: ["bitmod", "fp16", "ant", "olive", "bitmod-hbm3"])
    func `What show prints is an accelerator file that gives the same run`(name: String) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(Program.run(["show", name]).out, to: "mine.yaml")
        let preset = try Program.run(quick + ["--accelerator", name, "--json", "-"])
        let file = try Program.run(quick + ["--accelerator", path, "--json", "-"])
        #expect(preset.status == 0 && file.status == 0, "\(file.err)")
        #expect(preset.out == file.out, "\(name)")
        #expect(try Program.run(["show", path]).status == 0)
    }

    @Test func `What show prints is a topology file that gives the same run but for its name`() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(Program.run(["show", "fully-connected-nvlink-c2c"]).out, to: "mine.yaml")
        let arguments = quick + ["--chips", "3", "--json", "-", "--topology"]
        #expect(try Program.run(arguments + ["fully-connected-nvlink-c2c"]).out == Program.run(arguments + [path]).out)
    }

    @Test func `A changed constant changes the run, and the request says so`() throws {
        let plain = try #require(try Program.run(quick + ["--json", "-"]).json())
        let changed = try #require(try Program.run(quick + ["--json", "-", "--set", "dram.bandwidth=64 GB/s"]).json())
        func latency(_ document: [String: Any]) -> Double {
            (document["totals"] as? [String: Any])?["latencySeconds"] as? Double ?? .nan
        }
        #expect(latency(changed) < latency(plain))
        let request = try #require(changed["request"] as? [String: Any])
        #expect((request["acceleratorParameters"] as? [String: String])?["dram.bandwidth"] == "64 GB/s")
    }
}
