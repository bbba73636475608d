import Checkpoints
import Documents
import Foundation
import MessagePassing
import Quantization
import Testing
import _CheckpointTestSupport
import _TestSupport

@testable import Conversion

/// Checkpoints quantised by the methods of other papers.
@Suite("Checkpoints of other papers' methods") struct WholeMatrixTests {
    private static let whole = Scheme.all.filter(\.hasOwnMatrix)
    private static let coded = Scheme.all.filter { $0.isMethod && !$0.hasOwnMatrix }

    /// Wide enough for outliers, blocks of several widths and a last block that is short; with a matrix that AWQ clips and
    /// one that it does not.
    private static func tensors() -> [SampleTensor] {
        var numbers = SampleNumbers(seed: 23)
        var heavy = numbers.weights(17 * 650)
        for index in stride(from: 5, to: heavy.count, by: 97) { heavy[index] *= 8 }
        return [
            SampleTensor("layers.0.up_proj.weight", .float32, [17, 650], heavy),
            SampleTensor("layers.0.k_proj.weight", .float16, [9, 130], numbers.weights(9 * 130)),
            SampleTensor("layers.1.up_proj.weight", .bfloat16, [3, 7], numbers.weights(21)),
            SampleTensor("lm_head.weight", .float16, [1, 1], [0.5]),
            SampleTensor("norm.weight", .float16, [30], numbers.weights(30)),
        ]
    }

    /// What the conversion must make of a matrix.
    private func expected(_ matrix: ConversionResult.Matrix, _ scheme: Scheme, in input: String) throws -> MethodMatrix
    {
        let (rows, columns) = (matrix.shape[0], matrix.shape[1])
        var weights = try Sample.floats(matrix.name, in: input)
        if scheme.preparation == .awq, !matrix.name.contains("k_proj") {
            weights = try scheme.awqClipped(weights, rows: rows, columns: columns)
        }
        return try scheme.quantized(weights, rows: rows, columns: columns)
    }

    @Test(arguments: whole) func `a matrix is one tensor of its stored bytes, and the metadata names its parts`(
        scheme: Scheme
    ) throws {
        let folder = try CheckpointFolder()
        let input = try folder.write(Self.tensors(), to: "in")
        let result = try #require(try Sample.convert(Sample.plan(input, to: folder.path("out"), scheme: scheme)))
        let checkpoint = try Checkpoint(path: folder.path("out"))
        let packed = try #require(try PackedCheckpoint(checkpoint))
        #expect(packed.record.format == .packedWhole && packed.record.scheme == scheme)
        #expect(packed.record.withoutCalibration == scheme.withoutCalibration)
        #expect(checkpoint.tensors.count == 5 && result.matrices.count == 4)
        for matrix in result.matrices {
            guard case .planes(let planes) = try expected(matrix, scheme, in: input) else {
                Issue.record("\(scheme.name) has a type of its own")
                return
            }
            let tensor = try #require(checkpoint[matrix.name + ".packed"])
            #expect(tensor.info.type == .uint8 && tensor.info.shape == [planes.packedByteCount])
            #expect(checkpoint.withBytes(of: tensor) { Array($0) } == planes.packed(), "\(matrix.name)")
            let read = try #require(try packed.wholeMatrix(matrix.name))
            #expect(read.packed() == planes.packed() && read.dequantized() == planes.dequantized(), "\(matrix.name)")
            #expect(packed.record.parts[matrix.name] == planes.storedParts)
            #expect(packed.record.matrices[matrix.name] == matrix.shape)
            #expect(try packed.matrix(matrix.name) == nil)
            #expect(matrix.statistics.bitsPerWeight == planes.bitsPerWeight)
            let weights = try Sample.floats(matrix.name, in: input)
            let error = zip(weights, planes.dequantized()).reduce(0.0) { sum, pair in
                sum + (Double(pair.1) - Double(pair.0)) * (Double(pair.1) - Double(pair.0))
            }
            #expect(abs(matrix.statistics.squaredError - error) <= 1e-12 * error, "\(matrix.name)")
            #expect(abs(matrix.statistics.formatShares.reduce(0, +) - 1) < 1e-12)
        }
        #expect(try packed.wholeMatrix("norm.weight") == nil)
        #expect(try folder.contents() == ["in", "out"])
    }

