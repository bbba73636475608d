import Foundation
import Testing
import _CheckpointTestSupport
import _TestSupport

@Suite struct QuantizeTests {
    private func checkpoint(_ folder: CheckpointFolder, flaw: Float? = nil) throws -> String {
        var numbers = SampleNumbers(seed: 11)
        var weights = numbers.weights(48 * 64)
        if let flaw { weights[100] = flaw }
        return try folder.write(
            [
                SampleTensor("a.weight", .float16, [48, 64], weights),
                SampleTensor("b.weight", .float32, [16, 40], numbers.weights(640)),
                SampleTensor("a.bias", .float32, [3], [1, 2, 3]),
            ], to: "in.safetensors")
    }

    @Test func `The report names matrices, bits per weight, error and data types`() throws {
        let folder = try CheckpointFolder()
        let output = folder.path("out.safetensors")
        let result = try Program.run(["quantize", checkpoint(folder), "-o", output, "--scheme", "bitmod-4b"])
        #expect(result.status == 0 && result.err.isEmpty, "\(result.err)")
        let lines = result.out.split(separator: "\n")
        #expect(lines[0] == "bitmod-4b: group size 128, int8 scales, reference arithmetic")
        #expect(lines[1].contains("bits/weight") && lines[2].contains("48 x 64"))
        #expect(lines[4].contains("3712 weights") && lines[4].contains("fp4+10"))
        #expect(lines[5] == "1 other tensors copied, 12 B")
        #expect(try folder.contents() == ["in.safetensors", "out.safetensors"])
    }

