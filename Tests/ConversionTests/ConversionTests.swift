import Checkpoints
import Foundation
import MessagePassing
import Quantization
import Testing
import _CheckpointTestSupport
import _TestSupport

@testable import Conversion

@Suite("Quantised checkpoints")
struct ConversionTests {
    private static let schemes = Scheme.coded.compactMap { try? $0.with(groupSize: 32) }

    @Test(arguments: schemes) func `packed matrices are read back as the quantiser made them`(scheme: Scheme) throws {
        let folder = try CheckpointFolder()
        let input = try folder.write(Sample.tensors(), metadata: ["format": "pt"], to: "in.safetensors")
        let output = folder.path("out.safetensors")
        let result = try #require(try Sample.convert(Sample.plan(input, to: output, scheme: scheme)))
        let checkpoint = try Checkpoint(path: output)
        let packed = try #require(try PackedCheckpoint(checkpoint))
        #expect(packed.record.scheme == scheme && packed.record.matrices.keys.sorted() == Sample.matrices)
        #expect(checkpoint.metadata["format"] == "pt")
        for matrix in result.matrices {
            let weights = try Sample.floats(matrix.name, in: input)
            let (rows, columns) = (matrix.shape[0], matrix.shape[1])
            let expected = try Quantizer(scheme).quantize(weights, rows: rows, columns: columns)
            #expect(try packed.matrix(matrix.name)?.unpacked() == expected, "\(matrix.name)")
            #expect(matrix.statistics.packedBytes == scheme.storage.bytes(rows: rows, columns: columns))
            let error = zip(weights, expected.dequantized()).reduce(0.0) { sum, pair in
                sum + Double(pair.1 - pair.0) * Double(pair.1 - pair.0)
            }
            #expect(abs(matrix.statistics.squaredError - error) <= 1e-6 * error, "\(matrix.name)")
        }
        #expect(try packed.matrix("position") == nil)
        #expect(try folder.contents() == ["in.safetensors", "out.safetensors"])
    }

    @Test(arguments: ["bitmod-4b", "int4-asym", "olive-4b", "ant-4b-channel", "ocp-mxfp4", "fp16"])
    func `dequantised matrices hold what the codes stand for, under the old names`(name: String) throws {
        let folder = try CheckpointFolder()
        let scheme = try Scheme.named(name)
        let input = try folder.write(Sample.tensors(), to: "in.safetensors")
        for arithmetic in QuantizationArithmetic.allCases {
            let output = folder.path("\(arithmetic).safetensors")
            let plan = try Sample.plan(
                input, to: output, scheme: scheme, format: .dequantized, arithmetic: arithmetic)
            let result = try #require(try Sample.convert(plan))
            let before = try Checkpoint(path: input)
            let after = try Checkpoint(path: output)
            #expect(after.tensors.map(\.info.name) == before.tensors.map(\.info.name))
            #expect(after.tensors.map(\.info.shape) == before.tensors.map(\.info.shape))
            for matrix in result.matrices {
                let quantized = try Quantizer(scheme, arithmetic: arithmetic).quantize(
                    Sample.floats(matrix.name, in: input), rows: matrix.shape[0], columns: matrix.shape[1])
                let isSingle = matrix.type == .float32
                let expected = quantized.dequantized(arithmetic).map { isSingle ? $0 : Float(Float16($0)) }
                #expect(after[matrix.name]?.info.type == (isSingle ? .float32 : .float16))
                #expect(try Sample.floats(matrix.name, in: output) == expected, "\(matrix.name), \(arithmetic)")
            }
            #expect(try PackedCheckpoint(after) == nil)
            #expect(try QuantizationRecord(metadata: after.metadata, file: output)?.format == .dequantized)
        }
    }

