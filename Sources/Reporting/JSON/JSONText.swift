import Foundation

/// JSON as the program writes it: keys in alphabetical order, numbers that read back as the same bits, one final newline.
public enum JSONText {
    /// The text of a value; the same value gives the same bytes.
    ///
    /// - Throws: what the value's own encoding throws; a number that is not finite is refused.
    public static func encode(_ value: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(value) + Data("\n".utf8)
    }
}