    @Test func `A method of another paper is named with its form, and its bits are those of its parts`() throws {
        let folder = try CheckpointFolder()
        let output = folder.path("out.safetensors")
        let arguments = try ["quantize", checkpoint(folder), "-o", output, "--scheme", "onebit"]
        let text = try Program.run(arguments)
        #expect(text.status == 0 && text.err.isEmpty, "\(text.err)")
        let lines = text.out.split(separator: "\n")
        #expect(
            lines[0] == "onebit: group size 128, rowFloat16 scales, reference arithmetic; "
                + "structure only: rank-one start, not distilled")
        #expect(lines.last?.hasPrefix("\(output): packed, ") == true)
        let document = try #require(try Program.run(arguments + ["--json", "-"]).json())
        #expect(document["format"] as? String == "packed-whole/1")
        #expect(document["withoutCalibration"] as? String == "structure only: rank-one start, not distilled")
        let tensors = try #require(document["tensors"] as? [[String: Any]])
        // A sign, and a scale for each row and column.
        #expect(tensors[0]["bitsPerWeight"] as? Double == 1 + 16.0 / 48 + 16.0 / 64)
    }

    @Test func `The JSON holds the documented keys and nothing else is on stdout`() throws {
        let folder = try CheckpointFolder()
        let result = try Program.run([
            "quantize", checkpoint(folder), "-o", "/dev/null", "--scheme", "int6", "--group-size", "32", "--json", "-",
        ])
        let document = try #require(try result.json())
        #expect(document["schema"] as? String == "bitmod-dist.quantize/1")
        #expect(document["withoutCalibration"] is NSNull)
        let tensors = try #require(document["tensors"] as? [[String: Any]])
        let total = try #require(document["total"] as? [String: Any])
        for part in tensors + [total] {
            #expect(part["bitsPerWeight"] is Double && part["meanSquaredError"] is Double)
            #expect(part["signalToQuantizationNoiseDecibels"] is Double)
            #expect(part["formatShares"] as? [String: Double] == ["int6": 1])
        }
        #expect(tensors.map { $0["name"] as? String } == ["a.weight", "b.weight"])
        // 6 bits, an 8-bit scale for 32 weights, a 16-bit scale for a row.
        #expect(tensors[0]["bitsPerWeight"] as? Double == 6 + 8.0 / 32 + 16.0 / 64)
    }

    @Test(
        .timeLimit(.minutes(10)), .enabled(if: MPIRun.isAvailable, "no MPI launcher"),
        arguments: ["bitmod-3b", "spqr-3b"], [[], ["--dequantized"]])
    func `File and JSON are byte-identical for 1, 2, 3 and 8 ranks, and without a launcher`(
        scheme: String, options: [String]
    ) throws {
        let folder = try CheckpointFolder()
        let input = try checkpoint(folder)
        func run(_ ranks: Int) throws -> ([UInt8], String) {
            let arguments = ["quantize", input, "-o", folder.path("out"), "--scheme", scheme, "--json", "-"]
            let result = try Program.run(ranks: ranks, arguments + options)
            #expect(result.status == 0, "\(result.err)")
            return (try folder.bytes("out"), result.out)
        }
        let alone = try run(0)
        for ranks in [1, 2, 3, 8] { #expect(try run(ranks) == alone, "\(ranks) ranks") }
        #expect(try folder.contents() == ["in.safetensors", "out"])
    }

    @Test(.timeLimit(.minutes(10)), .enabled(if: MPIRun.isAvailable, "no MPI launcher"), arguments: [0, 1, 2, 3])
    func `A weight that is NaN ends all ranks with one message and no file`(ranks: Int) throws {
        let folder = try CheckpointFolder()
        let arguments = try ["quantize", checkpoint(folder, flaw: .nan), "-o", folder.path("out"), "--scheme", "int4"]
        let result = try Program.run(ranks: ranks, arguments)
        #expect(result.status == 65)
        #expect(result.ownLines.count == 1)
        #expect(
            result.ownLines.first?.hasPrefix(
                "bitmod-dist: \(folder.path("in.safetensors")): a.weight[1, 36]: the weight is NaN (index 100, byte ")
                == true,
            "\(result.err)")
        #expect(try folder.contents() == ["in.safetensors"])
    }

    @Test(
        arguments: [
            (
                ["FOLDER/none.safetensors", "-o", "FOLDER/o", "--scheme", "int4"], 66,
                "FOLDER/none.safetensors: no such file"
            ),
            (["FOLDER/empty", "-o", "FOLDER/o", "--scheme", "int4"], 65, "FOLDER/empty: the file is empty"),
            (["IN", "-o", "IN", "--scheme", "int4"], 64, "--output: IN is the input IN itself"),
            (
                ["IN", "-o", "FOLDER/o", "--json", "FOLDER/o", "--scheme", "int4"], 64,
                "--json: FOLDER/o is the output itself"
            ),
            (["IN", "-o", "FOLDER/o", "--json", "IN", "--scheme", "int4"], 64, "--json: IN is the input itself"),
            (["IN", "-o", "-", "--scheme", "int4"], 64, "--output: found \"-\"; expected the name of a file"),
            (
                ["IN", "-o", "FOLDER/no/o", "--scheme", "int4"], 73,
                "FOLDER/no/o: the folder does not exist or cannot be"
            ),
            (["IN", "-o", "FOLDER", "--scheme", "int4"], 73, "FOLDER: is a folder"),
            (
                ["IN", "-o", "FOLDER/o", "--json", "FOLDER/no/j", "--scheme", "int4"], 73,
                "FOLDER/no/j: the folder does not"
            ),
            (["IN", "-o", "FOLDER/o", "--scheme", "int9"], 64, "--scheme: unknown scheme 'int9'"),
            (
                ["IN", "-o", "FOLDER/o", "--scheme", "int4", "--group-size", "0"], 64,
                "--group-size: group size 0 is not"
            ),
            (
                ["IN", "-o", "FOLDER/o", "--scheme", "int4", "--scale-encoding", "none"], 64,
                "--scale-encoding: scheme int4 has"
            ),
            (
                ["IN", "-o", "FOLDER/o", "--scheme", "billm", "--arithmetic", "exact"], 64,
                "--arithmetic: scheme billm has no exact arithmetic; expected reference"
            ),
            (["IN", "-o", "FOLDER/o", "--scheme", "int4", "--only", "("], 64, "--only: \"(\" is no pattern"),
            (
                ["IN", "-o", "FOLDER/o", "--scheme", "int4", "--only", "zzz"], 65,
                "IN: none of its 3 tensors is a matrix"
            ),
            (["IN", "-o", "FOLDER/o"], 64, "Missing expected argument '--scheme <scheme>'"),
            (["IN", "--scheme", "int4"], 64, "Missing expected argument '--output <output>'"),
        ] as [([String], Int32, String)])
    func `Wrong input is one line with its exit code, and no file`(
        arguments: [String], code: Int32, message: String
    ) throws {
        let folder = try CheckpointFolder()
        let input = try checkpoint(folder)
        try folder.write([UInt8](), to: "empty")
        func filled(_ text: String) -> String {
            text.replacing("IN ", with: input + " ").replacing("IN:", with: input + ":")
                .replacing("FOLDER", with: folder.url.path)
        }
        let result = try Program.run(["quantize"] + arguments.map { $0 == "IN" ? input : filled($0) })
        #expect(result.status == code && result.out.isEmpty)
        #expect(result.err.split(separator: "\n").count == 1)
        #expect(result.err.hasPrefix("bitmod-dist: " + filled(message)), "\(result.err)")
        #expect(try folder.contents() == ["empty", "in.safetensors"])
    }
}

