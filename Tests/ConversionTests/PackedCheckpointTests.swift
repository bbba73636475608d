import Checkpoints
import Conversion
import Documents
import Quantization
import Testing
import _CheckpointTestSupport

@Suite("Packed checkpoints")
struct PackedCheckpointTests {
    private static let variants = Scheme.coded.flatMap { scheme in
        scheme.supportedScaleEncodings.compactMap { try? scheme.with(scaleEncoding: $0) }
    }

    @Test(arguments: variants) func `sections cover the packed buffer in order, whatever the shape`(scheme: Scheme) {
        for (rows, columns) in [(1, 1), (3, 7), (5, 128), (2, 300), (17, 129)] {
            let sections = PackedSection.sections(of: "w", scheme, rows: rows, columns: columns)
            var end = 0
            for section in sections {
                #expect(section.bytes.lowerBound == end, "\(section)")
                #expect(section.entry.type.byteCount(shape: section.entry.shape) == section.bytes.count, "\(section)")
                end = section.bytes.upperBound
            }
            #expect(end == scheme.storage.bytes(rows: rows, columns: columns))
        }
    }

    private func packed(in folder: CheckpointFolder, _ change: (inout [SampleTensor], inout [String: String]) -> Void)
        throws -> PackedCheckpoint?
    {
        let input = try folder.write(
            [SampleTensor("w.weight", [2, 4], [7, -7, 3, 0, 7, 1, 2, 3])], to: "in.safetensors")
        let plan = try Sample.plan(input, to: folder.path("o"), scheme: Scheme.named("bitmod-3b"))
        try Sample.convert(plan)
        let checkpoint = try Checkpoint(path: folder.path("o"))
        var metadata = checkpoint.metadata
        var tensors = checkpoint.tensors.map { tensor in
            SampleTensor(
                tensor.info.name, tensor.info.type, tensor.info.shape,
                bytes: checkpoint.withBytes(of: tensor) { Array($0) })
        }
        change(&tensors, &metadata)
        return try PackedCheckpoint(Checkpoint(path: folder.write(tensors, metadata: metadata, to: "p")))
    }

    @Test func `sections that are missing or of another shape are named`() throws {
        let folder = try CheckpointFolder()
        let missing = try #require(
            try packed(in: folder) { tensors, _ in tensors.removeAll { $0.entry.name.hasSuffix("scales") } })
        var error = try #require(throws: InputError.self) { try missing.matrix("w.weight") }
        #expect("\(error)" == "\(folder.path("p")): w.weight.scales: the section is missing")
        let changed = try #require(
            try packed(in: folder) { tensors, _ in
                for index in tensors.indices where tensors[index].entry.name.hasSuffix("codes") {
                    tensors[index].entry.shape = [4]
                }
            })
        error = try #require(throws: InputError.self) { try changed.matrix("w.weight") }
        #expect("\(error)" == "\(folder.path("p")): w.weight.codes: found U8 [4]; expected U8 [2, 2]")
        #expect(error.exitCode == 65)
    }

    @Test(
        arguments: [
            (
                "bitmod-dist.format", "packed/9",
                "found \"packed/9\"; expected packed/1, packed-whole/1 or dequantized/1"
            ),
            (
                "bitmod-dist.scheme", "{\"name\":\"int99\"}",
                "found \"{\"name\":\"int99\"}\"; expected a scheme of: show schemes"
            ),
            ("bitmod-dist.matrices", "{\"w\":[0,1]}", "found \"{\"w\":[0,1]}\"; expected an object of [rows, columns]"),
            ("bitmod-dist.matrices", nil, "the key is missing"),
        ] as [(String, String?, String)])
    func `metadata that cannot be used is refused`(key: String, value: String?, message: String) throws {
        let folder = try CheckpointFolder()
        let error = try #require(throws: InputError.self) {
            try packed(in: folder) { _, metadata in metadata[key] = value } == nil
        }
        #expect("\(error)" == "\(folder.path("p")): __metadata__.\(key): \(message)")
    }

    @Test func `a checkpoint of floats is no packed one`() throws {
        let folder = try CheckpointFolder()
        let path = try folder.write([SampleTensor("w.weight", [1, 1], [1])], to: "in.safetensors")
        #expect(try PackedCheckpoint(Checkpoint(path: path)) == nil)
    }
}
