import Foundation
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
}