@Suite struct PETests {
    private static let stimuli = """
        group,a0,a1,a2,a3,s0,s1,s2,s3,e0,e1,e2,e3,b0,b1,b2,b3,bsig
        0,3c00,4000,c200,0000,0,0,0,0,0,1,0,0,1,1,1,1,1

        """
    private static let traceLine = "0,3c00,4000,c200,0000,0,0,0,0,0,1,0,0,1,1,1,1,1,17,2,0,1,16,0,0,1,0,4096,17,8192,0"

    @Test func `Stimuli come from a file or stdin and go to a file or stdout`() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(Self.stimuli, to: "in.csv")
        let stdout = try Program.run(["pe", "--arithmetic", "reference", "--stimuli", path])
        #expect(stdout.status == 0 && stdout.out.split(separator: "\n").last.map(String.init) == Self.traceLine)
        let file = folder.path("out.csv")
        let toFile = try Program.run(
            ["pe", "--arithmetic", "rtl-2024", "--stimuli", "-", "-o", file], input: Self.stimuli)
        #expect(toFile.status == 0 && toFile.out.isEmpty)
        #expect(try folder.read("out.csv") == stdout.out)
        #expect(try folder.contents() == ["in.csv", "out.csv"])
    }

    @Test(
        arguments: [
            (["--arithmetic", "exact", "--stimuli", "-"], 64, "The value 'exact' is invalid for '--arithmetic"),
            (["--stimuli", "-"], 64, "Missing expected argument '--arithmetic <arithmetic>'"),
            (["--arithmetic", "reference", "--stimuli", "/no/such.csv"], 66, "/no/such.csv: no such file"),
            (["--arithmetic", "reference", "--stimuli", "-"], 65, "stdin: the file is empty"),
            (
                ["--arithmetic", "reference", "--stimuli", "IN", "-o", "IN"], 64,
                "--output: IN is the stimuli's file itself"
            ),
            (
                ["--arithmetic", "reference", "--stimuli", "IN", "-o", "/no/o.csv"], 73,
                "/no/o.csv: the folder does not exist"
            ),
            (
                ["--arithmetic", "reference", "--stimuli", "WRONG", "-o", "OUT"], 65,
                "WRONG:3: e1: found \"5\"; expected 0 to 3"
            ),
        ] as [([String], Int32, String)])
    func `Wrong input is one line with its exit code, and no file`(
        arguments: [String], code: Int32, message: String
    ) throws {
        let folder = try TemporaryFolder()
        _ = try folder.write(Self.stimuli, to: "in.csv")
        let wrong = "0,3c00,4000,c200,0000,0,0,0,0,0,5,0,0,1,1,1,1,1\n"
        _ = try folder.write(Self.stimuli + wrong, to: "wrong.csv")
        func filled(_ text: String) -> String {
            text.replacing("IN", with: folder.path("in.csv")).replacing("WRONG", with: folder.path("wrong.csv"))
                .replacing("OUT", with: folder.path("out.csv"))
        }
        let result = try Program.run(["pe"] + arguments.map(filled))
        #expect(result.status == code)
        #expect(result.err.split(separator: "\n").count == 1)
        #expect(result.err.hasPrefix("bitmod-dist: " + filled(message)), "\(result.err)")
        #expect(try folder.contents() == ["in.csv", "wrong.csv"])
    }
}
