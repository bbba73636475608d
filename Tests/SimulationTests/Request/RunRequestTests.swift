import Accelerator
import Documents
import Fabric
import Foundation
import Quantization
import Testing
import Workload
import _SimulationTestSupport

@testable import Simulation

@Suite struct RunRequestTests {
    private func message(_ change: (inout RunRequest) throws -> Void) -> String {
        do {
            var request = try RunRequest.sample("gpt2")
            try change(&request)
            try request.validate()
            return "no error"
        } catch { return "\(error)" }
    }

    @Test(arguments: [
        ("auto", ParallelismRequest.automatic, "auto"), ("tp8", .explicit(.init(tensor: 8)), "tp8"),
        ("pp4", .explicit(.init(pipeline: 4)), "tp1,pp4"),
        ("tp4,pp2", .explicit(.init(tensor: 4, pipeline: 2)), "tp4,pp2"),
        ("pp2,tp4", .explicit(.init(tensor: 4, pipeline: 2)), "tp4,pp2"),
        ("tp65536", .explicit(.init(tensor: 65536)), "tp65536"),
        ("sp,ep8,dp4,tp2", .explicit(.init(tensor: 2, data: 4, expert: 8, isSequenceParallel: true)), "tp2,dp4,ep8,sp"),
        ("dp2", .explicit(.init(data: 2)), "tp1,dp2"),
    ])
    func `Parallelism is read in any order and written in one`(text: String, value: ParallelismRequest, back: String)
        throws
    {
        #expect(try ParallelismRequest(text) == value)
        #expect(value.text == back)
        #expect(try ParallelismRequest(value.text) == value)
    }

    @Test(arguments: [
        "", "tp", "tp0", "tp-1", "tp65537", "tp4,", ",tp4", "tp4,tp2", "tp4 pp2", "dp", "TP4", "tp4,pp2,ep0", "8",
        "sp2", "tp2,sp,sp", "sp1", "s", "automatic", "tp1e3", "tp99999999999999999999",
    ])
    func `Other parallelism is refused`(text: String) {
        #expect(throws: InputError.self) { try ParallelismRequest(text) }
        do { _ = try ParallelismRequest(text) } catch {
            #expect("\(error)".hasPrefix("--parallel: found \"\(text)\"; expected auto, or tpN and ppN"))
        }
    }

    @Test func `Both sides of every range`() throws {
        #expect(message { $0.promptTokens = 1 } == "no error")
        #expect(
            message { $0.promptTokens = 0 }.hasPrefix("--prompt: found 0; expected a whole number from 1 to 4194304"))
        #expect(message { $0.generatedTokens = 0 } == "no error")
        #expect(message { $0.generatedTokens = -1 }.hasPrefix("--generate: found -1; expected a whole number from 0"))
        #expect(message { $0.batch = 65536 } == "no error")
        #expect(message { $0.batch = 65537 }.hasPrefix("--batch: found 65537"))
        #expect(message { $0.batch = 0 }.hasPrefix("--batch: found 0"))
        #expect(message { $0.chips = 65536 } == "no error")
    }

    @Test func `Learned positions end where their table ends, and a fixed topology takes its number of chips`() throws {
        // gpt2 has 1024 positions.
        #expect(message { ($0.promptTokens, $0.generatedTokens) = (1000, 24) } == "no error")
        #expect(
            message { ($0.promptTokens, $0.generatedTokens) = (1000, 25) }.hasPrefix(
                "--prompt and --generate: 1025 tokens, but gpt2 has learned positions for 1024"))
        let one = try #require(Fabric.preset("ring-1"))
        let eight = try #require(Fabric.preset("ring-8"))
        #expect(message { $0.fabric = one } == "no error")
        #expect(message { $0.fabric = eight }.hasPrefix("--topology: ring-8 joins 8 chips, --chips asks for 1"))
    }

    @Test(arguments: [
        ("bitmod", "fp16", "--scheme: fp16 cannot run on bitmod: "),
        ("fp16", "int8", "--scheme: int8 cannot run on fp16"),
        ("ant", "bitmod-4b", "--scheme: bitmod-4b cannot run on ant: its PEs take weights that decode to INT8 only"),
        ("olive", "fp16", "--scheme: fp16 cannot run on olive"),
    ])
    func `A scheme that the PEs cannot multiply is refused with those they can`(
        accelerator: String, scheme: String, expected: String
    ) throws {
        let found = message {
            $0.accelerator = try #require(AcceleratorPresets.named(accelerator))
            $0.kvScheme = try Scheme.named($0.accelerator.processingElement.defaultKVScheme)
            $0.scheme = try Scheme.named(scheme)
        }
        #expect(found.hasPrefix(expected) && found.contains("expected one of "), "\(found)")
    }

    @Test(arguments: ProcessingElementKind.allCases)
    func `The default schemes of every kind of PE can run on it`(kind: ProcessingElementKind) throws {
        #expect(kind.refusal(of: try Scheme.named(kind.defaultScheme)) == nil)
        #expect(kind.refusal(of: try Scheme.named(kind.defaultKVScheme)) == nil)
        #expect(kind.supportedSchemes.contains(kind.defaultScheme))
    }

    @Test func `More multiply-adds than a count can hold are refused, not overflowed`() throws {
        let model = try ModelRegistry.model(named: "llama-3.1-405b")
        #expect(
            message { ($0.model, $0.promptTokens) = (model, 4_194_304) }
                == "--prompt, --generate and --batch: the run has more multiply-adds than can be counted; "
                + "expected at most 4e18 of them")
        #expect(message { ($0.model, $0.promptTokens, $0.generatedTokens) = (model, 131_072, 100_000) } == "no error")
    }

    @Test(arguments: 0..<8)
    func `The forecast of multiply-adds is what the run counts, copies of routers aside`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: 300 + seed)
        let model = TransformerModel.random(using: &generator)
        var request = try RunRequest.sample(
            model, prompt: generator.integer(1...60), generate: generator.integer(0...30),
            batch: generator.integer(1...3))
        if generator.flag() { request.headPositions = .all }
        let result = try request.run()
        let counted = Double(result[.prefill].total.macs + result[.decode].total.macs)
        if model.slidingWindow == nil {
            #expect(abs(request.multiplyAdds - counted) <= 1e-9 * counted, "seed \(seed)")
        } else {
            #expect(request.multiplyAdds >= counted * (1 - 1e-9) && request.multiplyAdds < 3 * counted, "seed \(seed)")
        }
    }

    @Test func `A request survives being sent`() throws {
        var request = try RunRequest.sample("mixtral-8x7b", accelerator: AcceleratorPresets.bitmodHBM3, chips: 4)
        request.scheme = try Scheme.named("bitmod-3b").with(specialValues: [6, -6, 3])
        request.weightBits = 4.0625
        let back = try JSONDecoder().decode(RunRequest.self, from: JSONEncoder().encode(request))
        #expect(back == request)
    }
}
