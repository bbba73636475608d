import Checkpoints
import Documents
import Testing
import _CheckpointTestSupport

@Suite("GGUF headers")
struct GGUFHeaderTests {
    private static func sample() -> SampleGGUF {
        var gguf = SampleGGUF()
        gguf.add("general.architecture", "llama")
        gguf.add("llama.block_count", 2)
        gguf.add("scale", 0.5 as Float)
        gguf.add("flag", true)
        gguf.add("tokens", ["a", "", "žluť"])
        gguf.add("types", [1, -2, 3] as [Int32])
        gguf.add("scores", [0, -1.5] as [Float])
        gguf.tensors = [.init("first", [2, 3], [1, 2, 3, 4, 5, 6]), .init("second", [2], [-1, -2])]
        return gguf
    }

    private static func header(_ gguf: SampleGGUF) throws -> GGUFHeader {
        try gguf.file().withUnsafeBytes { try GGUFHeader($0, file: "a.gguf") }
    }

    private static func message(_ gguf: SampleGGUF) -> String {
        do {
            _ = try header(gguf)
            return "accepted"
        } catch {
            return "\(error)"
        }
    }

    @Test(arguments: [2, 3] as [UInt32]) func `metadata and tensors are read`(_ version: UInt32) throws {
        let folder = try CheckpointFolder()
        var gguf = Self.sample()
        gguf.version = version
        let file = try GGUFFile(path: folder.write(gguf.file(), to: "a.gguf"))
        #expect(file.header.version == Int(version))
        #expect(try file.text("general.architecture") == "llama")
        #expect(try file.integer("llama.block_count", in: 1...9) == 2)
        #expect(try file.number("scale", in: 0...1) == 0.5)
        #expect(try file.boolean("flag") == true)
        #expect(try file.texts("tokens") == ["a", "", "žluť"].map { Array($0.utf8) })
        #expect(try file.integers("types") == [1, -2, 3])
        #expect(try file.numbers("scores") == [0, -1.5])
        #expect(try file.integer("absent", in: 0...1) == nil)
        #expect(file["first"]?.shape == [2, 3])
        #expect(try file.read("first", rows: 1..<2, columns: 0..<3) == [4, 5, 6])
        #expect(try file.vector("second", count: 2) == [-1, -2])
    }

    @Test func `values of another kind or out of range are refused`() throws {
        let folder = try CheckpointFolder()
        let path = try folder.write(Self.sample().file(), to: "a.gguf")
        let file = try GGUFFile(path: path)
        #expect(throws: InputError.self) { try file.integer("general.architecture", in: 0...9) }
        #expect(throws: InputError.self) { try file.integer("llama.block_count", in: 3...9) }
        #expect(throws: InputError.self) { try file.texts("types") }
        #expect(throws: InputError.self) { try file.numbers("tokens") }
        #expect(throws: InputError.self) { try file.vector("second", count: 3) }
        #expect(throws: InputError.self) { try file.vector("third", count: 3) }
        #expect(GGUFFile.isGGUF(path: path) && !GGUFFile.isGGUF(path: folder.path("none")))
    }

    @Test func `a lying header is refused with key and byte`() {
        var gguf = Self.sample()
        gguf.version = 1
        #expect(Self.message(gguf) == "a.gguf: at byte 4: the version is 1; expected version 2 or 3, little endian")
        gguf.version = 0x0300_0000
        #expect(Self.message(gguf).contains("the file is big endian"))

        gguf = Self.sample()
        gguf.tensorCount = 1 << 60
        #expect(Self.message(gguf).contains("a.gguf: at byte 8: 1152921504606846976 tensors"))
        gguf = Self.sample()
        gguf.valueCount = 1 << 40
        #expect(Self.message(gguf).contains("at byte 16: 1099511627776 metadata values"))

        gguf = SampleGGUF()
        gguf.add("long", type: 8, SampleGGUF.bytes(UInt64.max) + [1, 2, 3])
        #expect(Self.message(gguf).contains("long: at byte 40: the text of 18446744073709551615 bytes does not fit"))
        gguf = SampleGGUF()
        gguf.add("list", type: 9, SampleGGUF.bytes(UInt32(8)) + SampleGGUF.bytes(UInt64(1) << 61))
        #expect(Self.message(gguf).contains("list: at byte 44: 2305843009213693952 elements"))
        gguf = SampleGGUF()
        gguf.add("deep", type: 9, SampleGGUF.bytes(UInt32(9)) + SampleGGUF.bytes(UInt64(1)))
        #expect(Self.message(gguf).contains("deep: at byte 40: a list of lists"))
        gguf = SampleGGUF()
        gguf.add("kind", type: 13, [])
        #expect(Self.message(gguf).contains("kind: at byte 36: the type of the value is 13"))
        gguf = SampleGGUF()
        gguf.add("key", 1)
        gguf.add("key", 2)
        #expect(Self.message(gguf).contains("key: at byte 43: the file has the key twice"))
        gguf = SampleGGUF()
        gguf.add("flag", type: 7, [2])
        #expect(Self.message(gguf).contains("flag: at byte 40: the truth value is 2"))
        gguf = SampleGGUF()
        gguf.add("general.alignment", 48)
        #expect(Self.message(gguf).contains("general.alignment: found 48; expected a power of two"))
        gguf = SampleGGUF()
        gguf.add("general.alignment", "32")
        #expect(Self.message(gguf).contains("general.alignment: found a text; expected a power of two"))
    }

