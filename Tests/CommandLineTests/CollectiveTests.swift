import Foundation
import Testing
import _TestSupport

@Suite struct CollectiveCommandTests {
    private func collective(_ arguments: String...) throws -> [String: Any] {
        let output = try Program.run(["collective"] + arguments + ["--json", "-"])
        #expect(output.status == 0, "\(output.err)")
        return try #require(try output.json())
    }

    @Test func `A ring all-reduce has its textbook time, bytes and energy in the document`() throws {
        let document = try collective(
            "--topology", "ring-8", "--op", "all-reduce", "--bytes", "1MiB", "--algorithm", "ring")
        #expect(document["schema"] as? String == "bitmod-dist.collective/1")
        // 14 steps of 4 ns and 128 KiB at 32 GB/s.
        #expect(document["timePicoseconds"] as? Int == 14 * (4_000 + 4_096_000))
        #expect(document["algorithm"] as? String == "ring" && document["evaluator"] as? String == "closed-form")
        #expect(document["linkBytes"] as? Int == 14 * (1 << 20))
        let energy = try #require(document["energyJoules"] as? Double)
        #expect(abs(energy - Double(14 << 20) * 8 * 0.5e-12) < 1e-12)
        let utilization = try #require(document["maximumLinkUtilization"] as? Double)
        #expect(abs(utilization - 4096.0 / 4100.0) < 1e-12)
    }

    @Test func `Both evaluators agree where no link is shared, and assumptions are taken from options`() throws {
        for evaluator in ["closed-form", "event"] {
            let document = try collective(
                "--topology", "torus-4x4", "--op", "all-reduce", "--bytes", "64 KiB", "--algorithm", "per-dimension",
                "--evaluator", evaluator, "--switching", "store-and-forward", "--endpoint-delay", "10 ns",
                "--reduction-bandwidth", "1 TB/s", "--element-bytes", "4")
            // Along each of two dimensions 3 + 3 rounds: 16 KiB, then 4 KiB; additions in the first three.
            let rounds = 6 * (4_000 + 512_000) + 3 * 49_152 + 6 * (4_000 + 128_000) + 3 * 12_288
            #expect(document["timePicoseconds"] as? Int == rounds + 13 * 10_000)
            #expect(document["evaluator"] as? String == evaluator)
        }
    }

    @Test func `All algorithms are compared, and the automatic choice is the first of them`() throws {
        let document = try collective("--topology", "torus-4x4", "--op", "all-reduce", "--bytes", "1MiB", "--compare")
        let alternatives = try #require(document["alternatives"] as? [[String: Any]])
        let times = alternatives.compactMap { $0["timePicoseconds"] as? Int }
        #expect(times.count == 10 && times == times.sorted())
        #expect(document["timePicoseconds"] as? Int == times[0])
        let text = try Program.run([
            "collective", "--topology", "torus-4x4", "--op", "all-reduce", "--bytes", "1MiB", "--compare",
        ])
        #expect(text.out.contains("bidirectional-per-dimension") && text.out.contains("busiest link"))
    }

    @Test func `Groups at the same time are all counted`() throws {
        let one = try collective("--topology", "ring-4", "--op", "all-gather", "--bytes", "64kB", "--algorithm", "ring")
        let four = try collective(
            "--topology", "torus-4x4", "--op", "all-gather", "--bytes", "64kB", "--algorithm", "ring", "--group-size",
            "4", "--group-stride", "4")
        #expect(four["timePicoseconds"] as? Int == one["timePicoseconds"] as? Int)
        #expect(four["linkBytes"] as? Int == (one["linkBytes"] as? Int).map { 4 * $0 })
    }

    @Test func `Other exchanges at the same time and late arrivals are counted`() throws {
        let alone = try collective("--topology", "line-8", "--op", "all-gather", "--bytes", "64kB", "--group-size", "4")
        let both = try collective(
            "--topology", "line-8", "--op", "all-gather", "--bytes", "64kB", "--group-size", "4", "--also",
            "point-to-point:64kB:2:4")
        let parts = try #require(both["exchanges"] as? [[String: Any]])
        #expect(parts.count == 2 && parts[1]["operation"] as? String == "point-to-point")
        #expect(both["sharesLinks"] as? Bool == true)
        let finish = try #require(parts[0]["finishPicoseconds"] as? Int)
        #expect(try finish > #require(alone["timePicoseconds"] as? Int))
        // All wait for a chip that is a microsecond late.
        let late = try collective(
            "--topology", "ring-4", "--op", "all-reduce", "--bytes", "64kB", "--algorithm", "ring", "--arrivals",
            "0 us,1 us,0 us,0 us")
        #expect(late["timePicoseconds"] as? Int == 1_000_000 + 6 * (4_000 + 500_000))
    }

