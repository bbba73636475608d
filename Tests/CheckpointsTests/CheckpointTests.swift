import Checkpoints
import Documents
import Testing
import _CheckpointTestSupport

@Suite("Checkpoints of one file and of several")
struct CheckpointTests {
    /// Two shards and their index.
    private func shards(_ index: String, in folder: CheckpointFolder) throws -> String {
        try folder.write(
            [SampleTensor("b", .uint8, [2], bytes: [3, 4])], metadata: ["format": "pt", "n": "1"],
            to: "m-1.safetensors")
        try folder.write(
            [SampleTensor("a", .uint8, [1], bytes: [5]), SampleTensor("c", .uint8, [1], bytes: [6])],
            metadata: ["format": "np", "m": "2"], to: "m-2.safetensors")
        return try folder.write(Array(index.utf8), to: "model.safetensors.index.json")
    }

    private static let index = """
        {"metadata": {"total_size": 4}, "weight_map": {
          "a": "m-2.safetensors", "b": "m-1.safetensors", "c": "m-2.safetensors"}}
        """

    @Test func `an index and its folder give the tensors of all shards in the order of names`() throws {
        let folder = try CheckpointFolder()
        let path = try shards(Self.index, in: folder)
        for name in [path, folder.url.path, folder.url.path + "/"] {
            let checkpoint = try Checkpoint(path: name)
            #expect(checkpoint.tensors.map(\.info.name) == ["a", "b", "c"])
            let bytes = checkpoint.tensors.map { tensor in checkpoint.withBytes(of: tensor) { Array($0) } }
            #expect(bytes == [[5], [3, 4], [6]])
            #expect(checkpoint.metadata == ["format": "pt", "n": "1", "m": "2"])
            #expect(checkpoint["b"]?.file == 0 && checkpoint["d"] == nil)
            #expect(checkpoint.paths.count == 3)
        }
    }

    @Test func `a folder with one file means that file`() throws {
        let folder = try CheckpointFolder()
        let none = try #require(throws: InputError.self) { try Checkpoint(path: folder.url.path) }
        #expect(
            "\(none)" == "\(folder.url.path): the folder holds no safetensors file; expected one safetensors file, "
                + "or an index of several")
        try folder.write([SampleTensor("x", .uint8, [1], bytes: [1])], to: "x.safetensors")
        #expect(try Checkpoint(path: folder.url.path).tensors.map(\.info.name) == ["x"])
        try folder.write([SampleTensor("y", .uint8, [1], bytes: [1])], to: "y.safetensors")
        let several = try #require(throws: InputError.self) { try Checkpoint(path: folder.url.path) }
        #expect(several.problem == "the folder holds 2 of them: x.safetensors, y.safetensors")
        #expect(none.exitCode == 66 && several.exitCode == 66)
        try folder.write([SampleTensor("m", .uint8, [1], bytes: [1])], to: "model.safetensors")
        #expect(try Checkpoint(path: folder.url.path).tensors.map(\.info.name) == ["m"])
    }

    @Test(
        arguments: [
            (
                "{\"weight_map\": {\"a\": \"m-2.safetensors\", \"b\": \"m-1.safetensors\", \"c\": \"m-3.safetensors\"}}",
                66,
                "FOLDER/m-3.safetensors: no such file; expected the shard that INDEX names"
            ),
            (
                "{\"weight_map\": {\"a\": \"m-2.safetensors\", \"b\": \"m-1.safetensors\"}}", 65,
                "FOLDER/m-2.safetensors: c: the index INDEX does not list it in this file"
            ),
            (
                "{\"weight_map\": {\"a\": \"m-2.safetensors\", \"b\": \"m-2.safetensors\", \"c\": \"m-2.safetensors\"}}",
                65,
                "INDEX: b: the file m-2.safetensors that it names does not hold this tensor"
            ),
            (
                "{\"weight_map\": {\"a\": \"../m-2.safetensors\"}}", 65,
                "INDEX:1: weight_map.a: found \"../m-2.safetensors\"; expected the name of a file in the same folder"
            ),
            ("{\"weight_map\": {}}", 65, "INDEX:1: weight_map: the index names no tensor"),
            ("{\"map\": {}}", 65, "INDEX:1: weight_map: the key is missing"),
            ("", 65, "INDEX: the file is empty"),
        ] as [(String, Int32, String)])
    func `an index that contradicts its files is refused`(index: String, code: Int32, message: String) throws {
        let folder = try CheckpointFolder()
        let path = try shards(index, in: folder)
        let error = try #require(throws: InputError.self) { try Checkpoint(path: path) }
        let expected = message.replacing("INDEX", with: path).replacing("FOLDER", with: folder.url.path)
        #expect("\(error)" == expected)
        #expect(error.exitCode == code)
    }
}
