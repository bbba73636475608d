import Foundation
import Testing

@testable import Quantization

@Suite("PE against the authors' Verilog")
struct RTLVectorTests {
    /// Columns by name, one dictionary per row would be slow: rows of fields and the index of each column.
    struct Trace {
        let columns: [String: Int]
        let rows: [[Substring]]

        init() throws {
            let text = try String(contentsOf: Resources.url("rtl-2024-vectors.csv"), encoding: .utf8)
            let lines = text.split(separator: "\n")
            columns = Dictionary(
                uniqueKeysWithValues: lines[0].split(separator: ",").enumerated().map { (String($1), $0) })
            rows = lines.dropFirst().map { $0.split(separator: ",") }
        }

        func integer(_ row: [Substring], _ name: String) throws -> Int {
            let column = try #require(columns[name])
            return try #require(Int(row[column]))
        }

        func lanes(_ row: [Substring], _ name: String) throws -> SIMD4<Int> {
            let first = try #require(columns[name + "0"])
            let radix = name == "a" ? 16 : 10
            return try SIMD4((first..<first + 4).map { try #require(Int(row[$0], radix: radix)) })
        }
    }

    @Test func `every column of every step equals the Verilog`() throws {
        let trace = try Trace()
        var accumulator = PEAccumulator()
        var group: Substring?
        var mismatches = 0
        for row in trace.rows {
            if row[0] != group { accumulator = PEAccumulator() }
            group = row[0]
            let stages = PEArithmetic.rtl2024.step(
                PEActivations(bits: SIMD4<UInt16>(truncatingIfNeeded: try trace.lanes(row, "a"))),
                PETerms(
                    signs: try trace.lanes(row, "s"), exponents: try trace.lanes(row, "e"),
                    bits: try trace.lanes(row, "b"), significance: try trace.integer(row, "bsig")),
                into: &accumulator)
            let expected = PEStages(
                maxExponent: try trace.integer(row, "maxExponent"), shifts: try trace.lanes(row, "d"),
                signs: try trace.lanes(row, "y"), dot: try trace.integer(row, "dot"),
                accumulator: accumulator)
            let expectedAccumulator = [
                try trace.integer(row, "accExponent"), try trace.integer(row, "accMantissa"),
                try trace.integer(row, "accSign"),
            ]
            let found = [accumulator.exponent, accumulator.mantissa, accumulator.mantissa < 0 ? 1 : 0]
            let same = stages == expected && found == expectedAccumulator
            if !same {
                mismatches += 1
                if mismatches < 5 { Issue.record("\(row.joined(separator: ",")): \(stages) \(found)") }
            }
        }
        #expect(mismatches == 0, "of \(trace.rows.count) steps")
        #expect(trace.rows.count >= 3000)
    }
}
