import Foundation
import Testing

@testable import Quantization

/// A vector of a method whose inputs and results are several arrays: `scaling-vectors.json` and `hessian-vectors.json`.
struct MethodVector: Sendable {
    /// Its name.
    let id: String
    /// Its method.
    let scheme: String
    /// Numbers among its parameters.
    let parameters: [String: Double]
    /// Inputs by name; a single array is called `input`.
    let inputs: [String: [Double]]
    /// Expected numbers by name.
    let expected: [String: [Double]]
    /// Shapes of inputs and expected arrays, by name.
    let shapes: [String: [Int]]
    /// What the `storage` vectors count, by name.
    let storedItems: [String: Int]

    private static let all: [MethodVector]? = try? read()

    /// The vectors of a method.
    static func named(_ scheme: String) throws -> [MethodVector] {
        try #require(all).filter { $0.scheme == scheme }
    }

    /// The storage vectors of a method, with the shape they count.
    static func storage(_ method: String) throws -> [MethodVector] {
        try named("storage").filter { $0.id.hasPrefix("storage-\(method)-") }
    }

    /// An input in binary32.
    func input(_ name: String) throws -> [Float] { try #require(inputs[name], "\(id): \(name)").map { Float($0) } }

    /// An expected array in binary32.
    func expected(_ name: String) throws -> [Float] { try #require(expected[name], "\(id): \(name)").map { Float($0) } }

    /// A parameter.
    func parameter(_ name: String) throws -> Double { try #require(parameters[name], "\(id): \(name)") }

    /// Rows and columns of an array.
    func shape(_ name: String) throws -> (rows: Int, columns: Int) {
        let shape = try #require(shapes[name], "\(id): \(name)")
        return (shape.dropLast().reduce(1, *), shape.last ?? 0)
    }

    private static func read() throws -> [MethodVector] {
        try ["scaling-vectors.json", "hessian-vectors.json"].flatMap { name in
            let data = try Data(contentsOf: Resources.url(name))
            let root = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
            return try #require(root["vectors"] as? [[String: Any]]).map(MethodVector.init)
        }
    }

    private init(_ entry: [String: Any]) {
        var inputs = entry["input"] as? [String: Any] ?? [:]
        if inputs["enc"] != nil { inputs = ["input": inputs] }
        let expected = entry["expected"] as? [String: Any] ?? [:]
        id = entry["id"] as? String ?? ""
        scheme = entry["scheme"] as? String ?? ""
        parameters = (entry["params"] as? [String: Any] ?? [:]).compactMapValues { ($0 as? NSNumber)?.doubleValue }
        self.inputs = inputs.mapValues(Self.numbers)
        self.expected = expected.mapValues(Self.numbers)
        shapes = inputs.merging(expected) { first, _ in first }.compactMapValues {
            ($0 as? [String: Any])?["shape"] as? [Int]
        }
        storedItems = expected["items"] as? [String: Int] ?? [:]
    }

    private static func numbers(_ value: Any) -> [Double] {
        if let number = value as? NSNumber { return [number.doubleValue] }
        if let list = value as? [NSNumber] { return list.map(\.doubleValue) }
        guard let encoded = value as? [String: Any] else { return [] }
        switch encoded["enc"] as? String {
        case "f16":
            return hexadecimal(encoded, digits: 4).map { Double(Float16(bitPattern: UInt16($0))) }
        case "f32":
            return hexadecimal(encoded, digits: 8).map { Double(Float(bitPattern: $0)) }
        case "int":
            return (encoded["data"] as? [NSNumber] ?? []).map(\.doubleValue)
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

/// Expects numbers to agree within a relative tolerance, and says where they differ most.
func expectClose(
    _ found: [Float], _ expected: [Float], relative: Double, _ what: String,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    guard found.count == expected.count else {
        Issue.record("\(what): \(found.count) values, expected \(expected.count)", sourceLocation: sourceLocation)
        return
    }
    for index in found.indices {
        let difference = (Double(found[index]) - Double(expected[index])).magnitude
        guard difference <= relative * Double(expected[index].magnitude) else {
            Issue.record(
                "\(what): \(found[index]) at \(index), expected \(expected[index])", sourceLocation: sourceLocation)
            return
        }
    }
}

/// The 16 weights on which SCHEMES and the documentation show every method.
let exampleWeights: [Float] = [
    0x27fd, 0xa266, 0x1c67, 0x2567, 0xa918, 0x135f, 0xa4ca, 0x2139, 0x270a, 0x9e3f, 0x168e, 0xa6c2, 0x2352, 0x1dd6,
    0x9a25, 0x208f,
].map { Float(Float16(bitPattern: $0)) }

/// The storage vectors of a method against its formula: the total, and each part by its name there.
func expectStorage(
    _ word: String, parts: [String: String], sourceLocation: SourceLocation = #_sourceLocation,
    _ formula: (_ rows: Int, _ columns: Int) -> [StoredPart]
) throws {
    let vectors = try MethodVector.storage(word)
    #expect(vectors.count >= 2, "\(word)", sourceLocation: sourceLocation)
    for vector in vectors {
        let found = try formula(Int(vector.parameter("rows")), Int(vector.parameter("cols")))
        let total = try #require(vector.expected["total_bits"]?.first)
        #expect(Double(found.reduce(0) { $0 + $1.bits }) == total, "\(vector.id)", sourceLocation: sourceLocation)
        for (item, bits) in vector.storedItems {
            let part = found.first { $0.name == parts[item] }
            #expect(part?.bits == bits, "\(vector.id) \(item)", sourceLocation: sourceLocation)
        }
    }
}