    @Test(arguments: coded) func `methods of codes are packed in sections, in their form without statistics`(
        scheme: Scheme
    ) throws {
        let folder = try CheckpointFolder()
        let input = try folder.write(Self.tensors(), to: "in")
        // Pieces of few rows: clipping must not depend on them.
        let plan = try Sample.plan(input, to: folder.path("out"), scheme: scheme)
        let result = try #require(try Conversion(plan, weightsPerItem: 1500).run(on: SingleProcessCommunicator()))
        let packed = try #require(try PackedCheckpoint(Checkpoint(path: folder.path("out"))))
        #expect(packed.record.format == .packed && packed.record.withoutCalibration == scheme.withoutCalibration)
        for matrix in result.matrices {
            guard case .tensor(let tensor) = try expected(matrix, scheme, in: input) else {
                Issue.record("\(scheme.name) has codes")
                return
            }
            #expect(try packed.matrix(matrix.name)?.unpacked() == tensor, "\(matrix.name)")
            #expect(try packed.wholeMatrix(matrix.name) == nil)
        }
    }

    @Test func `queries and keys are not clipped`() throws {
        let info = TensorInfo(name: "", type: .float16, shape: [1, 1], bytes: 0..<2)
        func isClipped(_ name: String) -> Bool {
            var info = info
            info.name = name
            return ConversionPlan.Tensor(source: .init(info: info, file: 0), isQuantized: true).isClippedByAWQ
        }
        for name in ["a.q_proj.weight", "a.k_proj.weight", "h.0.attention.query_key_value.weight", "Wqkv.weight"] {
            #expect(!isClipped(name), "\(name)")
        }
        for name in ["block_sparse_moe.experts.0.w1.weight", "a.v_proj.weight", "weight", "h.query.out.weight"] {
            #expect(isClipped(name), "\(name)")
        }
    }

