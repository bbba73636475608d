import Foundation
import Synchronization
import Testing
import _TestSupport

@Suite struct SweepTests {
    /// Nine points, three of which ask for chips that the model cannot be divided over.
    private static let study = """
        base: {model: gpt2, prompt: 8}
        axes:
          generate: [1, 2, 3]
          chips: [1, 2, 13]

        """

    @Test func `A sweep stores every point, names those that failed, and is through at once when run again`() throws {
        let folder = try TemporaryFolder()
        let arguments = ["sweep", try folder.write(Self.study, to: "s.yaml"), "--store", folder.path("r.sqlite")]
        let first = try Program.run(arguments)
        #expect(first.status == 1 && first.err.isEmpty, "\(first.err)")
        #expect(first.out.hasPrefix("s: 9 points, 6 done, 3 failed; 9 of them now\n  failed: chips=13 generate=1"))
        let second = try Program.run(arguments)
        #expect(second.out.hasPrefix("s: 9 points, 6 done, 3 failed; 0 of them now\n"), "\(second.out)")
        let third = try Program.run(arguments + ["--retry-failed", "--quiet"])
        #expect(third.status == 1 && third.out.isEmpty && third.err.isEmpty)
        #expect(try folder.contents() == ["r.sqlite", "s.yaml"], "the log is gone after the end")
    }

    @Test func `Shares that are pruned are an axis, and each is a point of its own`() throws {
        let folder = try TemporaryFolder()
        let study = """
            base: {model: gpt2, prompt: 8, generate: 1, prune-layers: 2..9}
            axes: {prune: [0.1, 0.25, 0.5]}

            """
        let store = folder.path("r.sqlite")
        let result = try Program.run(["sweep", folder.write(study, to: "s.yaml"), "--store", store])
        #expect(result.status == 0 && result.out.hasPrefix("s: 3 points, 3 done"), "\(result.out)\(result.err)")
        let lines = try Program.run(["export", store, "--format", "jsonl"]).out.split(separator: "\n")
        let widths = try lines.map { line in
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            let request = (object?["result"] as? [String: Any])?["request"] as? [String: Any]
            return (request?["pruning"] as? [String: Any])?["intermediateSize"] as? Int
        }
        #expect(widths == [2764, 2304, 1536])
    }

