import Documents
import Foundation
import Quantization
import Testing
import Verification

@Suite("PE traces")
struct PETraceTests {
    /// Runs stimuli that arrive in pieces of a size.
    private func trace(
        _ text: String, _ arithmetic: PEArithmetic = .reference, pieces: Int = 1 << 20
    ) throws -> String {
        var rest = Array(text.utf8)[...]
        var output: [UInt8] = []
        try PETrace(arithmetic: arithmetic).run(
            stimuli: "s.csv",
            read: { memory in
                let piece = rest.prefix(min(pieces, memory.count))
                memory.copyBytes(from: piece)
                rest = rest.dropFirst(piece.count)
                return piece.count
            }, write: { output += $0 })
        return String(decoding: output, as: UTF8.self)
    }

    private static let names = "group,a0,a1,a2,a3,s0,s1,s2,s3,e0,e1,e2,e3,b0,b1,b2,b3,bsig"
    private static let stages = "maxExponent,d0,d1,d2,d3,y0,y1,y2,y3,dot,accExponent,accMantissa,accSign"
    private static let line = "0,3c00,4000,c200,0000,0,0,0,0,0,1,0,0,1,1,1,1,1"

    private func vectors() throws -> String {
        let url = try #require(Bundle.module.url(forResource: "Resources/rtl-2024-vectors.csv", withExtension: nil))
        return try String(contentsOf: url, encoding: .utf8)
    }

    @Test func `every step of the Verilog comes out byte for byte`() throws {
        let vectors = try vectors()
        #expect(vectors.split(separator: "\n").count > 3000)
        #expect(try trace(vectors, .rtl2024) == vectors)
    }

    @Test func `pieces of any size, line ends and a missing last one make no difference`() throws {
        let vectors = try vectors().split(separator: "\n").prefix(60).joined(separator: "\n")
        let expected = try trace(vectors, .rtl2024)
        #expect(expected == vectors + "\n")
        for pieces in [1, 2, 7, 100, 4096] {
            #expect(try trace(vectors, .rtl2024, pieces: pieces) == expected, "\(pieces)")
        }
        #expect(try trace("\u{FEFF}" + vectors.replacing("\n", with: "\r\n\r\n") + "\r\n", .rtl2024) == expected)
    }

    @Test func `columns are found by name, others are not looked at`() throws {
        let plain = try trace(Self.names + "\n" + Self.line + "\n")
        // 1 · 1 · 2 + 2 · 2 · 2 − 3 · 2 at exponent 17, three guard bits: 4 · 2^(28 − 17).
        #expect(plain == "\(Self.names),\(Self.stages)\n\(Self.line),17,2,0,1,16,0,0,1,0,4096,17,8192,0\n")
        let names = ["note"] + Self.names.split(separator: ",").reversed().map(String.init)
        let cells = ["\"a, \"\"b\"\"\""] + Self.line.split(separator: ",").reversed().map { " \($0)\t" }
        #expect(try trace(names.joined(separator: ",") + "\n" + cells.joined(separator: ",") + "\n") == plain)
        let spaced = try trace(Self.names + ",x\n" + Self.line.replacing(",", with: ", ") + ",\"y,\"\n")
        #expect(spaced == plain)
    }

    @Test func `a new group clears the accumulator`() throws {
        func accumulators(_ groups: [String]) throws -> [String] {
            let lines = groups.map { $0 + Self.line.dropFirst() }
            return try trace(([Self.names] + lines).joined(separator: "\n")).split(separator: "\n").dropFirst().map {
                $0.split(separator: ",").suffix(2).joined(separator: ",")
            }
        }
        #expect(try accumulators(["0", "0", "1", "0"]) == ["8192,0", "8192,0", "8192,0", "8192,0"])
        #expect(try accumulators(["a b", "a b", "a"]).count == 3)
        let exponents = try trace(
            ([Self.names] + ["0", "0", "1"].map { $0 + Self.line.dropFirst() }).joined(separator: "\n")
        )
        .split(separator: "\n").dropFirst().map { $0.split(separator: ",")[28] }
        #expect(exponents == ["17", "18", "17"])
    }

    @Test func `both presets are told apart`() throws {
        let vectors = try vectors()
        #expect(try trace(vectors, .reference) != vectors)
    }

    @Test func `column names alone give column names`() throws {
        #expect(try trace(Self.names) == "\(Self.names),\(Self.stages)\n")
    }

    private static func changed(_ column: Int, _ cell: String) -> String {
        var cells = line.split(separator: ",").map(String.init)
        cells[column] = cell
        return "\(names)\n\(line)\n\n\(cells.joined(separator: ","))\n"
    }

    private static let mistakes: [(text: String, message: String)] = [
        ("", "s.csv: the file is empty; expected a first line with the columns \(names)"),
        ("\n\r\n", "s.csv: the file is empty; expected a first line with the columns \(names)"),
        (
            names.replacing(",b2", with: ""),
            "s.csv:1: b2: the column is missing; expected a first line with the columns \(names)"
        ),
        (
            names + ",e1",
            "s.csv:1: e1: the column is given 2 times; expected a first line with the columns \(names)"
        ),
        (names + "\n1,2\n", "s.csv:2: found 2 cells; expected 18, as in the first line"),
        (names + "\n" + line + ",1\n", "s.csv:2: found 19 cells; expected 18, as in the first line"),
        (names + "\n\"" + line, "s.csv:2: a quotation mark is not closed"),
        (changed(3, "3c0g"), "s.csv:4: a2: found \"3c0g\"; expected 1 to 4 hexadecimal digits"),
        (changed(4, "13c00"), "s.csv:4: a3: found \"13c00\"; expected 1 to 4 hexadecimal digits"),
        (changed(1, ""), "s.csv:4: a0: found \"\"; expected 1 to 4 hexadecimal digits"),
        (changed(5, "2"), "s.csv:4: s0: found \"2\"; expected 0 or 1"),
        (changed(12, "4"), "s.csv:4: e3: found \"4\"; expected 0 to 3"),
        (changed(16, "-1"), "s.csv:4: b3: found \"-1\"; expected 0 or 1"),
        (changed(17, "7"), "s.csv:4: bsig: found \"7\"; expected 0 to 6"),
        (changed(17, "06"), "s.csv:4: bsig: found \"06\"; expected 0 to 6"),
        (changed(17, "é"), "s.csv:4: bsig: found \"é\"; expected 0 to 6"),
        (names + "\n" + String(repeating: "1", count: 1 << 18), "s.csv:2: the line is longer than 131072 bytes"),
    ]

    @Test(arguments: mistakes)
    func `the message names file, line and column`(text: String, message: String) throws {
        let error = try #require(throws: InputError.self) { try trace(text) }
        #expect("\(error)" == message)
        #expect(error.exitCode == 65)
    }

    @Test func `short activations count as numbers`() throws {
        let short = try trace(Self.names + "\n" + Self.line.replacing(",0000,", with: ",0,"))
        #expect(short == (try trace(Self.names + "\n" + Self.line)).replacing(",0000,", with: ",0,"))
    }

    @Test func `usual and other lines with the same cells give the same trace`() throws {
        let vectors = try vectors().split(separator: "\n").prefix(400)
        let usual = vectors.map { $0.split(separator: ",").prefix(18).joined(separator: ",") }
        let other = usual.map { $0 + " " }
        let trace = try trace(usual.joined(separator: "\n"))
        #expect(try self.trace(other.joined(separator: "\n")) == trace)
    }
}