    @Test(arguments: whole.map(\.name) + ["bitmod-4b-awq", "smoothquant"])
    func `dequantised weights are those that are stored`(name: String) throws {
        let folder = try CheckpointFolder()
        let scheme = try Scheme.named(name)
        let input = try folder.write(Self.tensors(), to: "in")
        let plan = try Sample.plan(input, to: folder.path("out"), scheme: scheme, format: .dequantized)
        let result = try #require(try Sample.convert(plan))
        let after = try Checkpoint(path: folder.path("out"))
        let record = try #require(try QuantizationRecord(metadata: after.metadata, file: "out"))
        #expect(record.format == .dequantized && record.withoutCalibration == scheme.withoutCalibration)
        for matrix in result.matrices {
            let weights =
                switch try expected(matrix, scheme, in: input) {
                case .tensor(let tensor): tensor.dequantized()
                case .planes(let planes): planes.dequantized()
                }
            let isSingle = matrix.type == .float32
            #expect(after[matrix.name]?.info.type == (isSingle ? .float32 : .float16))
            #expect(
                try Sample.floats(matrix.name, in: folder.path("out"))
                    == weights.map { isSingle ? $0 : Float(Float16($0)) }, "\(matrix.name)")
        }
    }

    @Test(
        .timeLimit(.minutes(10)), arguments: ["spqr-3b", "billm", "slim-2b", "bitmod-3b-awq"],
        [QuantizationRecord.Format.packed, .dequantized])
    func `bytes and statistics are the same for 1, 2, 3 and 8 ranks`(
        name: String, format: QuantizationRecord.Format
    ) throws {
        let folder = try CheckpointFolder()
        let input = try folder.write(Self.tensors(), to: "in")
        var expected: ([UInt8], [MatrixStatistics])?
        for ranks in [1, 2, 3, 8] {
            let plan = try Sample.plan(
                input, to: folder.path("out"), scheme: Scheme.named(name), format: format)
            let results = try ThreadWorld.run(ranks) { try Conversion(plan, weightsPerItem: 1000).run(on: $0) }
            let result = try #require(results.first ?? nil)
            let found = (try folder.bytes("out"), result.matrices.map(\.statistics) + [result.total])
            #expect(result.outputBytes == found.0.count)
            if let expected {
                #expect(found.0 == expected.0 && found.1 == expected.1, "\(ranks) ranks")
            } else {
                expected = found
            }
        }
        #expect(try folder.contents() == ["in", "out"])
    }

    // MARK: What is refused

    private func error(_ scheme: String, arithmetic: QuantizationArithmetic, _ tensors: [SampleTensor]) throws
        -> InputError
    {
        let folder = try CheckpointFolder()
        let input = try folder.write(tensors, to: "in")
        return try #require(throws: InputError.self) {
            try Sample.plan(input, to: folder.path("out"), scheme: Scheme.named(scheme), arithmetic: arithmetic)
        }
    }

    @Test func `what a method cannot do is a usage error before any work`() throws {
        for scheme in ["onebit", "i-llm-4b", "bitmod-4b-omniquant", "bitmod-3b-awq"] {
            let error = try error(scheme, arithmetic: .exact, Self.tensors())
            #expect("\(error)" == "--arithmetic: scheme \(scheme) has no exact arithmetic; expected reference")
            #expect(error.exitCode == 64)
        }
        let wide = [SampleTensor("w.weight", .float16, [1, 65_537], [Float](repeating: 1, count: 65_537))]
        let refused = try error("spqr-3b", arithmetic: .reference, wide)
        #expect(
            "\(refused)" == "--scheme: scheme spqr-3b cannot store the 65537 columns of w.weight; "
                + "expected at most 65536 columns, or --skip to copy it")
        #expect(refused.exitCode == 64)
    }

    @Test(
        .timeLimit(.minutes(10)), arguments: [1, 2, 3, 8], ["spqr-3b", "onebit", "bitnet", "i-llm-8b", "bitmod-4b-awq"])
    func `a weight that is NaN is named, the first of all on any number of ranks`(ranks: Int, scheme: String) throws {
        let folder = try CheckpointFolder()
        var weights = [Float](repeating: 0.5, count: 32)
        let first = SampleTensor("a.weight", .float16, [4, 8], weights)
        weights[13] = .nan
        weights[20] = .infinity
        let second = SampleTensor("b.weight", .bfloat16, [4, 8], weights)
        weights[0] = .infinity
        let input = try folder.write([first, second, SampleTensor("c.weight", .float32, [4, 8], weights)], to: "in")
        let plan = try Sample.plan(input, to: folder.path("out"), scheme: Scheme.named(scheme))
        let error = try #require(throws: (any Error).self) {
            try ThreadWorld.run(ranks) { try Conversion(plan).run(on: $0) }.count
        }
        #expect("\(error)".hasPrefix("\(input): b.weight[1, 5]: the weight is NaN (index 13, byte "), "\(error)")
        #expect(try folder.contents() == ["in"])
    }

    @Test func `weights beyond binary16 have no advice that the method cannot follow`() throws {
        let folder = try CheckpointFolder()
        let input = try folder.write([SampleTensor("w.weight", .float32, [1, 4], [1, 2, 1e6, 4])], to: "in")
        let plan = try Sample.plan(input, to: folder.path("out"), scheme: Scheme.named("spqr-3b"))
        let error = try #require(throws: InputError.self) { try Sample.convert(plan) }
        #expect("\(error)".hasPrefix("\(input): w.weight[0, 2]: the weight 1000000.0 exceeds 65504"))
        #expect("\(error)".hasSuffix("of the file); expected smaller weights"))
        #expect(error.exitCode == 65)
    }

    @Test(arguments: [
        ("bytes", "w.weight.packed: 29 bytes where the packed matrix has 28"),
        ("short", "w.weight.packed: found U8 [1]; expected U8"),
        ("missing", "w.weight.packed: the tensor is missing"),
        ("scheme", "w.weight.packed: scheme int4 packs no matrix"),
        ("parts", "w.weight.packed: the parts in the metadata are not those of the bytes"),
        ("list", "__metadata__.bitmod-dist.parts: found \"7\"; expected an object of lists of name and bits"),
    ]) func `files that contradict themselves are refused`(change: String, message: String) throws {
        let folder = try CheckpointFolder()
        let input = try folder.write(
            [SampleTensor("w.weight", .float32, [4, 8], (0..<32).map { Float($0) })], to: "in")
        try Sample.convert(Sample.plan(input, to: folder.path("out"), scheme: Scheme.named("onebit")))
        let checkpoint = try Checkpoint(path: folder.path("out"))
        var metadata = checkpoint.metadata
        var bytes = checkpoint.tensors.first.map { checkpoint.withBytes(of: $0) { Array($0) } } ?? []
        var name = "w.weight.packed"
        switch change {
        case "bytes": bytes.append(0)
        case "short": bytes = [1]
        case "missing": name = "w"
        case "scheme": metadata["bitmod-dist.scheme"] = #"{"name":"int4"}"#
        case "parts": metadata["bitmod-dist.parts"] = "{}"
        default: metadata["bitmod-dist.parts"] = "7"
        }
        let tensor = SampleTensor(name, .uint8, [bytes.count], bytes: bytes)
        let path = try folder.write([tensor], metadata: metadata, to: "changed")
        let error = try #require(throws: InputError.self) {
            try PackedCheckpoint(Checkpoint(path: path))?.wholeMatrix("w.weight") == nil
        }
        #expect("\(error)".hasPrefix("\(path): " + message), "\(error)")
        #expect(error.exitCode == 65)
    }
}