    @Test func `Drawings are written as SVG and DOT`() throws {
        let folder = try TemporaryFolder()
        for (arguments, file, part) in [
            (["show", "torus-4x4"], "torus.svg", "</svg>"), (["show", "switch-8"], "switch.dot", "\"0\" -> \"s0\""),
            (
                ["collective", "--topology", "mesh-3x3", "--op", "all-to-all", "--bytes", "9kB"], "hot.svg", "busy"
            ),
        ] {
            let output = try Program.run(arguments + ["--drawing", folder.path(file)])
            #expect(output.status == 0, "\(output.err)")
            #expect(try folder.read(file).contains(part))
        }
    }

    @Test(arguments: [
        (
            ["--topology", "ring-8", "--op", "all-reduce", "--bytes", "1"], 64,
            "--bytes: found \"1\"; expected a number with"
        ),
        (
            ["--topology", "ring", "--op", "all-reduce", "--bytes", "1kB"], 64,
            "--chips: ring takes any number of chips"
        ),
        (
            ["--topology", "ring-8", "--op", "all-reduce", "--bytes", "0B"], 64,
            "--bytes: found \"0B\"; expected a value"
        ),
        (["--topology", "ring-1", "--op", "all-reduce", "--bytes", "1kB"], 64, "--chips: found 1; expected a number"),
        (
            ["--topology", "ring-8", "--chips", "4", "--op", "all-reduce", "--bytes", "1kB"], 64,
            "--topology: ring-8 joins 8 chips, the system has 4"
        ),
        (
            ["--topology", "ring-8", "--op", "broadcast", "--bytes", "1kB", "--algorithm", "halving-doubling"], 64,
            "--algorithm: halving-doubling does not apply to broadcast"
        ),
        (
            ["--topology", "ring-8", "--op", "all-reduce", "--bytes", "1kB", "--algorithm", "gossip"], 64,
            "--algorithm: found \"gossip\"; expected auto, ring"
        ),
        (
            ["--topology", "ring-8", "--op", "all-reduce", "--bytes", "1kB", "--group-size", "3"], 64,
            "--group-size: 8 chips cannot be divided into groups of 3"
        ),
        (
            ["--topology", "ring-8", "--op", "all-reduce", "--bytes", "1kB", "--chunks", "0"], 64,
            "--chunks: found 0; expected a number from 1"
        ),
        (
            ["--topology", "ring-8", "--op", "all-reduce", "--bytes", "1kB", "--endpoint-delay", "10"], 64,
            "--endpoint-delay: found \"10\"; expected a number with unit"
        ),
        (
            ["--topology", "ring-8", "--op", "all-reduce", "--bytes", "1kB", "--also", "gossip:1kB"], 64,
            "--also: found \"gossip:1kB\"; expected OP:BYTES:SIZE:STRIDE"
        ),
        (
            ["--topology", "ring-8", "--op", "all-reduce", "--bytes", "1kB", "--arrivals", "1 us,2 us"], 64,
            "--arrivals: found 2 times; expected 8"
        ),
        (
            ["--topology", "ring-64", "--op", "all-reduce", "--bytes", "900TB"], 64,
            "may take more time than can be counted; expected faster links"
        ),
        (
            ["--topology", "ring-8192", "--op", "all-to-all", "--bytes", "1GB"], 64,
            "message hops, too many to evaluate; expected at most 400000000"
        ),
        (
            ["--topology", "fully-connected-1000000", "--op", "all-to-all", "--bytes", "1GB"], 64,
            "has more than 20 million channels, too many to build"
        ),
        (["--topology", "no.yaml", "--op", "all-reduce", "--bytes", "1kB"], 66, "no.yaml: no such file"),
        (["--topology", "moebius", "--op", "all-reduce", "--bytes", "1kB"], 64, "--topology: no topology \"moebius\""),
        (["--topology", "ring-8", "--op", "gossip", "--bytes", "1kB"], 64, "gossip"),
        (
            ["--topology", "ring-8", "--op", "all-reduce", "--bytes", "1kB", "--drawing", "a.pdf"], 64,
            "--drawing: found \"a.pdf\"; expected a file that ends in .svg or .dot"
        ),
    ])
    func `Wrong options are refused in one line`(arguments: [String], code: Int32, message: String) throws {
        let output = try Program.run(["collective"] + arguments)
        #expect(output.status == code && output.out.isEmpty)
        #expect(output.err.contains(message) && output.err.split(separator: "\n").count == 1, "\(output.err)")
    }
}
