import Documents
import Foundation
import Quantization

/// What the metadata of a quantised file says about it.
///
/// Keys of `__metadata__`: `bitmod-dist.format` (`packed/1`, `packed-whole/1` or `dequantized/1`), `bitmod-dist.scheme`
/// (JSON of name, group size and scale encoding), `bitmod-dist.arithmetic`, `bitmod-dist.matrices` (JSON: for each quantised
/// matrix its shape [rows, columns]); with `packed-whole/1` also `bitmod-dist.parts` (JSON: for each quantised matrix the
/// names and bits of its parts in their order); where a method would take statistics of activations, or is not trained,
/// also `bitmod-dist.withoutCalibration`, a text.
public struct QuantizationRecord: Sendable, Hashable {
    /// How the file holds matrices.
    public enum Format: String, Sendable, Hashable, Codable {
        /// As ``PackedSection`` says.
        case packed = "packed/1"
        /// As one tensor of bytes for each matrix, which the scheme's method quantised as a whole: the parts of a
        /// `StoredMatrix` one after the other.
        case packedWhole = "packed-whole/1"
        /// As floating-point tensors of the original names.
        case dequantized = "dequantized/1"
    }

    /// How the file holds matrices.
    public var format: Format
    /// The scheme of all quantised matrices.
    public var scheme: Scheme
    /// The arithmetic that quantised them.
    public var arithmetic: QuantizationArithmetic
    /// The shape of each quantised matrix [rows, columns].
    public var matrices: [String: [Int]]
    /// What is stored of each matrix that was quantised as a whole; else empty.
    public var parts: [String: [StoredPart]]
    /// How the weights came about without statistics of activations, or nil where there is nothing to say.
    public var withoutCalibration: String?

    /// A record of what is about to be written.
    public init(
        format: Format, scheme: Scheme, arithmetic: QuantizationArithmetic, matrices: [String: [Int]],
        parts: [String: [StoredPart]] = [:]
    ) {
        self.format = format
        self.scheme = scheme
        self.arithmetic = arithmetic
        self.matrices = matrices
        self.parts = parts
        withoutCalibration = scheme.withoutCalibration
    }

    private enum Key: String, CaseIterable {
        case format = "bitmod-dist.format"
        case scheme = "bitmod-dist.scheme"
        case arithmetic = "bitmod-dist.arithmetic"
        case matrices = "bitmod-dist.matrices"
        case parts = "bitmod-dist.parts"
        case withoutCalibration = "bitmod-dist.withoutCalibration"
    }

    /// The record as texts; the same record gives the same texts.
    public func metadata() throws -> [String: String] {
        var texts = [
            Key.format.rawValue: format.rawValue, Key.scheme.rawValue: try Self.json(scheme),
            Key.arithmetic.rawValue: arithmetic.rawValue, Key.matrices.rawValue: try Self.json(matrices),
        ]
        texts.merge(try Self.metadata(of: parts, format)) { _, new in new }
        texts[Key.withoutCalibration.rawValue] = withoutCalibration
        return texts
    }

    /// The parts of matrices that are packed as a whole, as texts.
    static func metadata(of parts: [String: [StoredPart]], _ format: Format) throws -> [String: String] {
        format == .packedWhole ? [Key.parts.rawValue: try json(parts)] : [:]
    }

    /// Reads a record.
    ///
    /// - Returns: nil if the metadata holds none.
    /// - Throws: ``InputError`` (data) that names the key if it holds something else under these keys.
    public init?(metadata: [String: String], file: String) throws {
        guard Key.allCases.contains(where: { metadata[$0.rawValue] != nil }) else { return nil }
        format = try Self.value(
            .format, metadata, file, expected: "packed/1, packed-whole/1 or dequantized/1", Format.init)
        scheme = try Self.value(.scheme, metadata, file, expected: "a scheme of: show schemes") {
            try? JSONDecoder().decode(Scheme.self, from: Data($0.utf8))
        }
        arithmetic = try Self.value(
            .arithmetic, metadata, file, expected: "reference or exact", QuantizationArithmetic.init)
        matrices = try Self.value(.matrices, metadata, file, expected: "an object of [rows, columns]") { text in
            let shapes = try? JSONDecoder().decode([String: [Int]].self, from: Data(text.utf8))
            return shapes?.values.allSatisfy(Self.isMatrix) == true ? shapes : nil
        }
        parts =
            format == .packedWhole
            ? try Self.value(.parts, metadata, file, expected: "an object of lists of name and bits") {
                try? JSONDecoder().decode([String: [StoredPart]].self, from: Data($0.utf8))
            } : [:]
        withoutCalibration = metadata[Key.withoutCalibration.rawValue]
    }

    private static func value<Value>(
        _ key: Key, _ metadata: [String: String], _ file: String, expected: String, _ read: (String) -> Value?
    ) throws -> Value {
        guard let text = metadata[key.rawValue] else {
            throw InputError(.data, file: file, key: "__metadata__.\(key.rawValue)", problem: "the key is missing")
        }
        if let value = read(text) { return value }
        throw InputError(
            .data, file: file, key: "__metadata__.\(key.rawValue)", problem: "found \"\(text.prefix(100))\"",
            expected: expected)
    }

    /// Whether these are rows and columns whose weights can be counted.
    private static func isMatrix(_ shape: [Int]) -> Bool {
        shape.count == 2 && shape.allSatisfy { (1...1 << 30).contains($0) }
    }

    private static func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}
