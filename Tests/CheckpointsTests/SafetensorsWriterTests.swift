import Checkpoints
import Documents
import Foundation
import Testing
import _CheckpointTestSupport

@Suite("Safetensors files written")
struct SafetensorsWriterTests {
    @Test func `a file has the documented bytes`() throws {
        let folder = try CheckpointFolder()
        try folder.write(
            [
                SampleTensor("b", .uint8, [3], bytes: [1, 2, 3]), SampleTensor("z", .float16, [2, 1], [1, -2]),
                SampleTensor("a", .uint8, [0, 4], bytes: []),
                SampleTensor("n", .float64, [], bytes: Array(UInt8(10)..<18)),
            ], metadata: ["scheme": "a \"b\"\n", "format": "pt"], to: "s.safetensors")
        let header = """
            {"__metadata__":{"format":"pt","scheme":"a \\"b\\"\\u000a"},"a":{"dtype":"U8","shape":[0,4],\
            "data_offsets":[12,12]},"b":{"dtype":"U8","shape":[3],"data_offsets":[12,15]},"n":{"dtype":"F64","shape":[],\
            "data_offsets":[0,8]},"z":{"dtype":"F16","shape":[2,1],"data_offsets":[8,12]}}
            """
        let padded = header + String(repeating: " ", count: (8 - header.utf8.count % 8) % 8)
        let length = withUnsafeBytes(of: UInt64(padded.utf8.count).littleEndian) { Array($0) }
        let data: [UInt8] = Array(10..<18) + [0, 0x3c, 0, 0xc0] + [1, 2, 3]
        #expect(try folder.bytes("s.safetensors") == length + Array(padded.utf8) + data)
        #expect(try folder.contents() == ["s.safetensors"])
    }

    @Test func `what is written is read back, each tensor at a multiple of its element size`() throws {
        let folder = try CheckpointFolder()
        for seed in UInt64(1)...40 {
            var numbers = SampleNumbers(seed: seed)
            let tensors = (0..<Int.random(in: 0..<12, using: &numbers)).map { index in
                let types = ElementType.allCases.filter { $0.bits >= 8 }
                let type = types[Int.random(in: 0..<types.count, using: &numbers)]
                let shape = (0..<Int.random(in: 0..<4, using: &numbers)).map { _ in
                    Int.random(in: 0..<5, using: &numbers)
                }
                let count = type.byteCount(shape: shape) ?? 0
                return SampleTensor(
                    "t\(index)", type, shape, bytes: (0..<count).map { _ in UInt8.random(in: 0...255, using: &numbers) }
                )
            }
            let file = try SafetensorsFile(path: folder.write(tensors, to: "r.safetensors"))
            #expect(file.header.tensors.count == tensors.count, "seed \(seed)")
            for tensor in tensors {
                let info = try #require(file.header.tensors.first { $0.name == tensor.entry.name })
                #expect(info.type == tensor.entry.type && info.shape == tensor.entry.shape, "seed \(seed)")
                #expect(file.withBytes(of: info) { Array($0) } == tensor.bytes, "seed \(seed)")
                #expect(info.bytes.lowerBound % (info.type.bits / 8) == 0, "seed \(seed)")
            }
        }
    }

    @Test func `names that collide or are reserved are refused`() throws {
        let entry = SafetensorsLayout.Entry(name: "w", type: .uint8, shape: [1])
        let twice = try #require(throws: InputError.self) { try SafetensorsLayout([entry, entry], file: "o") }
        #expect("\(twice)" == "o: w: two tensors would have this name")
        let reserved = SafetensorsLayout.Entry(name: "__metadata__", type: .uint8, shape: [1])
        let error = try #require(throws: InputError.self) { try SafetensorsLayout([reserved], file: "o") }
        #expect("\(error)" == "o: __metadata__: no tensor may have this name")
    }
}

@Suite("Files that appear whole or not at all")
struct AtomicFileTests {
    @Test func `the old file stays until the commit, and nothing else is left`() throws {
        let folder = try CheckpointFolder()
        let path = try folder.write([1], to: "f")
        let file = try AtomicFile(creating: path)
        try [UInt8](arrayLiteral: 5, 6).withUnsafeBytes { try file.append($0) }
        #expect(try folder.bytes("f") == [1])
        #expect(try folder.contents().count == 2)
        try file.commit()
        #expect(try folder.bytes("f") == [5, 6])
        #expect(try folder.contents() == ["f"])
    }

    @Test func `a file that is given up leaves nothing`() throws {
        let folder = try CheckpointFolder()
        do {
            let file = try AtomicFile(creating: folder.path("f"))
            try file.resize(to: 1 << 20)
        }
        #expect(try folder.contents().isEmpty)
    }

    @Test func `several writers fill one file`() throws {
        let folder = try CheckpointFolder()
        let owner = try AtomicFile(creating: folder.path("f"))
        try owner.resize(to: 4)
        let guest = try AtomicFile(joining: owner.temporaryPath, for: owner.path)
        try [UInt8](arrayLiteral: 3, 4).withUnsafeBytes { try guest.write($0, at: 2) }
        try guest.close()
        try [UInt8](arrayLiteral: 1, 2).withUnsafeBytes { try owner.write($0, at: 0) }
        try owner.commit()
        guest.discard()
        #expect(try folder.bytes("f") == [1, 2, 3, 4])
    }

    @Test func `a link to a file stays a link`() throws {
        let folder = try CheckpointFolder()
        try folder.write([1], to: "f")
        try FileManager.default.createSymbolicLink(atPath: folder.path("link"), withDestinationPath: folder.path("f"))
        let file = try AtomicFile(creating: folder.path("link"))
        try [UInt8](arrayLiteral: 9).withUnsafeBytes { try file.append($0) }
        try file.commit()
        #expect(try folder.bytes("f") == [9])
        #expect(FileIdentity(path: folder.path("f")) == FileIdentity(path: folder.path("link")))
        #expect(FileIdentity(path: folder.path("none")) == nil)
    }

    @Test func `devices are written to, folders and missing folders refused`() throws {
        let folder = try CheckpointFolder()
        let null = try AtomicFile(creating: "/dev/null")
        try null.resize(to: 100)
        try [UInt8](arrayLiteral: 9).withUnsafeBytes { try null.write($0, at: 50) }
        try null.commit()
        let path = folder.url.path
        let isFolder = try #require(throws: InputError.self) { try AtomicFile(creating: path) }
        #expect("\(isFolder)" == "\(path): is a folder; expected a file name")
        let missing = try #require(throws: InputError.self) { try AtomicFile(creating: folder.path("no/f")) }
        #expect("\(missing)" == "\(folder.path("no/f")): cannot be written: No such file or directory")
        #expect(isFolder.exitCode == 73 && missing.exitCode == 73)
        let owner = try AtomicFile(creating: folder.path("f"))
        let full = try #require(throws: InputError.self) { try owner.resize(to: 1 << 60) }
        #expect(full.problem.hasPrefix("needs 1152921504606846976 bytes where ") && full.exitCode == 73)
    }
}
