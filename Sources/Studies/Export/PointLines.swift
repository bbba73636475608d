import Foundation

/// The points of a store as JSON lines: an object for each, with its settings and the whole result.
public struct PointLines {
    /// The text, a line for each point.
    public let text: String

    /// Creates the lines of some points.
    ///
    /// - Throws: where a stored text is no JSON.
    public init(_ points: [StoredPoint]) throws {
        text = try points.map { point in
            // The result is stored as JSON: put in as it is, it keeps every digit.
            let result = point.result.map(Self.singleLine)
            let settings = Dictionary(uniqueKeysWithValues: point.settings)
            let members: [(String, String)] = [
                ("error", try Self.encode(point.error)), ("id", try Self.encode(point.id)),
                ("result", result ?? "null"),
                ("schema", "\"bitmod-dist.point/1\""), ("settings", try Self.encode(settings)),
                ("state", try Self.encode(point.state)), ("study", try Self.encode(point.study)),
            ]
            return "{" + members.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",") + "}\n"
        }.joined()
    }

    private static func encode(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    /// Takes the spaces and line ends out that stand between the parts of a JSON text.
    static func singleLine(_ text: String) -> String {
        var bytes: [UInt8] = []
        var isInText = false
        var isEscaped = false
        for byte in text.utf8 {
            if isInText {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isInText = false
                }
            } else if byte == UInt8(ascii: "\"") {
                isInText = true
            } else if byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
                continue
            }
            bytes.append(byte)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
