import Foundation
import Testing
import _TestSupport

@Suite(.enabled(if: MPIRun.isAvailable, "no MPI launcher")) struct RankTests {
    @Test(
        .timeLimit(.minutes(10)),
        arguments: [
            ["smollm2-135m", "--prompt", "20", "--generate", "4", "--chips", "8"],
            [
                "gpt2", "--prompt", "20", "--generate", "3", "--chips", "8", "--parallel", "tp2,pp4", "--detail",
                "operators",
            ],
            // Shards, stages, replicas and micro-batches that all divide unevenly; experts over replicas, some popular.
            [
                "smollm2-135m", "--prompt", "20", "--generate", "70", "--chips", "20", "--parallel", "tp5,pp2,dp2",
                "--batch", "7", "--overlap-chunks", "3",
            ],
            [
                "mixtral-8x7b", "--prompt", "9", "--generate", "35", "--chips", "8", "--parallel", "tp2,pp2,dp2,ep4,sp",
                "--batch", "5", "--micro-batches", "2", "--expert-skew", "1.2", "--expert-seed", "3",
            ],
            ["gpt2", "--prompt", "20", "--generate", "3", "--chips", "4", "--batch", "3", "--optimize", "throughput"],
        ])
    func `JSON is byte-identical for 1, 2, 3, 5 and 8 ranks, and without a launcher`(arguments: [String]) throws {
        let alone = try Program.run(arguments + ["--json", "-"])
        #expect(alone.status == 0 && alone.out.hasPrefix("{\n"))
        for ranks in [1, 2, 3, 5, 8] {
            let result = try Program.run(ranks: ranks, arguments + ["--json", "-"])
            #expect(result.status == 0, "\(result.err)")
            #expect(result.out == alone.out, "\(ranks) ranks")
        }
    }

    @Test(.timeLimit(.minutes(10))) func `Without --chips there is one chip for each rank`() throws {
        let result = try Program.run(ranks: 3, quick)
        #expect(result.status == 0 && result.out.hasPrefix("gpt2 on 3 x bitmod"), "\(result.out)\(result.err)")
    }

    @Test(.timeLimit(.minutes(10)), arguments: [["--version"], ["--help"], ["show", "models"]])
    func `What the coordinator does alone is printed once`(arguments: [String]) throws {
        let result = try Program.run(ranks: 3, arguments)
        #expect(try result.status == 0 && result.out == Program.run(arguments).out)
    }

    @Test(.timeLimit(.minutes(10)), arguments: [0, 1, 3])
    func `A killed rank ends the whole run within five seconds, with one message and nothing written`(victim: Int)
        throws
    {
        let run = try KilledRun(ranks: 4, victim: victim)
        #expect(run.result.status != 0 && !run.result.timedOut)
        #expect(run.secondsToEnd < 5, "\(run.secondsToEnd) s")
        #expect(run.result.out.isEmpty)
        #expect(run.result.ownLines.count <= 1, "\(run.result.err)")
        #expect(run.result.err.contains("signal 9") || run.result.err.contains("KILLED"), "\(run.result.err)")
        #expect(run.survivors.isEmpty, "\(run.survivors)")
        #expect(try run.folder.contents().isEmpty)
    }
}