    @Test func `a lying table of tensors is refused with the tensor`() {
        func message(_ tensors: SampleGGUF.Tensor...) -> String {
            var gguf = SampleGGUF()
            gguf.tensors = tensors
            return Self.message(gguf)
        }
        let eight = [UInt8](repeating: 0, count: 8)
        #expect(
            message(.init("a", [2], type: 0, bytes: eight), .init("a", [2], type: 0, bytes: eight)).contains("twice"))
        #expect(message(.init("a", [2], type: 99, bytes: eight)).contains("a: at byte 45: the tensor's type is 99"))
        #expect(message(.init("a", [], type: 0, bytes: eight)).contains("the tensor has 0 dimensions"))
        #expect(message(.init("a", [1, 1, 1, 1, 2], type: 0, bytes: eight)).contains("the tensor has 5 dimensions"))
        #expect(message(.init("a", [0], type: 0, bytes: eight)).contains("a dimension is 0"))
        #expect(message(.init("a", [1 << 63], type: 0, bytes: eight)).contains("a dimension is 9223372036854775808"))
        #expect(message(.init("a", [1 << 40, 1 << 40], type: 0, bytes: eight)).contains("too many elements"))
        #expect(message(.init("a", [1 << 61], type: 0, bytes: eight)).contains("too many bytes"))
        #expect(message(.init("a", [2], type: 3, bytes: eight)).contains("rows of 2 are no whole blocks of 32 of Q4_1"))
        #expect(message(.init("a", [2], type: 0, bytes: eight, offset: 8)).contains("offset 8 is no multiple"))
        #expect(
            message(.init("a", [2], type: 0, bytes: eight, offset: .max & ~31)).contains("do not fit into the file"))
        #expect(message(.init("a", [3], type: 0, bytes: eight)).contains("12 bytes from offset 0 do not fit"))
        #expect(
            message(.init("a", [2], type: 0, bytes: eight), .init("b", [2], type: 0, bytes: eight, offset: 0))
                .contains("the tensor overlaps a"))
    }

    @Test func `every truncation gives one error`() {
        let file = Self.sample().file()
        for count in 0..<file.count {
            do {
                _ = try file.prefix(count).withUnsafeBytes { try GGUFHeader($0, file: "a.gguf") }
                Issue.record("\(count) of \(file.count) bytes were accepted")
            } catch let error as InputError {
                #expect(error.category == .data)
            } catch {
                Issue.record("\(count): \(error)")
            }
        }
    }

    @Test func `20,000 damaged files give a sound header or one error, never a crash`() {
        let seed: UInt64 = 2025
        var numbers = SampleNumbers(seed: seed)
        let original = Self.sample().file()
        var accepted = 0
        for round in 0..<20_000 {
            var bytes = original
            for _ in 0...Int.random(in: 0..<3, using: &numbers) {
                let place = Int.random(in: 0..<bytes.count, using: &numbers)
                switch Int.random(in: 0..<4, using: &numbers) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &numbers)
                case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &numbers)
                case 2: bytes.remove(at: place)
                default: bytes.insert(UInt8.random(in: 0...255, using: &numbers), at: place)
                }
            }
            do {
                let header = try bytes.withUnsafeBytes { try GGUFHeader($0, file: "fuzz") }
                accepted += 1
                for tensor in header.tensors where tensor.bytes.upperBound > bytes.count {
                    Issue.record("seed \(seed), round \(round): \(tensor)")
                }
            } catch let error as InputError {
                if error.category != .data { Issue.record("seed \(seed), round \(round): \(error)") }
            } catch {
                Issue.record("seed \(seed), round \(round): \(error)")
            }
        }
        #expect(accepted > 100 && accepted < 20_000)
    }
}
