import Checkpoints
import Documents
import Testing
import _CheckpointTestSupport

@Suite("Safetensors headers that are wrong")
struct HeaderErrorTests {
    /// A file and the message about it, without the path.
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let header: String
        let data: [UInt8]
        let message: String

        init(_ name: String, _ header: String, _ message: String) { self.init(name, header, 0, message) }

        init(_ name: String, _ header: String, _ bytes: Int, _ message: String) {
            testDescription = name
            self.header = header
            data = [UInt8](repeating: 0, count: bytes)
            self.message = message
        }
    }

    private static func tensor(_ name: String, _ type: String, _ shape: String, _ offsets: String) -> String {
        "\"\(name)\":{\"dtype\":\"\(type)\",\"shape\":\(shape),\"data_offsets\":\(offsets)}"
    }

    static let cases = structure + sizes + places

    private static let structure = [
        Case("not JSON", "tensors", "the header is not valid at byte 0: found \"t\"; expected \"{\""),
        Case("a list", "[1]", "the header is not valid at byte 0: found \"[\"; expected \"{\""),
        Case("an open object", "{\"a\":", "the header is not valid at byte 5: the header ends; expected \"{\""),
        Case("an open text", "{\"a", "the header is not valid at byte 3: the header ends; expected the end of a text"),
        Case(
            "text behind it", "{} x", "the header is not valid at byte 3: found \"x\"; expected the end of the header"),
        Case("a trailing comma", "{\"a\":{},}", "a: dtype is missing"),
        Case(
            "no comma", "{\"__metadata__\":{\"a\":\"b\" \"c\"",
            "the header is not valid at byte 25: found \"\"\"; expected \",\" or \"}\""),
        Case(
            "control characters", "{\"a\u{1}\":1}",
            "the header is not valid at byte 3: found byte 1; expected no control character in a text"),
        Case("half a character", "{\"\\ud800\":1}", "the header is not valid at byte 8: found \"\"\"; expected \"\\\""),
        Case("a wrong escape", "{\"\\x\":1}", "the header is not valid at byte 3: found \"x\"; expected \"u\""),
        Case(
            "a number as name", "{1:{}}", "the header is not valid at byte 1: found \"1\"; expected \"\"\""),
        Case(
            "metadata of numbers", "{\"__metadata__\":{\"a\":1}}",
            "the header is not valid at byte 21: found \"1\"; expected \"\"\""),
        Case(
            "metadata twice", "{\"__metadata__\":{\"a\":\"1\",\"a\":\"2\"}}",
            "__metadata__.a: the header names it twice; expected each name once"),
        Case(
            "a name twice", "{\(tensor("w", "U8", "[2]", "[0,2]")),\(tensor("w", "U8", "[2]", "[2,4]"))}", 4,
            "w: the header names it twice; expected each name once"),
        Case(
            "a key twice", "{\"w\":{\"dtype\":\"U8\",\"dtype\":\"I8\"}}",
            "w: dtype is given twice; expected each key once"),
        Case(
            "an unknown key", "{\"w\":{\"type\":\"U8\"}}",
            "w: unknown key \"type\"; expected dtype, shape and data_offsets"),
        Case("no shape", "{\"w\":{\"dtype\":\"U8\",\"data_offsets\":[0,1]}}", 1, "w: shape is missing"),
        Case("no offsets", "{\"w\":{\"dtype\":\"U8\",\"shape\":[1]}}", 1, "w: data_offsets is missing"),
    ]

    private static let sizes = [
        Case(
            "an unknown dtype", "{\(tensor("w", "Q4_K", "[2]", "[0,2]"))}", 2,
            "w: unsupported dtype \"Q4_K\"; expected one of BOOL, F4, F6_E2M3, F6_E3M2, U8, I8, F8_E5M2, F8_E4M3, F8_E8M0, "
                + "I16, U16, F16, BF16, I32, U32, F32, C64, F64, I64, U64"),
        Case(
            "a wrong size", "{\(tensor("w", "F16", "[2,3]", "[0,10]"))}", 10,
            "w: its data_offsets [0, 10] hold 10 bytes; expected 12 for shape [2, 3] of F16"),
        Case(
            "a negative shape", "{\(tensor("w", "U8", "[-2]", "[0,2]"))}", 2,
            "the header is not valid at byte 28: found \"-\"; expected a natural number"),
        Case(
            "a fraction", "{\(tensor("w", "U8", "[2.0]", "[0,2]"))}", 2,
            "the header is not valid at byte 29: found \".\"; expected a natural number"),
        Case(
            "a leading zero", "{\(tensor("w", "U8", "[02]", "[0,2]"))}", 2,
            "the header is not valid at byte 30: the number begins with 0"),
        Case(
            "an overflowing shape", "{\(tensor("w", "U8", "[4294967296,4294967296]", "[0,2]"))}", 2,
            "w: the shape [4294967296, 4294967296] of U8 is no number of bytes that can be counted"),
        Case(
            "an overflowing number", "{\(tensor("w", "U8", "[9223372036854775808]", "[0,2]"))}", 2,
            "the header is not valid at byte 46: the number is too large; expected less than 2^63"),
        Case(
            "half bytes", "{\(tensor("w", "F4", "[3]", "[0,2]"))}", 2,
            "w: the shape [3] of F4 is no number of bytes that can be counted"),
    ]

    private static let places = [
        Case(
            "one offset", "{\(tensor("w", "U8", "[2]", "[2]"))}", 2,
            "w: data_offsets has 1 numbers; expected 2, begin and end"),
        Case(
            "beyond the file", "{\(tensor("w", "U8", "[9]", "[0,9]"))}", 8,
            "w: its data_offsets [0, 9] end beyond the 8 bytes of data in the file"),
        Case("backwards", "{\(tensor("w", "U8", "[2]", "[4,2]"))}", 8, "w: its data_offsets [4, 2] run backwards"),
        Case(
            "an overlap", "{\(tensor("v", "U8", "[5]", "[0,5]")),\(tensor("w", "U8", "[4]", "[4,8]"))}", 8,
            "w: its data_offsets [4, 8] overlap those of v, which end at 5"),
        Case(
            "a gap", "{\(tensor("v", "U8", "[3]", "[0,3]")),\(tensor("w", "U8", "[4]", "[4,8]"))}", 8,
            "w: no tensor covers bytes 3 to 4 of the data before it; expected tensors without gaps"),
        Case(
            "a rest", "{\(tensor("w", "U8", "[4]", "[0,4]"))}", 8,
            "no tensor covers bytes 4 to 8 of the data; expected tensors up to the end of the file"),
        Case(
            "an empty tensor inside another",
            "{\(tensor("v", "U8", "[4]", "[0,4]")),\(tensor("w", "U8", "[0]", "[2,2]"))}", 4,
            "w: its data_offsets [2, 2] overlap those of v, which end at 4"),
    ]

    @Test(arguments: cases) func `the message names file, tensor and place`(wrong: Case) throws {
        let folder = try CheckpointFolder()
        let path = try folder.write(header: wrong.header, data: wrong.data, to: "w.safetensors")
        let error = try #require(throws: InputError.self) { try SafetensorsFile(path: path) }
        #expect("\(error)" == "\(path): \(wrong.message)")
        #expect(error.exitCode == 65)
    }

    @Test(
        arguments: [
            ([], 65, "the file is empty; expected a safetensors file"),
            ([1, 2, 3], 65, "the file has 3 bytes, too few for the length of a header; expected a safetensors file"),
            (
                [9, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0x7d], 65,
                "a header of 9 bytes does not fit into the file of 10; expected a safetensors file"
            ),
            (
                [UInt8](repeating: 255, count: 20), 65,
                "its first 8 bytes give a header of 18446744073709551615 bytes, more than the 100000000 allowed; "
                    + "expected a safetensors file"
            ),
            (
                [1, 0xe1, 0xf5, 5, 0, 0, 0, 0, 0x7b, 0x7d], 65,
                "its first 8 bytes give a header of 100000001 bytes, more than the 100000000 allowed; "
                    + "expected a safetensors file"
            ),
            ([1, 0, 0, 0, 0, 0, 0, 0, 0xff], 65, "the header is not valid at byte 0: found byte 255; expected \"{\""),
            (
                [6, 0, 0, 0, 0, 0, 0, 0] + Array("{\"".utf8) + [0xff] + Array("\":1".utf8), 65,
                "the header is not valid at byte 2: the text is not UTF-8"
            ),
        ] as [([UInt8], Int32, String)])
    func `files that are none are refused`(bytes: [UInt8], code: Int32, message: String) throws {
        let folder = try CheckpointFolder()
        let path = try folder.write(bytes, to: "w.safetensors")
        let error = try #require(throws: InputError.self) { try SafetensorsFile(path: path) }
        #expect("\(error)" == "\(path): \(message)")
        #expect(error.exitCode == code)
    }

    @Test func `paths that are no files are refused`() throws {
        let folder = try CheckpointFolder()
        let missing = try #require(throws: InputError.self) { try SafetensorsFile(path: folder.path("none")) }
        #expect("\(missing)" == "\(folder.path("none")): no such file; expected a readable file")
        let directory = try #require(throws: InputError.self) { try SafetensorsFile(path: folder.url.path) }
        #expect(directory.problem == "is a folder")
        let device = try #require(throws: InputError.self) { try SafetensorsFile(path: "/dev/null") }
        #expect(device.problem == "is no regular file")
        #expect([missing, directory, device].allSatisfy { $0.exitCode == 66 })
    }
}
