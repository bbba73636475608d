import Documents
import Testing
import Workload
import _SimulationTestSupport

@testable import Simulation

@Suite struct PlanOptionTests {
    @Test(arguments: ["1d", "2d", "2d:2x4", "2d:1x1"])
    func `Partitions are read and written`(text: String) throws { #expect(try GEMMPartition(text).text == text) }

    @Test(arguments: ["", "3d", "2d:", "2d:0x2", "2d:2x", "2d:2x2x2", "2x2", "2d:-1x2"])
    func `Other partitions are refused`(text: String) {
        do { _ = try GEMMPartition(text) } catch {
            #expect("\(error)" == "--gemm-partition: found \"\(text)\"; expected 1d, 2d, or 2d:RxC such as 2d:2x4")
            return
        }
        Issue.record("\(text) is accepted")
    }

    @Test(arguments: [(1, 1, 1), (2, 1, 2), (6, 2, 3), (7, 1, 7), (8, 2, 4), (16, 4, 4), (36, 6, 6), (48, 6, 8)])
    func `A grid is as square as the number of chips allows`(chips: Int, rows: Int, columns: Int) throws {
        let sides = try #require(GEMMPartition.square.sides(chips: chips))
        #expect(sides == (rows, columns))
        #expect(GEMMPartition.oneDimensional.sides(chips: chips) == nil)
    }

    private func message(_ text: String, _ file: String = "load.yaml") -> String {
        do {
            let load = try ExpertLoadRequest(text: text, file: file)
            _ = try load.routing(of: MixtureOfExperts(experts: 3, activeExperts: 2, expertIntermediateSize: 64))
            return "no error"
        } catch { return "\(error)" }
    }

    @Test func `A file of popularities is a list of numbers, as many as experts`() {
        #expect(message("[1, 2.5, 0]") == "no error")
        #expect(message("- 1\n- 2\n- 3\n") == "no error")
        #expect(message("[1, 2, 3]", "load.json") == "no error")
        #expect(message("- 1\n- -2\n- 3\n").hasPrefix("load.yaml:2: "))
        #expect(message("- 1\n- 2\n- many\n").hasPrefix("load.yaml:3: "))
        #expect(message("[1, 2]") == "load.yaml: found 2 weights; expected 3, one for each expert")
        #expect(message("[1, 0, 0]").hasPrefix("load.yaml: found 1 weights above 0; expected at least the 2 experts"))
        #expect(message("a: 1").hasPrefix("load.yaml:1: found a mapping; expected a list"))
        #expect(message("[1, 2,, 3]", "load.json").hasPrefix("load.json:1: not valid JSON"))
    }

    @Test func `A seed chooses who is popular, the exponent how much`() throws {
        let mixture = MixtureOfExperts(experts: 8, activeExperts: 2, expertIntermediateSize: 64)
        func loads(_ exponent: Double, _ seed: UInt64) throws -> [Int] {
            try ExpertLoadRequest.zipf(exponent: exponent, seed: seed).routing(of: mixture)
                .loads(tokens: 100, of: mixture)
        }
        #expect(try loads(0, 1) == Array(repeating: 25, count: 8))
        #expect(try loads(1, 1).sorted() == loads(1, 2).sorted() && loads(1, 1) != loads(1, 2))
        #expect(try loads(1, 1) == loads(1, 1))
        #expect(try (loads(2, 1).max() ?? 0) > (loads(1, 1).max() ?? 0))
    }

    @Test func `Popularity belongs to models with experts`() throws {
        var request = try RunRequest.sample("gpt2")
        request.expertLoad = .zipf(exponent: 1, seed: 0)
        #expect { try request.validate() } throws: {
            "\($0)".hasPrefix("--expert-load and --expert-skew: gpt2 has no experts")
        }
    }
}
