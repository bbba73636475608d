import Checkpoints
import Documents
import Foundation
import MessagePassing
import Quantization
import Testing
import _CheckpointTestSupport
import _TestSupport

@testable import Conversion

@Suite("Checkpoints that cannot be quantised")
struct ConversionErrorTests {
    private func message(
        _ tensors: [SampleTensor], scheme: String = "bitmod-4b", arithmetic: QuantizationArithmetic = .reference,
        format: QuantizationRecord.Format = .packed, ranks: Int = 1
    ) throws -> String {
        let folder = try CheckpointFolder()
        let input = try folder.write(tensors, to: "in.safetensors")
        let error = try #require(throws: (any Error).self) {
            let plan = try Sample.plan(
                input, to: folder.path("out.safetensors"), scheme: Scheme.named(scheme), format: format,
                arithmetic: arithmetic)
            return try ThreadWorld.run(ranks) { try Conversion(plan, weightsPerItem: 1000).run(on: $0) }.count
        }
        #expect(try folder.contents() == ["in.safetensors"], "nothing half-written is left")
        return "\(error)".replacing(folder.url.path + "/", with: "")
    }

    private func weights(_ rows: Int, _ columns: Int, _ values: [Int: Float]) -> [Float] {
        (0..<rows * columns).map { values[$0] ?? 0.5 }
    }

    @Test(.timeLimit(.minutes(10)), arguments: [1, 2, 3, 8], ["bitmod-4b", "int4-asym", "mx-fp4", "olive-4b", "fp16"])
    func `a weight that is NaN or infinite is named, the first of all on any number of ranks`(
        ranks: Int, scheme: String
    ) throws {
        let tensors = [
            SampleTensor("a.weight", .float16, [4, 8], weights(4, 8, [:])),
            SampleTensor("b.weight", .bfloat16, [4, 8], weights(4, 8, [13: .nan, 20: .infinity])),
            SampleTensor("c.weight", .float32, [4, 8], weights(4, 8, [0: -.infinity])),
        ]
        let offset = try #require(
            try SafetensorsLayout(tensors.map(\.entry), file: "").tensors.first { $0.name == "b.weight" }
        ).bytes.lowerBound
        let expected = "in.safetensors: b.weight[1, 5]: the weight is NaN (index 13, byte \(offset + 26) of the file)"
        #expect(try message(tensors, scheme: scheme, ranks: ranks) == expected)
    }

    @Test func `an infinite weight in a later piece of a matrix is named by its place in the matrix`() throws {
        let tensor = SampleTensor("w.weight", .float16, [600, 40], weights(600, 40, [599 * 40 + 17: -.infinity]))
        let place = 599 * 40 + 17
        let text = try message([tensor])
        #expect(text.hasPrefix("in.safetensors: w.weight[599, 17]: the weight is infinite (index \(place), byte "))
    }

    @Test func `weights beyond the arithmetic are named`() throws {
        let large = [SampleTensor("w.weight", .float32, [1, 4], [1, 2, 1e6, 4])]
        #expect(
            try message(large).hasPrefix(
                "in.safetensors: w.weight[0, 2]: the weight 1000000.0 exceeds 65504, the largest value of the published "
                    + "binary16 arithmetic (index 2, byte "))
        #expect(try message(large).hasSuffix("of the file); expected smaller weights, or --arithmetic exact"))
        let huge = [SampleTensor("w.weight", .bfloat16, [1, 4], [1, 2, 1e6, 4])]
        #expect(
            try message(huge, scheme: "ocp-mxfp4", format: .dequantized).hasPrefix(
                "in.safetensors: w.weight[0, 2]: the dequantised weight "))
        let scale = [SampleTensor("w.weight", .float32, [2, 2], [1, 1, 1, 1e30])]
        #expect(
            try message(scale, scheme: "int4", arithmetic: .exact)
                == "in.safetensors: w.weight: a scale of row 1 exceeds the largest int8 value")
    }

    @Test func `types that cannot be quantised are refused by name`() throws {
        let tensors = [SampleTensor("w.weight", .float8E4M3, [1, 2], bytes: [1, 2])]
        let text = try message(tensors)
        #expect(text.hasPrefix("in.safetensors: w.weight: dtype F8_E4M3 cannot be quantised (bytes "))
        #expect(text.hasSuffix(" of the file); expected F32, F16 or BF16, or --skip to copy it"))
        let bytes = try #require(text.firstMatch(of: /bytes (\d+) to (\d+) of/))
        #expect(try #require(Int(bytes.2)) - #require(Int(bytes.1)) == 2)
    }

    @Test func `a checkpoint without matrices is refused`() throws {
        #expect(
            try message([SampleTensor("w.weight", [0, 3], []), SampleTensor("b", [2], [1, 2])])
                == "in.safetensors: none of its 2 tensors is a matrix to be quantised; expected a tensor of two "
                + "dimensions named *.weight, or a pattern with --only")
    }

    @Test func `a name that a section needs is refused`() throws {
        let tensors = [
            SampleTensor("w.weight", [1, 2], [1, 2]), SampleTensor("w.weight.codes", .uint8, [1], bytes: [1]),
        ]
        #expect(try message(tensors) == "out.safetensors: w.weight.codes: two tensors would have this name")
    }

    @Test func `the output may not be the input, also by another path`() throws {
        let folder = try CheckpointFolder()
        let input = try folder.write(Sample.tensors(), to: "in.safetensors")
        let link = folder.path("link")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: input)
        for output in [input, link, folder.url.path + "/./in.safetensors"] {
            let error = try #require(throws: InputError.self) {
                try Sample.plan(input, to: output, scheme: Scheme.named("int4"))
            }
            #expect("\(error)" == "--output: \(output) is the input \(input) itself; expected another file")
            #expect(error.exitCode == 64)
        }
    }

    @Test(arguments: [1, 3]) func `an output that cannot be created is an error on every rank`(ranks: Int) throws {
        let folder = try CheckpointFolder()
        let input = try folder.write(Sample.tensors(), to: "in.safetensors")
        let plan = try Sample.plan(input, to: folder.path("no/out"), scheme: Scheme.named("int4"))
        let error = try #require(throws: (any Error).self) {
            try ThreadWorld.run(ranks) { try Conversion(plan).run(on: $0) }.count
        }
        #expect("\(error)" == "\(folder.path("no/out")): cannot be written: No such file or directory")
    }

    @Test func `an input that changes after the plan is refused`() throws {
        let folder = try CheckpointFolder()
        let input = try folder.write(Sample.tensors(), to: "in.safetensors")
        let plan = try Sample.plan(input, to: folder.path("out"), scheme: Scheme.named("int4"))
        let size = try folder.bytes("in.safetensors").count
        try folder.write([1, 2, 3], to: "in.safetensors")
        let error = try #require(throws: InputError.self) { try Sample.convert(plan) }
        #expect("\(error)" == "\(input): the file has 3 bytes; expected \(size), as when its header was read")
        #expect(try folder.contents() == ["in.safetensors"])
    }
}