    @Test func `other tensors are copied bit for bit`() throws {
        let folder = try CheckpointFolder()
        let tensors = Sample.tensors()
        let input = try folder.write(tensors, to: "in.safetensors")
        let output = folder.path("out.safetensors")
        let result = try #require(
            try Sample.convert(Sample.plan(input, to: output, scheme: Scheme.named("int6"))))
        #expect(
            result.copied.map(\.name) == [
                "conv.weight", "embed_tokens.weight", "empty.weight", "layers.0.norm.weight", "position",
            ])
        let checkpoint = try Checkpoint(path: output)
        for tensor in tensors where !Sample.matrices.contains(tensor.entry.name) {
            let copy = try #require(checkpoint[tensor.entry.name])
            #expect(copy.info.type == tensor.entry.type && copy.info.shape == tensor.entry.shape)
            #expect(checkpoint.withBytes(of: copy) { Array($0) } == tensor.bytes)
        }
        #expect(result.outputBytes == (try folder.bytes("out.safetensors").count))
    }

    @Test(
        .timeLimit(.minutes(10)), arguments: ["bitmod-3b", "olive-4b"],
        [QuantizationRecord.Format.packed, .dequantized])
    func `bytes and statistics are the same for 1, 2, 3 and 8 ranks`(
        name: String, format: QuantizationRecord.Format
    ) throws {
        let folder = try CheckpointFolder()
        let input = try folder.write(Sample.tensors(), to: "in.safetensors")
        var expected: ([UInt8], [MatrixStatistics])?
        for ranks in [1, 2, 3, 8] {
            let output = folder.path("out.safetensors")
            let plan = try Sample.plan(input, to: output, scheme: Scheme.named(name), format: format)
            // Pieces of a few rows: those of one matrix are spread over ranks.
            let results = try ThreadWorld.run(ranks) { try Conversion(plan, weightsPerItem: 100).run(on: $0) }
            #expect(results.dropFirst().allSatisfy { $0 == nil })
            let result = try #require(results.first ?? nil)
            let statistics = result.matrices.map(\.statistics) + [result.total]
            let bytes = try folder.bytes("out.safetensors")
            if let expected {
                #expect(bytes == expected.0 && statistics == expected.1, "\(ranks) ranks")
            } else {
                expected = (bytes, statistics)
            }
        }
        #expect(try folder.contents() == ["in.safetensors", "out.safetensors"])
    }

    @Test func `statistics are what their names say`() throws {
        let folder = try CheckpointFolder()
        // A group that int4 holds exactly, and one of which every weight is off by a quarter of the scale.
        let input = try folder.write(
            [SampleTensor("w.weight", [2, 4], [7, -7, 3, 0, 7, 0.25, 0.25, 0.25])], to: "in.safetensors")
        let scheme = try Scheme.named("int4").with(scaleEncoding: .float16).with(groupSize: 4)
        let result = try #require(
            try Sample.convert(Sample.plan(input, to: folder.path("out.safetensors"), scheme: scheme)))
        #expect(result.total.weights == 8 && result.total.bitsPerWeight == 8)
        #expect(result.total.meanSquaredError == 3 * 0.0625 / 8)
        let ratio = try #require(result.total.signalToQuantizationNoiseDecibels)
        #expect(abs(ratio - 10 * log10((49 * 3 + 9 + 0.1875) / 0.1875)) < 1e-12)
        #expect(result.total.formatShares == [1])
    }

    @Test func `bitmod counts the groups of each data type`() throws {
        let folder = try CheckpointFolder()
        // In turn exact with each special value of FP3: 3, -3, 6, -6.
        let rows: [Float] = [4, 3, -1, 0, 4, -3, 1, 0, 4, 6, -1, 2, 4, -6, 1, 2, 4, -6, 1, 2]
        let input = try folder.write([SampleTensor("w.weight", [1, 20], rows)], to: "in.safetensors")
        let scheme = try Scheme.named("bitmod-3b").with(scaleEncoding: .float16).with(groupSize: 4)
        let result = try #require(
            try Sample.convert(Sample.plan(input, to: folder.path("out.safetensors"), scheme: scheme)))
        #expect(result.total.formatShares == [0.2, 0.2, 0.2, 0.4])
        #expect(result.total.squaredError == 0 && result.total.signalToQuantizationNoiseDecibels == nil)
    }

    @Test func `patterns choose the matrices`() throws {
        let folder = try CheckpointFolder()
        let input = try folder.write(Sample.tensors(), to: "in.safetensors")
        func names(_ selection: MatrixSelection) throws -> [String] {
            let plan = try Sample.plan(
                input, to: folder.path("o"), scheme: Scheme.named("int4"), selection: selection)
            return plan.tensors.filter(\.isQuantized).map(\.name)
        }
        #expect(try names(MatrixSelection()) == Sample.matrices)
        #expect(
            try names(MatrixSelection(skip: Regex("^lm_head"))) == ["layers.0.down.weight", "layers.0.q_proj.weight"])
        #expect(try names(MatrixSelection(only: Regex("embed|head"))) == ["embed_tokens.weight", "lm_head.weight"])
        #expect(
            try names(MatrixSelection(only: Regex("weight"), skip: Regex("layers"))) == [
                "embed_tokens.weight", "lm_head.weight",
            ])
    }
}