    @Test func `A dry run lists points with their state and writes nothing`() throws {
        let folder = try TemporaryFolder()
        let arguments = ["sweep", try folder.write(Self.study, to: "s.yaml"), "--store", folder.path("r.sqlite")]
        let before = try Program.run(arguments + ["--dry-run"])
        #expect(before.status == 0 && before.out.hasPrefix("s: 9 points\n"), "\(before.err)")
        #expect(before.out.contains("  pending  generate=1 chips=1\n"))
        #expect(try folder.contents() == ["s.yaml"])
        _ = try Program.run(arguments)
        let after = try Program.run(arguments + ["--dry-run"])
        #expect(
            after.out.contains("  done     generate=1 chips=1\n")
                && after.out.contains("  failed   generate=3 chips=13\n"))
    }

    @Test func `Every option of run that makes a request is a key, and none of its output`() throws {
        let folder = try TemporaryFolder()
        let result = try Program.run(["sweep", folder.write("base: {modell: gpt2, x: 1}\n", to: "s.yaml"), "--dry-run"])
        #expect(
            result.ownLines == ["bitmod-dist: \(folder.path("s.yaml")):1: base.modell: unknown key; expected model"])
        for key in ["json", "csv", "quiet", "detail"] {
            let study = try folder.write("base: {model: gpt2, \(key): 1}\n", to: "s.yaml")
            let result = try Program.run(["sweep", study, "--dry-run"])
            #expect(result.status == 65 && result.err.contains("base.\(key): unknown key"), "\(result.err)")
        }
        let study = """
            base:
              model: opt-1.3b
              model-fidelity: published
              task: decode-step
              context: 128
            axes: {accelerator: [bitmod-lossy, fp16]}
            """
        let published = try Program.run([
            "sweep", folder.write(study, to: "p.yaml"), "--store", folder.path("p.sqlite"),
        ])
        #expect(
            published.status == 0 && published.out == "p: 2 points, 2 done, 0 failed; 2 of them now\n",
            "\(published.err)")
    }

    @Test(arguments: [
        ("base: {model: gpt2, chips: many}", 65, ":1: base.chips: The value 'many' is invalid for '--chips"),
        ("base: {model: gpt3}", 65, ":1: base.model: there is no model \"gpt3\""),
        ("base: {model: gpt2}\naxes:\n  scheme: [int6, int9]", 65, ":3: axes.scheme[1]: "),
        (
            "base: {model: gpt2}\naxes:\n  set.dram.bandwidth: [fast]", 65,
            ":3: axes.set.dram.bandwidth[0]: found \"fast\""
        ),
        ("base: {model: gpt2, topology: none.yaml}", 66, ":1: base.topology: no such file (none.yaml)"),
    ])
    func `A wrong value names file, line and key`(text: String, status: Int32, message: String) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(text, to: "s.yaml")
        let result = try Program.run(["sweep", path, "--store", folder.path("r.sqlite")])
        #expect(result.status == status)
        #expect(result.ownLines.count == 1 && result.err.hasPrefix("bitmod-dist: \(path)\(message)"), "\(result.err)")
        #expect(try folder.contents() == ["s.yaml"])
    }

    @Test func `Without a store, with a missing study or an unwritable store nothing is done`() throws {
        let folder = try TemporaryFolder()
        let study = try folder.write("base: {model: gpt2}\n", to: "s.yaml")
        #expect(try Program.run(["sweep", study]).status == 64)
        #expect(try Program.run(["sweep", folder.path("none.yaml"), "--dry-run"]).status == 66)
        #expect(try Program.run(["sweep", study, "--store", folder.path("none/r.sqlite")]).status == 73)
        #expect(try Program.run(["sweep", study, "--store", study]).status == 65)
    }

    @Test(.timeLimit(.minutes(2)), .enabled(if: MPIRun.isAvailable, "no MPI launcher"))
    func `Exports are byte-identical for 1, 2 and 3 ranks, and without a launcher`() throws {
        let folder = try TemporaryFolder()
        let study = try folder.write(Self.study, to: "s.yaml")
        func exports(_ ranks: Int) throws -> [String] {
            let store = folder.path("\(ranks).sqlite")
            let sweep = try Program.run(ranks: ranks, ["sweep", study, "--store", store])
            #expect(sweep.status == 1 && sweep.out.hasPrefix("s: 9 points, 6 done, 3 failed;"), "\(sweep.err)")
            return try ["csv", "jsonl"].map { try Program.run(["export", store, "--format", $0]).out }
        }
        let alone = try exports(0)
        #expect(alone.map { $0.split(separator: "\n").count } == [10, 9])
        for ranks in 1...3 { #expect(try exports(ranks) == alone, "\(ranks) ranks") }
    }

    @Test(.timeLimit(.minutes(2))) func `Two sweeps at the same time share a store`() throws {
        let folder = try TemporaryFolder()
        let study = try folder.write(
            "base: {model: gpt2, prompt: 8}\naxes: {generate: [1, 2, 3, 4, 5, 6], batch: [1, 2]}\n", to: "s.yaml")
        let store = folder.path("r.sqlite")
        let results = Mutex<[CommandResult?]>([])
        let group = DispatchGroup()
        for _ in 0..<2 {
            group.enter()
            Thread {
                let result = try? Program.run(["sweep", study, "--store", store])
                results.withLock { $0.append(result) }
                group.leave()
            }.start()
        }
        group.wait()
        let outputs = results.withLock { $0 }
        #expect(outputs.allSatisfy { $0?.status == 0 && $0?.out.hasPrefix("s: 12 points, 12 done, 0 failed") == true })
        let finished = outputs.compactMap { $0?.out.firstMatch(of: /; (\d+) of them now/) }.compactMap { Int($0.1) }
        #expect(finished.reduce(0, +) == 12, "each point once: \(finished)")
        #expect(try Program.run(["export", store]).out.split(separator: "\n").count == 13)
    }

    @Test(.timeLimit(.minutes(2)), arguments: [SIGTERM, SIGUSR1])
    func `A signal lets what is in hand end; the next sweep does the rest`(signal: Int32) throws {
        let folder = try TemporaryFolder()
        let list = (1...60).map(String.init).joined(separator: ", ")
        let study = try folder.write("base: {model: gpt2, generate: 40}\naxes: {prompt: [\(list)]}\n", to: "s.yaml")
        let arguments = ["sweep", study, "--store", folder.path("r.sqlite")]
        let process = Process()
        process.executableURL = Program.url
        process.arguments = arguments + ["--quiet"]
        process.environment = MPIRun.cleanEnvironment()
        try process.run()
        usleep(700_000)
        kill(process.processIdentifier, signal)
        process.waitUntilExit()
        #expect(process.terminationReason == .exit && process.terminationStatus == 85)
        let rest = try Program.run(arguments)
        #expect(rest.status == 0 && rest.out.hasPrefix("s: 60 points, 60 done, 0 failed;"), "\(rest.out)\(rest.err)")
    }

    @Test func `Shards, merged, export the bytes of one sweep, and a missing shard is seen`() throws {
        let folder = try TemporaryFolder()
        let study = try folder.write(Self.study, to: "s.yaml")
        #expect(try Program.run(["sweep", study, "--store", folder.path("whole.sqlite")]).status == 1)
        let whole = try Program.run(["export", folder.path("whole.sqlite")]).out
        let shards = (1...3).map { folder.path("\($0).sqlite") }
        for (index, store) in shards.enumerated() {
            let result = try Program.run(["sweep", study, "--shard", "\(index + 1)/3", "--store", store])
            #expect(result.out.hasPrefix("s \(index + 1)/3: 3 points, ") && result.err.isEmpty, "\(result.err)")
        }
        let all = folder.path("all.sqlite")
        let some = try Program.run(["merge", shards[2], shards[0], "-o", all])
        #expect(some.status == 0 && some.out.contains(", 3 to do\n"), "\(some.out)\(some.err)")
        let rest = try Program.run(["merge", shards[1], "-o", all])
        #expect(rest.status == 0 && rest.out == "s: 9 points, 6 done, 3 failed\n", "\(rest.out)\(rest.err)")
        #expect(try Program.run(["export", all]).out == whole)
        let dry = try Program.run(["sweep", study, "--shard", "2/3", "--dry-run", "--store", all])
        #expect(dry.out.hasPrefix("s 2/3: 3 points\n") && dry.out.split(separator: "\n").count == 4)

        let missing = try Program.run(["merge", shards[0], folder.path("4.sqlite"), "-o", folder.path("new.sqlite")])
        #expect(missing.status == 66 && missing.ownLines.count == 1, "\(missing.err)")
        // Another version of the study: its first point is another.
        _ = try folder.write(Self.study.replacing("prompt: 8", with: "prompt: 9"), to: "s.yaml")
        let other = folder.path("other.sqlite")
        #expect(try Program.run(["sweep", study, "--shard", "1/3", "--store", other, "--quiet"]).status != 65)
        let different = try Program.run(["merge", all, other, "-o", folder.path("new.sqlite")])
        #expect(different.status == 65 && different.ownLines.count == 1, "\(different.err)")
        #expect(different.err.contains("study s: has something else at place 1 than the stores before it"))
        #expect(try !folder.contents().contains("new.sqlite"))
        for (option, value) in [("--shard", "4/3"), ("--shard", "1"), ("--attempts", "1")] {
            let wrong = try Program.run(["sweep", study, "--dry-run", option, value])
            #expect(wrong.status == 64 && wrong.err.hasPrefix("bitmod-dist: \(option): found "), "\(wrong.err)")
        }
    }

    @Test(.timeLimit(.minutes(3))) func `A point that its sweeps are killed with fails, and the rest is done`() throws {
        let folder = try TemporaryFolder()
        // Minutes: the event simulation of every context of a long answer.
        let study = """
            base: {model: llama-2-7b, chips: 8, prompt: 8, tile-simulation: event}
            axes: {generate: [200000, 1, 2]}
            """
        let arguments = ["sweep", try folder.write(study, to: "s.yaml"), "--store", folder.path("r.sqlite")]
        var kills = 0
        var status: Int32?
        // A kill before the point was in hand does not count.
        while status == nil, kills < 20 {
            let sweep = Process()
            sweep.executableURL = Program.url
            sweep.arguments = arguments + ["--quiet"]
            sweep.environment = MPIRun.cleanEnvironment()
            try sweep.run()
            let deadline = Date(timeIntervalSinceNow: 2)
            while sweep.isRunning, Date() < deadline { usleep(20_000) }
            if sweep.isRunning {
                kill(sweep.processIdentifier, SIGKILL)
                kills += 1
            }
            sweep.waitUntilExit()
            if sweep.terminationReason == .exit { status = sweep.terminationStatus }
        }
        #expect(status == 1 && kills >= 3, "\(kills) kills")
        let result = try Program.run(arguments)
        #expect(
            result.out == """
                s: 3 points, 2 done, 1 failed; 0 of them now
                  failed: chips=8 generate=200000 model=llama-2-7b prompt=8 tile-simulation=event: given up after 3 \
                attempts: each time the sweep died with it in hand

                """)
    }

    @Test func `Filters choose rows, and settings without a column get one with their unit`() throws {
        let folder = try TemporaryFolder()
        let study = """
            base: {model: gpt2, prompt: 8, generate: 1}
            axes: {set.dram.bandwidth: [32 GB/s, 64 GB/s], scheme: [int6, bitmod-4b]}
            """
        let store = folder.path("r.sqlite")
        #expect(try Program.run(["sweep", folder.write(study, to: "s.yaml"), "--store", store]).status == 0)
        let rows = try Program.run(["export", store, "--filter", "scheme=int6"]).out.split(separator: "\n")
            .map { $0.split(separator: ",", omittingEmptySubsequences: false) }
        #expect(rows.count == 3)
        let column = try #require(rows[0].firstIndex(of: "set.dram.bandwidth [B/s]"))
        #expect(rows.dropFirst().map { $0[column] } == ["32000000000", "64000000000"])
        let one = try Program.run([
            "export", store, "--format", "jsonl", "--filter", "set.dram.bandwidth=64 GB/s",
            "--filter", "scheme=bitmod-4b",
        ])
        let run = try Program.run([
            "gpt2", "--prompt", "8", "--generate", "1", "--set", "dram.bandwidth=64 GB/s", "--json", "-",
        ])
        let document = try #require(try one.json()?["result"] as? NSDictionary)
        #expect(try document.isEqual(to: #require(try run.json())), "the same as run --json")
        #expect(try Program.run(["export", store, "--filter", "colour=red"]).status == 64)
        #expect(try Program.run(["export", store, "--filter", "red"]).status == 64)
        #expect(try Program.run(["export", folder.path("none.sqlite")]).status == 66)
    }
}
