import Foundation
import Testing

@testable import Quantization

/// The published quantisers' results on given inputs; each vector names its comparison.
struct VectorFile: Sendable {
    struct Vector: Sendable {
        let id: String
        let scheme: String
        let variant: String
        let bits: Int
        let candidates: [String]
        let mode: String
        let parameters: [String: Int]
        let rows: Int
        let columns: Int
        let input: [Float]
        /// Expected numbers by name, decoded from their encodings.
        let numbers: [String: [Float]]
        let text: [String: String]
        /// Expected terms by value.
        let terms: [Int: [[Int]]]
        let storage: (bits: Int, bitsPerWeight: Double)?
        let exactSelectors: [Int]?
    }

    let vectors: [Vector]

    static let shared: VectorFile? = try? VectorFile()

    init() throws {
        let data = try Data(contentsOf: Resources.url("schemes-vectors.json"))
        let root = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let list = try #require(root["vectors"] as? [[String: Any]])
        vectors = list.map(Self.vector)
    }

    static func named(_ scheme: String) throws -> [Vector] {
        try #require(shared).vectors.filter { $0.scheme == scheme }
    }

    private static func vector(_ entry: [String: Any]) -> Vector {
        let parameters = entry["params"] as? [String: Any] ?? [:]
        let expected = entry["expected"] as? [String: Any] ?? [:]
        let input = entry["input"] as? [String: Any]
        let shape = input?["shape"] as? [Int] ?? [1, 0]
        var storage: (bits: Int, bitsPerWeight: Double)?
        if let bits = expected["total_bits"] as? Int, let average = expected["bits_per_weight"] as? Double {
            storage = (bits, average)
        }
        let info = entry["info"] as? [String: Any]
        return Vector(
            id: entry["id"] as? String ?? "", scheme: entry["scheme"] as? String ?? "",
            variant: entry["variant"] as? String ?? "", bits: parameters["bits"] as? Int ?? 0,
            candidates: parameters["candidates"] as? [String] ?? [],
            mode: parameters["mode"] as? String ?? parameters["datatype"] as? String ?? "",
            parameters: parameters.compactMapValues { $0 as? Int },
            rows: shape.dropLast().reduce(1, *), columns: shape.last ?? 0,
            input: input.map(numbers) ?? [],
            numbers: expected.compactMapValues { ($0 as? [String: Any]).map(numbers) },
            text: expected.compactMapValues { $0 as? String },
            terms: Dictionary(
                uniqueKeysWithValues: expected.compactMap { key, value in
                    guard let number = Int(key), let terms = value as? [[Int]] else { return nil }
                    return (number, terms)
                }),
            storage: storage, exactSelectors: info?["exact_arithmetic_selector"] as? [Int])
    }

    /// Decodes an encoded array; empty for anything else.
    private static func numbers(_ encoded: [String: Any]) -> [Float] {
        switch encoded["enc"] as? String {
        case "f16":
            return hexadecimal(encoded, digits: 4).map { Float(Float16(bitPattern: UInt16($0))) }
        case "f32":
            return hexadecimal(encoded, digits: 8).map { Float(bitPattern: $0) }
        case "int":
            return (encoded["data"] as? [Int] ?? []).map(Float.init)
        case "bits":
            return (encoded["data"] as? String ?? "").map { $0 == "1" ? 1 : 0 }
        default:
            return []
        }
    }

    private static func hexadecimal(_ encoded: [String: Any], digits: Int) -> [UInt32] {
        let bytes = Array((encoded["data"] as? String ?? "").utf8)
        return stride(from: 0, to: bytes.count, by: digits).map { start in
            bytes[start..<start + digits].reduce(0) { $0 << 4 | UInt32($1 < 58 ? $1 - 48 : $1 - 87) }
        }
    }
}

/// Expects two lists to be equal, +0 and −0 alike, and says where they first differ.
func expectEqual(
    _ found: [Float], _ expected: [Float], _ what: String, sourceLocation: SourceLocation = #_sourceLocation
) {
    guard found.count == expected.count else {
        Issue.record("\(what): \(found.count) values, expected \(expected.count)", sourceLocation: sourceLocation)
        return
    }
    let differing = found.indices.filter { found[$0] != expected[$0] }
    guard let first = differing.first else { return }
    Issue.record(
        """
        \(what): \(differing.count) of \(found.count) differ, first at \(first): \
        \(found[first]), expected \(expected[first])
        """, sourceLocation: sourceLocation)
}
